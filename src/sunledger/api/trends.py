"""/api/v1/trends: how a measurement, or the energy, develops from day to day."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import Field

from sunledger.access.principal import Action
from sunledger.api.answers import Json
from sunledger.api.energy import By, EnergyQuery, energy_table
from sunledger.api.fields import Fields, all_sparse
from sunledger.api.history import HistoryQuery, Kind, history_table, kind_of
from sunledger.api.needs import needs
from sunledger.api.parameters import EARLIEST, End, Parameters, Ports, Serials, Start, Zone, span_of
from sunledger.api.problems import Problem, Trouble
from sunledger.api.shapes import OWNERS, TEXT, Schema, answers, either_null, fixed, listed
from sunledger.api.sources import FromSources, Kept
from sunledger.api.tables import Table
from sunledger.ledger.trend import Trend, trend
from sunledger.measurements import KINDS
from sunledger.measurements import Kind as Behaviour
from sunledger.measurements.quantity import Unit
from sunledger.sitetime import Span, Step
from sunledger.sitetime.spans import day_of, day_span, period_of

routes = APIRouter(tags=["history"], dependencies=[needs(Action.READ)])

ENERGY = "energy"
DAYS = timedelta(days=30)


class TrendsQuery(Parameters):
    """The trend of what, of whom, over which days."""

    measurement: Annotated[
        str, Field(description="Name in the catalogue (/api/v1/measurements), or energy: repaired, in Wh.")
    ]
    kind: Kind | None = None
    by: Annotated[By | None, Field(description="What energy is added up. Default: plant.")] = None
    device: Serials = ()
    port: Ports = ()
    start: Start | None = Field(None, description="In the first day. Default: 30 days before the end.")
    end: End | None = Field(
        None,
        description="The last day is the one before, or this one where it goes on. Default: today began.",
    )
    zone: Zone | None = Field(None, description="Whose days (IANA name). Default: the site's.")
    fields: Fields | None = None


class _Daily(NamedTuple):
    """A table with a value for every day, and what its values are."""

    table: Table
    value: str
    """The column that has them."""
    unit: str
    relative: bool
    """Whether a percentage of the mean says anything."""


_DAY: Schema = {"type": "string", "format": "date"}
_NUMBER: Schema = {"type": "number"}
_ITEM = fixed(
    days={"type": "integer", "description": "Days with readings; the others are left out."},
    first_day=_DAY,
    last_day=_DAY,
    mean=_NUMBER | {"description": "Of the days."},
    slope_per_day={
        "type": ["number", "null"],
        "description": "Of the line that leaves the least squares; null for one day.",
    },
    percent_per_year={
        "type": ["number", "null"],
        "description": "The slope for a year as a part of the mean; null over less than a year, where the "
        "seasons are the trend, and where parts mean nothing (codes, °C, a mean of zero or less).",
    },
)
_ITEM |= {
    "properties": _ITEM["properties"] | OWNERS | {"dtu_name": TEXT},
    "title": "Trend",
}


@routes.get(
    "/api/v1/trends",
    responses=answers(
        fixed(
            measurement=TEXT, kind=either_null(TEXT), by=either_null(TEXT), unit=TEXT, zone=TEXT,
            start=TEXT, end=TEXT, items=listed(_ITEM),
        )
    ),
)  # fmt: skip
async def trends(query: Annotated[TrendsQuery, Query()], sources: FromSources) -> Json:
    """The straight line through daily means, or through each day's energy, of every device asked for."""
    zone = query.zone or sources.settings.zone
    span = _days(query, sources.clock.now(), zone)
    daily = await (_energy if query.measurement == ENERGY else _measured)(query, span, zone, sources)
    items = []
    for owner, values in (await _by_owner(daily)).items():
        found = trend(values)
        if found is not None:
            items.append(dict(owner) | _described(found, relative=daily.relative))
    head = {
        "measurement": query.measurement, "kind": _kind(query), "by": _by(query), "unit": daily.unit,
        "zone": zone.key, "start": span.start, "end": span.end,
    }  # fmt: skip
    return Json(head | {"items": all_sparse(items, query.fields, _ITEM)})


def _kind(query: TrendsQuery) -> str | None:
    return None if query.measurement == ENERGY else kind_of((query.measurement,), query.kind).value


def _by(query: TrendsQuery) -> By | None:
    return query.by or "plant" if query.measurement == ENERGY else None


def _days(query: TrendsQuery, now: datetime, zone: ZoneInfo) -> Span:
    """The whole days that the span touches; today is not over and counts only when it is asked for."""
    end = query.end or day_span(day_of(now, zone), zone).start
    asked = span_of(query.start, end, now, DAYS)
    last = period_of(asked.end - timedelta(milliseconds=1), Step.DAY, zone)
    return Span(max(EARLIEST, period_of(asked.start, Step.DAY, zone).start), last.end)


async def _energy(query: TrendsQuery, span: Span, zone: ZoneInfo, kept: Kept) -> _Daily:
    if query.kind is not None:
        detail = "kind: energy is counted from ports. Leave kind out, or choose by."
        raise Problem(Trouble.INVALID_PARAMETER, detail, parameter="kind")
    asked = EnergyQuery.model_construct(
        device=query.device, port=query.port, by=_by(query) or "plant",
        start=span.start, end=span.end, step="1d", zone=zone, format=None, fields=None,
    )  # fmt: skip
    return _Daily(await energy_table(asked, kept), "energy", Unit.WATT_HOUR.symbol, relative=True)


async def _measured(query: TrendsQuery, span: Span, zone: ZoneInfo, kept: Kept) -> _Daily:
    if query.by is not None:
        detail = "by: only energy is added up. Leave by out, or ask for measurement=energy."
        raise Problem(Trouble.INVALID_PARAMETER, detail, parameter="by")
    asked = HistoryQuery.model_construct(
        measurement=(query.measurement,), kind=query.kind, device=query.device, port=query.port,
        start=span.start, end=span.end, step="1d", zone=zone, format=None, fields=None, max_points=None,
    )  # fmt: skip
    table = await history_table(asked, kept)
    readings = kind_of((query.measurement,), query.kind).kind
    quantity = readings.measurements[readings.index(query.measurement)].quantity
    relative = quantity.kind is not Behaviour.CODE and quantity.unit is not Unit.CELSIUS
    return _Daily(table, "mean", quantity.unit.symbol, relative=relative)


_OWNERS = {"dtu_name"} | {name for kind in KINDS.values() for name in kind.identity}
"""What can name whose values they are."""


async def _by_owner(daily: _Daily) -> Mapping[tuple[tuple[str, object], ...], dict[int, float]]:
    """The values of every device by day."""
    names, found = daily.table.names, dict[tuple[tuple[str, object], ...], dict[int, float]]()
    places = [place for place, name in enumerate(names) if name in _OWNERS]
    value, day = names.index(daily.value), names.index("local_start")
    async for chunk in daily.table.chunks:
        for row in zip(*chunk, strict=True):
            values = found.setdefault(tuple((names[place], row[place]) for place in places), {})
            of_day = row[value]
            if isinstance(of_day, int | float):  # None where no reading of the day had a value
                values[date.fromisoformat(str(row[day])[:10]).toordinal()] = of_day
    return found


def _described(found: Trend, *, relative: bool) -> dict[str, object]:
    return {
        "days": found.days,
        "first_day": date.fromordinal(found.first),
        "last_day": date.fromordinal(found.last),
        "mean": found.mean,
        "slope_per_day": found.slope,
        "percent_per_year": found.percent_a_year if relative else None,
    }
