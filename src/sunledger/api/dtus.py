"""/api/v1/dtus: the DTUs that are read, how each is doing, and the survey of one that may be added.

They belong to no site, so only who sees the whole system sees them. A survey asks an address in the network:
one at a time, and never one where no DTU can be.
"""

from typing import Annotated, Any

from fastapi import Query

from sunledger.access.audit import Event
from sunledger.access.principal import Action
from sunledger.api.answers import Json
from sunledger.api.entries import EntryRoutes, Nothing, Rights
from sunledger.api.needs import needs
from sunledger.api.parameters import NoParameters
from sunledger.api.problems import Problem, Trouble
from sunledger.api.shapes import (
    COUNT,
    MOMENT,
    TEXT,
    Schema,
    answers,
    either_null,
    fixed,
    listed,
    partly,
    titled,
)
from sunledger.api.sources import FromSources, Sources
from sunledger.api.surveys import AlreadyRead, NotADtu, Surveyed, Surveying, Weight
from sunledger.api.writing import Members, carrying
from sunledger.live.health import BreakerState, DtuHealth, DtuStatus
from sunledger.sites import DTU, Kept
from sunledger.sites.dtus import CURRENT_SCALES, REGISTER_STEPS, address_in
from sunledger.sites.fields import Fields

_PORT: Schema = {"type": "integer", "minimum": 1, "maximum": 65535, "description": "502 unless changed."}
_UNIT: Schema = {"type": "integer", "minimum": 1, "maximum": 255, "description": "1 unless changed."}
PLACE = {
    "host": TEXT | {"description": "A host name or an address, such as 192.168.1.100."},
    "port": _PORT,
    "unit_id": _UNIT,
}
"""Where a DTU is."""
_FIELDS = {
    **PLACE,
    "register_step": {
        "type": ["integer", "null"],
        "enum": [*REGISTER_STEPS, None],
        "description": "Registers from one port to the next in its list; null: found out.",
    },
    "current_scale": {
        "type": "string",
        "enum": list(CURRENT_SCALES),
        "description": "What its currents count; auto: found out port by port.",
    },
}
_SECONDS: Schema = {"type": "number"}
_HEALTH = fixed(
    status={"type": "string", "enum": [status.value for status in DtuStatus]},
    silent_for=_SECONDS | {"description": "Seconds since it was read, or since that was begun."},
    last_successful_query=either_null(MOMENT),
    query_count=COUNT,
    error_count=COUNT,
    consecutive_failures=COUNT,
    last_error=either_null(TEXT),
    last_error_time=either_null(MOMENT),
    breaker={"type": "string", "enum": [state.value for state in BreakerState]},
    next_poll_in=_SECONDS | {"description": "Seconds from now."},
) | {"type": ["object", "null"], "description": "Since the start; null where nobody reads it."}
SURVEY = titled(
    "Survey",
    fixed(
        findings=listed(
            fixed(
                level={"type": "string", "enum": [weight.value for weight in Weight]},
                said=TEXT,
                shown=listed(TEXT) | {"description": "What shows it."},
                changes=listed(TEXT) | {"description": "What to change."},
            )
        ),
        gateway_serial=either_null(TEXT) | {"description": "The DTU's serial; null where none answered."},
        inverters=listed(fixed(serial_number=TEXT, ports=listed(COUNT))),
        seconds=_SECONDS | {"description": "How long it took."},
    ),
)
_SIMULATED = (
    "This plant is simulated, and no DTU can join it: choose your own plant with POST /api/v1/system/plant."
)
_OPERATE = needs(Action.OPERATE, everywhere=True)


class DtuRoutes(EntryRoutes):
    """A DTU is shown with its health."""

    def described(self, kept: Kept[Any], sources: Sources) -> dict[str, object]:
        """A DTU as the API shows it."""
        health = sources.health.dtu(kept.entry.id)
        return super().described(kept, sources) | {"health": None if health is None else _health(health)}

    async def make(self, members: Members, _: Nothing, sources: FromSources) -> Json:
        """Add a DTU; it is read from now on. Its `id` is its name: 1 to 64 letters, digits, _ and -."""
        if sources.settings.simulation is not None:
            raise Problem(Trouble.NOT_HERE, _SIMULATED)
        return await super().make(members, _, sources)


dtus = DtuRoutes(
    DTU,
    "dtus",
    _FIELDS,
    required=("host",),
    told={"health": _HEALTH},
    rights=Rights(reading=needs(Action.READ, everywhere=True), changing=_OPERATE),
)
dtus.offer_reading()
dtus.offer_making()
dtus.offer_changing()
routes = dtus.routes


@routes.post(
    "/api/v1/dtus/survey",
    responses=answers(SURVEY),
    openapi_extra=carrying(partly(PLACE, required=("host",))),
    dependencies=[_OPERATE],
)
async def survey_dtu(members: Members, _: Annotated[NoParameters, Query()], sources: FromSources) -> Json:
    """Look at what answers at an address, as `sunledger doctor` does, and say what to change.

    Nothing is kept. It takes some seconds, a minute at most.
    """
    if sources.survey is None:
        raise Problem(Trouble.NOT_HERE, "This server surveys no DTUs; use `sunledger doctor --host`.")
    fields = Fields(members)
    where = address_in(fields)
    fields.refuse_others()
    await sources.note(Event(action="survey", object_kind="dtu", after=where._asdict()))
    try:
        return Json(_surveyed(await sources.survey(*where)))
    except NotADtu as error:
        raise Problem(Trouble.INVALID_FIELD, f"host: {error}.", parameter="host") from error
    except AlreadyRead as error:
        raise Problem(Trouble.IN_USE, f"{error}.", parameter="host") from error
    except Surveying as error:
        raise Problem(Trouble.TOO_MANY, f"{error}.", headers={"Retry-After": "10"}) from error


def _surveyed(seen: Surveyed) -> dict[str, object]:
    return {
        "findings": [
            {"level": each.level, "said": each.said, "shown": each.shown, "changes": each.changes}
            for each in seen.findings
        ],
        "gateway_serial": seen.gateway_serial,
        "inverters": [{"serial_number": each.serial_number, "ports": each.ports} for each in seen.inverters],
        "seconds": round(seen.seconds, 3),
    }


def _health(dtu: DtuHealth) -> dict[str, object]:
    return {
        "status": dtu.status,
        "silent_for": round(dtu.silent_for, 3),
        "last_successful_query": dtu.last_successful_query,
        "query_count": dtu.query_count,
        "error_count": dtu.error_count,
        "consecutive_failures": dtu.consecutive_failures,
        "last_error": dtu.last_error,
        "last_error_time": dtu.last_error_time,
        "breaker": dtu.breaker,
        "next_poll_in": round(dtu.next_poll_in, 3),
    }
