"""/api/v1/quality: how much of what was to be read was read, day by day, and what was wrong with it.

A day without any reading has a row, too, where one was expected: that is what an owner has to know.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from sunledger.access.principal import Action
from sunledger.api.answers import TABLE_TYPES, Format, Json, streamed, wanted
from sunledger.api.fields import Fields, named
from sunledger.api.history import KindName, chosen_series
from sunledger.api.needs import needs
from sunledger.api.paging import page_asked, paged, refuse_paging
from sunledger.api.parameters import Cursor, End, Limit, Parameters, Ports, Serials, Start, Zone, span_of
from sunledger.api.rows import identity_column
from sunledger.api.shapes import COUNT, MOMENT, OWNERS, TEXT, answers, either_null, fixed, listed
from sunledger.api.sources import FromSources, Sources, require_devices
from sunledger.api.steps import FORMAT_ABOUT, PERIOD, chunks, inhabited, refuse_too_much, shown
from sunledger.api.tables import Chunk, Column, Content, Table, transposed
from sunledger.ledger.judgement import Reason
from sunledger.sitetime import Span, Step, milliseconds
from sunledger.sitetime.spans import period_of, periods
from sunledger.store.protocol import Of
from sunledger.store.records import Correction, Position, Series

routes = APIRouter(tags=["quality"], dependencies=[needs(Action.READ)])

_POLLED = (Of.INVERTER, Of.PORT)
"""Kinds that come from polls, once a QUERY_PERIOD; how often others are pushed nobody knows."""
_AT_ONCE = 1000
"""Corrections read at once."""


class QualityQuery(Parameters):
    """The quality of whose readings, and when."""

    kind: Annotated[KindName, Field(description="Kind of reading.")] = "port"
    device: Serials = ()
    port: Ports = ()
    start: Start | None = Field(None, description="In the first day. Default: 30 days before the end.")
    end: End | None = Field(None, description="The last day is the one before, or goes on. Default: now.")
    zone: Zone | None = Field(None, description="Whose days (IANA name). Default: the site's.")
    fields: Fields | None = None
    format: Annotated[Format | None, Field(description=FORMAT_ABOUT)] = None
    cursor: Cursor | None = None
    limit: Annotated[Limit | None, Field(description="Items on a page. Default: all, up to 20,000.")] = None


class _Question(NamedTuple):
    """A query with its defaults filled in."""

    of: Of
    series: Sequence[Series]
    span: Span
    """Whole days."""
    zone: ZoneInfo
    since: Mapping[str, datetime]
    """From when on readings of a device are expected."""
    now: datetime


_ITEM = fixed(
    start=MOMENT,
    end=MOMENT,
    local_start=TEXT,
    local_end=TEXT,
    readings={"type": "integer", "description": "Rows that are stored."},
    expected={
        "type": ["integer", "null"],
        "description": "At one a QUERY_PERIOD, from the device's first reading on and up to now; null for "
        "kinds that are pushed.",
    },
    completeness={"type": ["number", "null"], "description": "The share of them that was read, 1 at most."},
    **{reason.value: COUNT | {"description": "Judgements with this reason."} for reason in Reason},
)
_ITEM |= {
    "properties": _ITEM["properties"] | OWNERS, "title": "Quality"
}  # fmt: skip


@routes.get(
    "/api/v1/quality",
    responses=answers(
        fixed(kind=TEXT, zone=TEXT, items=listed(_ITEM), next_cursor=either_null(TEXT)), *TABLE_TYPES
    ),
)
async def quality(
    query: Annotated[QualityQuery, Query()], request: Request, sources: FromSources
) -> Response:
    """Completeness and judgements of every series, day by day."""
    format_ = wanted(request, query.format)
    if format_ != "json":
        refuse_paging(query, format_)
    page = page_asked(query, request)
    whole = page.span or span_of(query.start, query.end, sources.clock.now(), timedelta(days=30))
    question = await _question(query, sources, page.rest(whole))
    table = _table(question, sources, page.at_once)
    fields = named(query.fields, table.names)
    if format_ != "json":
        return await streamed(table.only(fields), format_)
    if page.limit is None:
        refuse_too_much(question.span, Step.DAY, len(question.series))
    head = {"kind": question.of.value, "zone": question.zone.key}
    return Json(head | await paged(table, page, whole, request, fields))


async def _question(query: QualityQuery, sources: Sources, span: Span) -> _Question:
    require_devices(sources, query.device)
    of, zone, known = Of(query.kind), query.zone or sources.settings.zone, sources.store.series()
    chosen = chosen_series(of, query.device, query.port, known)
    series = [each for each in known.values() if each.of is of and (chosen is None or each.id in chosen)]
    extent = await sources.store.extent(of)
    now = sources.clock.now()
    lived = None if extent is None else Span(extent.start, max(extent.end, now))
    since = {each.serial_number: each.first_seen for each in await sources.store.devices()}
    return _Question(of, series, _days(inhabited(span, Step.DAY, zone, lived), now, zone), zone, since, now)


def _days(span: Span, now: datetime, zone: ZoneInfo) -> Span:
    """The whole days that a span touches, today the last."""
    first = period_of(span.start, Step.DAY, zone).start
    end = min(span.end, now + timedelta(milliseconds=1))
    if end <= first:
        return Span(first, first)
    return Span(first, period_of(end - timedelta(milliseconds=1), Step.DAY, zone).end)


def _table(question: _Question, sources: Sources, at_once: int | None) -> Table:
    columns = (
        *PERIOD,
        *map(identity_column, question.of.kind.identity),
        Column("readings", Content.WHOLE),
        Column("expected", Content.WHOLE),
        Column("completeness", Content.NUMBER),
        *(Column(reason.value, Content.WHOLE) for reason in Reason),
    )
    return Table(columns, _chunks(question, sources, at_once))


Key = tuple[datetime, int]
"""A day's start and a series."""


