"""/api/v1/history: any measurement by period, with its mean, extremes and latest value, from rollups."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from sunledger.access.principal import Action
from sunledger.api.answers import TABLE_TYPES, Format, Json, streamed, wanted
from sunledger.api.charts import Drawn, MaxPoints, thinned
from sunledger.api.fields import Fields, named
from sunledger.api.needs import needs
from sunledger.api.paging import page_asked, paged, refuse_paging
from sunledger.api.parameters import Cursor, End, Limit, Parameters, Ports, Serials, Start, Zone, span_of
from sunledger.api.problems import Problem, Trouble
from sunledger.api.rows import identity_column
from sunledger.api.shapes import MOMENT, OWNERS, TEXT, answers, either_null, fixed, listed
from sunledger.api.sources import FromSources, Kept, note_export, require_devices
from sunledger.api.steps import FORMAT_ABOUT, PERIOD, StepName, chunks, inhabited, refuse_too_much, shown
from sunledger.api.tables import Chunk, Column, Content, Table, transposed
from sunledger.ledger.rollup import Number, Summary
from sunledger.measurements import MEASUREMENTS, Measurement
from sunledger.sitetime import Span, Step, milliseconds
from sunledger.store.protocol import Of
from sunledger.store.records import History, Series

routes = APIRouter(tags=["history"], dependencies=[needs(Action.READ)])

KindName = Literal["inverter", "port", "energy", "weather", "telemetry"]
VALUES = ("mean", "min", "max", "last")

Names = Annotated[
    tuple[str, ...],
    Field(
        min_length=1,
        max_length=50,
        description="Name in the catalogue (/api/v1/measurements); repeat it for several of one kind.",
    ),
]
Kind = Annotated[
    KindName, Field(description="Kind of reading. Default: the first kind that has the measurement.")
]


class HistoryQuery(Parameters):
    """Which measurements of whom, when and in which steps."""

    measurement: Names
    kind: Kind | None = None
    device: Serials = ()
    port: Ports = ()
    start: Start | None = Field(None, description="From this moment on. Default: 24 hours before the end.")
    end: End | None = Field(None, description="Up to, but not including this moment. Default: now.")
    step: Annotated[StepName, Field(description="Length of a period.")] = "1h"
    fields: Fields | None = None
    zone: Zone | None = Field(
        None, description="Whose hours, days, months and years (IANA name). Default: the site's."
    )
    format: Annotated[Format | None, Field(description=FORMAT_ABOUT)] = None
    max_points: MaxPoints | None = None
    cursor: Cursor | None = None
    limit: Annotated[Limit | None, Field(description="Items on a page. Default: all, up to 20,000.")] = None


class _Question(NamedTuple):
    """A query with its defaults filled in."""

    of: Of
    measurements: list[Measurement]
    series: list[int] | None
    span: Span
    """As asked for, but no more than what can hold readings."""
    step: Step
    zone: ZoneInfo


_VALUE: dict[str, Any] = {"type": ["number", "null"]}
_ITEM = fixed(
    start=MOMENT,
    end=MOMENT,
    local_start={"type": "string", "description": "The same moment in the zone, with its offset."},
    local_end=TEXT,
    measurement=TEXT,
    mean=_VALUE | {"description": "Of all readings that have a value; null when none has."},
    min=_VALUE,
    max=_VALUE,
    last=_VALUE,
    count={"type": "integer", "description": "Readings that have a value."},
)
_ITEM |= {
    "properties": _ITEM["properties"] | OWNERS,
    "title": "HistoryItem",
}


@routes.get(
    "/api/v1/history",
    responses=answers(
        fixed(
            kind=TEXT,
            step=TEXT,
            zone=TEXT,
            units={"type": "object", "additionalProperties": TEXT},
            items=listed(_ITEM),
            next_cursor=either_null(TEXT),
        ),
        *TABLE_TYPES,
    ),
)
async def history(
    query: Annotated[HistoryQuery, Query()], request: Request, sources: FromSources
) -> Response:
    """Measurements by period. Every period that touches the span comes whole; one without readings is absent.

    Values are those that the device sent; `corrections` says what is wrong with some.
    """
    format_ = wanted(request, query.format)
    if query.max_points is not None or format_ != "json":
        refuse_paging(query, "a chart" if query.max_points else format_)
    if format_ != "json":
        await note_export(sources, "history", format_, query)
        return await streamed(await history_table(query, sources), format_)
    page = page_asked(query, request)
    whole = page.span or asked_span(query, sources)
    question = await _question(query, sources, page.rest(whole))
    table = _table(question, sources, page.at_once)
    fields = named(query.fields, table.names)
    if query.max_points is not None:
        table = await _chart(table, question, query.max_points, bounded=True)
    elif page.limit is None:
        refuse_too_much(question.span, question.step, _rows_a_period(question, sources))
    items = await paged(table, page, whole, request, fields)
    units = {measurement.name: measurement.quantity.unit.symbol for measurement in question.measurements}
    head = {"kind": question.of.value, "step": query.step, "zone": question.zone.key, "units": units}
    return Json(head | items)


async def history_table(query: HistoryQuery, kept: Kept) -> Table:
    """All of the history that the query asks for. Raises Problem."""
    question = await _question(query, kept, asked_span(query, kept))
    table = _table(question, kept)
    fields = named(query.fields, table.names)
    if query.max_points is not None:
        table = await _chart(table, question, query.max_points)
    return table.only(fields)


async def _chart(table: Table, question: _Question, most: int, *, bounded: bool = False) -> Table:
    """Of each series and measurement so many periods at most, by their means."""
    drawn = Drawn((*question.of.kind.identity, "measurement"), "start", ("mean",))
    return await thinned(table, most, drawn, bounded=bounded)


def kind_of(names: Sequence[str], kind: KindName | None) -> Of:
    """The kind of reading that has all of the measurements. Raises Problem."""
    for name in names:
        if name not in {measurement.name for measurement in MEASUREMENTS}:
            detail = f"measurement: there is no {name}; /api/v1/measurements lists them all."
            raise Problem(Trouble.INVALID_PARAMETER, detail, parameter="measurement")
    for of in Of if kind is None else [Of(kind)]:
        if set(names) <= set(of.kind.columns):
            return of
    none = f"measurement: no{' other' if kind is None else ''} kind of reading has {' and '.join(names)}."
    detail = f"{none} Ask for those of different kinds one by one."
    raise Problem(Trouble.INVALID_PARAMETER, detail, parameter="measurement")


def chosen_series(
    of: Of, devices: Sequence[str], ports: Sequence[int], known: Mapping[int, Series]
) -> list[int] | None:
    """The ids of the series asked for; None for all. Raises Problem."""
    if of is not Of.PORT and ports:
        detail = f"port: readings of kind {of.value} have no port. Leave port out."
        raise Problem(Trouble.INVALID_PARAMETER, detail, parameter="port")
    if not devices and not ports:
        return None
    return [
        series.id
        for series in known.values()
        if series.of is of
        and (not devices or series.serial_number in devices)
        and (not ports or series.port_number in ports)
    ]


def asked_span(query: HistoryQuery, kept: Kept) -> Span:
    """The span that a query asks for."""
    return span_of(query.start, query.end, kept.clock.now(), timedelta(days=1))


async def _question(query: HistoryQuery, kept: Kept, span: Span) -> _Question:
    require_devices(kept, query.device)
    of = kind_of(query.measurement, query.kind)
    step, zone = Step(query.step), query.zone or kept.settings.zone
    return _Question(
        of,
        [of.kind.measurements[of.kind.index(name)] for name in dict.fromkeys(query.measurement)],
        chosen_series(of, query.device, query.port, kept.store.series()),
        inhabited(span, step, zone, await kept.store.extent(of)),
        step,
        zone,
    )


def _table(question: _Question, kept: Kept, at_once: int | None = None) -> Table:
    units = {measurement.quantity.unit.symbol for measurement in question.measurements}
    unit = units.pop() if len(units) == 1 else ""
    values = [Column(name, Content.NUMBER, unit) for name in VALUES]
    identity = map(identity_column, question.of.kind.identity)
    return Table((*PERIOD, *identity, _MEASUREMENT, *values, _COUNT), _rows(question, kept, at_once))


_MEASUREMENT = Column("measurement", Content.TEXT)
_COUNT = Column("count", Content.WHOLE)


def _rows_a_period(question: _Question, kept: Kept) -> int:
    """At most."""
    series = question.series
    if series is None:
        series = [each.id for each in kept.store.series().values() if each.of is question.of]
    return len(series) * len(question.measurements)


async def _rows(question: _Question, kept: Kept, at_once: int | None) -> AsyncIterator[Chunk]:
    """The answer's rows, chunk by chunk."""
    names = [measurement.name for measurement in question.measurements]
    most = _rows_a_period(question, kept)
    for piece in chunks(question.span, question.step, question.zone, most, at_once):
        found = await kept.store.history(
            question.of, question.series, names, piece, question.step, question.zone
        )
        if found:
            yield transposed(_in_units(found, question, kept.store.series()))


def _in_units(
    found: Sequence[History], question: _Question, known: Mapping[int, Series]
) -> Iterator[Sequence[object]]:
    periods: dict[datetime, tuple[str, ...]] = {}
    scales = [(measurement.name, measurement.quantity.scale) for measurement in question.measurements]
    for each in found:
        period = periods.get(each.start)
        if period is None:
            bounds = milliseconds(each.start), milliseconds(each.end)
            period = periods[each.start] = shown(*bounds, question.zone)
        owner = known[each.series].identity
        for (name, scale), summary in zip(scales, each.rollup, strict=True):
            yield (*period, *owner, name, *_values(scale, summary))


def _values(scale: int, summary: Summary) -> tuple[Number | None, ...]:
    """A summary in the measurement's unit, in the order of VALUES, then the count."""
    known, total, lowest, highest, last = summary
    if total is None or lowest is None or highest is None or last is None:
        return None, None, None, None, known
    if scale == 1:
        return total / known, lowest, highest, last, known
    return total / known / scale, lowest / scale, highest / scale, last / scale, known
