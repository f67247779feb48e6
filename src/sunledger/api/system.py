"""/api/v1/system: what runs here, whether it is the first run, and beginning anew as another plant."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request

from sunledger.access.audit import Event
from sunledger.access.principal import Action
from sunledger.api.accounts import actor
from sunledger.api.answers import Json
from sunledger.api.beginnings import Beginnings, Impossible
from sunledger.api.dtus import PLACE
from sunledger.api.fields import ItemQuery, sparse
from sunledger.api.needs import needs
from sunledger.api.parameters import NoParameters
from sunledger.api.problems import Problem, Trouble
from sunledger.api.shapes import (
    COUNT,
    MOMENT,
    TEXT,
    TRUTH,
    Schema,
    answers,
    either_null,
    fixed,
    partly,
    titled,
)
from sunledger.api.sources import FromSources, Sources
from sunledger.api.writing import Members, carrying
from sunledger.sites.dtus import address_in
from sunledger.sites.fields import Fields, identifier

routes = APIRouter(tags=["system"])

SIMULATED, OWN = "simulated", "own"
_ACCEPTED = 202
_NUMBER: Schema = {"type": "number"}
SYSTEM = titled(
    "System",
    fixed(
        version=TEXT,
        started_at=MOMENT,
        now=MOMENT | {"description": "By the plant's clock, which a simulation may let run faster."},
        simulated=TRUTH | {"description": "Whether the plant is the built-in simulator's."},
        speed=_NUMBER | {"description": "How many times faster than real time it runs; 1 for a real plant."},
        dtus=COUNT | {"description": "How many DTUs are read."},
        pushes=TRUTH | {"description": "Whether messages come over MQTT now."},
        first_run=TRUTH | {"description": "Nothing was read yet, no DTU is known, and nobody has set it up."},
        can_simulate=TRUTH | {"description": "Whether the simulator can be chosen now."},
        can_restart=TRUTH | {"description": "Whether it can begin anew when asked here."},
        zone=TEXT | {"description": "In which days are counted now."},
        poll_seconds=either_null(_NUMBER) | {"description": "From one poll of a DTU to the next."},
    ),
)
_PLANT: Schema = {"type": "string", "enum": [SIMULATED, OWN]}
_BEGINNING = titled("Beginning", fixed(plant=_PLANT | {"description": "Which one is there next."}))
_CHOICE = partly(
    {
        "plant": _PLANT,
        "dtu": partly({"name": TEXT, **PLACE}, required=("name", "host"))
        | {"type": ["object", "null"], "description": "Of one's own plant; kept there before it begins."},
    },
    required=("plant",),
)
_ACCEPTING = {_ACCEPTED if code == 200 else code: each for code, each in answers(_BEGINNING).items()}
_NOT_OFFERED = (
    "This Sunledger cannot begin anew by itself: it is one of several processes, keeps nothing, or was not "
    "started by `sunledger serve`. Start it again with the settings that you want."
)


@routes.get("/api/v1/system", responses=answers(SYSTEM), dependencies=[needs(Action.READ)])
async def system(query: Annotated[ItemQuery, Query()], sources: FromSources) -> Json:
    """What runs here."""
    settings, beginnings = sources.settings, sources.beginnings
    told = {
        "version": settings.version,
        "started_at": sources.started_at,
        "now": sources.clock.now(),
        "simulated": settings.simulation is not None,
        "speed": settings.simulation or 1,
        "dtus": len(sources.health.dtus()),
        "pushes": sources.mqtt is not None and sources.mqtt().connected,
        "first_run": await _is_first_run(sources),
        "can_simulate": beginnings is not None and await beginnings.can_simulate(),
        "can_restart": beginnings is not None,
        "zone": settings.zone.key,
        "poll_seconds": None if settings.period is None else settings.period.total_seconds(),
    }
    return Json(sparse(told, query.fields, SYSTEM))


async def _is_first_run(sources: Sources) -> bool:
    if sources.health.dtus() or await sources.access.has_administrator():
        return False
    return await sources.store.latest_time() is None


@routes.post(
    "/api/v1/system/plant",
    status_code=_ACCEPTED,
    responses=_ACCEPTING,
    openapi_extra=carrying(_CHOICE),
    dependencies=[needs(Action.OPERATE, everywhere=True)],
)
async def choose_plant(
    members: Members,
    _: Annotated[NoParameters, Query()],
    request: Request,
    sources: FromSources,
) -> Json:
    """Begin again with the simulated plant, or with one's own; the two keep what they read apart.

    Readings that are on their way are kept first. The server is away for a few seconds; `started_at` of
    `/api/v1/system` tells that it has begun. Whoever is logged in stays so. The simulator is chosen for this
    run only; a DTU that is given is kept, and read whenever one's own plant begins.
    """
    fields = Fields(members)
    plant = fields.one_of("plant", (SIMULATED, OWN))
    dtu = _dtu(fields)
    fields.refuse_others()
    beginnings = _offered(sources)
    try:
        await (beginnings.simulated() if plant == SIMULATED else beginnings.own(dtu, actor(request)))
    except Impossible as error:
        raise Problem(Trouble.NOT_HERE, f"{error}.") from error
    await sources.note(Event(action="begin", object_kind="plant", object_id=plant, after=dtu))
    return Json({"plant": plant}, _ACCEPTED)


@routes.post(
    "/api/v1/system/restart",
    status_code=_ACCEPTED,
    responses=_ACCEPTING,
    dependencies=[needs(Action.ADMINISTER, everywhere=True)],
)
async def restart(_: Annotated[NoParameters, Query()], sources: FromSources) -> Json:
    """Begin again as the same plant, so that what counts from the next start on, such as a zone, does."""
    beginnings = _offered(sources)
    plant = OWN if sources.settings.simulation is None else SIMULATED
    try:
        await beginnings.same()
    except Impossible as error:
        raise Problem(Trouble.NOT_HERE, f"{error}.") from error
    await sources.note(Event(action="begin", object_kind="plant", object_id=plant))
    return Json({"plant": plant}, _ACCEPTED)


def _offered(sources: Sources) -> Beginnings:
    if sources.beginnings is None:
        raise Problem(Trouble.NOT_HERE, _NOT_OFFERED)
    return sources.beginnings


def _dtu(fields: Fields) -> dict[str, object] | None:
    """The DTU of a choice, as an entry with its id; None where there is none. Raises `Invalid`."""
    given = fields.take("dtu")
    if given is None:
        return None
    members = Fields(given, fields.at("dtu."))
    name = identifier(members.take("name"), members.at("name"))
    where = address_in(members)
    members.refuse_others()
    return {"id": name, **where._asdict()}