async def _chunks(question: _Question, sources: Sources, at_once: int | None) -> AsyncIterator[Chunk]:
    ids = [each.id for each in question.series]
    measurement = question.of.kind.columns[0]
    for piece in chunks(question.span, Step.DAY, question.zone, len(ids), at_once):
        found = await sources.store.history(question.of, ids, [measurement], piece, Step.DAY, question.zone)
        counts: Mapping[Key, int] = {(each.start, each.series): each.readings for each in found}
        judged = await _judged(question, sources, piece)
        if chunk := transposed(_rows(question, sources.settings.period, piece, counts, judged)):
            yield chunk


def _rows(
    question: _Question,
    period: timedelta | None,
    piece: Span,
    counts: Mapping[Key, int],
    judged: Mapping[Key, Counter[Reason]],
) -> Iterator[Sequence[object]]:
    for day in periods(piece, Step.DAY, question.zone):
        times = shown(milliseconds(day.start), milliseconds(day.end), question.zone)
        for series in question.series:
            readings = counts.get((day.start, series.id), 0)
            expected = _expected(question, period, day, series)
            share = None if not expected else min(1.0, readings / expected)
            reasons = judged.get((day.start, series.id), Counter())
            if readings or expected or reasons:
                counted = (reasons[reason] for reason in Reason)
                yield (*times, *series.identity, readings, expected, share, *counted)


def _expected(question: _Question, period: timedelta | None, day: Span, series: Series) -> int | None:
    """Readings that a series should have that day, from its device's first one on and up to now."""
    if period is None or question.of not in _POLLED:
        return None
    start = max(day.start, question.since.get(series.serial_number, day.start))
    return max(0, (min(day.end, question.now) - start) // period)


async def _judged(question: _Question, sources: Sources, piece: Span) -> Mapping[Key, Counter[Reason]]:
    """Judgements of a piece by the day they begin in, by series and by reason."""
    ids = {(each.serial_number, each.port_number): each.id for each in question.series}
    fields, after = {*question.of.kind.columns, "*"}, None
    counted: dict[Key, Counter[Reason]] = {}
    while True:
        some, after = await _some(sources, piece, after)
        for each in some:
            id_ = ids.get((each.serial_number, each.port_number))
            if id_ is not None and each.field in fields and each.at >= piece.start:
                day = period_of(each.at, Step.DAY, question.zone).start
                counted.setdefault((day, id_), Counter())[each.reason] += 1
        if after is None:
            return counted


async def _some(
    sources: Sources, piece: Span, after: Position | None
) -> tuple[Sequence[Correction], Position | None]:
    return await sources.store.corrections(None, piece, limit=_AT_ONCE, after=after)
