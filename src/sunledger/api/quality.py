"""/api/v1/quality: how much of what was to be read was read, day by day, and what was wrong with it.

A day without any reading has a row, too, where one was expected: that is what an owner has to know.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal, NamedTuple
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
from sunledger.store.records import Series

routes = APIRouter(tags=["quality"], dependencies=[needs(Action.READ)])

By = Literal["series", "device", "plant"]

_POLLED = (Of.INVERTER, Of.PORT)
"""Kinds that come from polls, once a QUERY_PERIOD; how often others are pushed nobody knows."""
_AT_ONCE = 1000
"""Corrections read at once."""


class QualityQuery(Parameters):
    """The quality of whose readings, and when."""

    kind: Annotated[KindName, Field(description="Kind of reading.")] = "port"
    device: Serials = ()
    port: Ports = ()
    by: Annotated[By, Field(description="What is added up. Default: nothing, each series by itself.")] = (
        "series"
    )
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
    by: By
    span: Span
    """Whole days."""
    zone: ZoneInfo
    since: Mapping[str, datetime]
    """From when on readings of a device are expected."""
    now: datetime

    @property
    def identity(self) -> tuple[str, ...]:
        """What names an item, besides its day."""
        whole = self.of.kind.identity
        return {"series": whole, "device": whole[:1], "plant": ()}[self.by]

    @property
    def owners(self) -> int:
        """How many items a day has at most."""
        return len({each.identity[: len(self.identity)] for each in self.series})


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
    completeness={
        "type": ["number", "null"],
        "description": "The share of them that was read, 1 at most: "
        "what one series has too many makes up for nothing that another one lacks.",
    },
    **{reason.value: COUNT | {"description": "Judgements with this reason."} for reason in Reason},
)
_ITEM |= {
    "properties": _ITEM["properties"] | OWNERS, "title": "Quality"
}  # fmt: skip


@routes.get(
    "/api/v1/quality",
    responses=answers(
        fixed(kind=TEXT, by=TEXT, zone=TEXT, items=listed(_ITEM), next_cursor=either_null(TEXT)), *TABLE_TYPES
    ),
)
async def quality(
    query: Annotated[QualityQuery, Query()], request: Request, sources: FromSources
) -> Response:
    """Completeness and judgements of every series, of devices or of the whole plant, day by day."""
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
        refuse_too_much(question.span, Step.DAY, question.owners)
    head = {"kind": question.of.value, "by": question.by, "zone": question.zone.key}
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
    days = _days(inhabited(span, Step.DAY, zone, lived), now, zone)
    return _Question(of, series, query.by, days, zone, since, now)


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
        *map(identity_column, question.identity),
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
    for piece in chunks(question.span, Step.DAY, question.zone, len(ids), at_once):
        found = await sources.store.history(question.of, ids, [], piece, Step.DAY, question.zone)
        counts: Mapping[Key, int] = {(each.start, each.series): each.readings for each in found}
        judged = await _judged(question, sources, piece)
        if chunk := transposed(_rows(question, sources.settings.period, piece, counts, judged)):
            yield chunk


class _Sum:
    """What is told of a day of one or more series."""

    def __init__(self) -> None:
        self._readings = 0
        self._expected: int | None = None
        self._met = 0
        self._reasons: Counter[Reason] | None = None

    def add(self, readings: int, expected: int | None, reasons: Counter[Reason] | None) -> None:
        """Add what is told of a series."""
        self._readings += readings
        if expected is not None:
            self._expected = (self._expected or 0) + expected
            self._met += min(readings, expected)
        if reasons:
            self._reasons = reasons + (self._reasons or Counter())

    def told(self) -> tuple[object, ...] | None:
        """Readings, expected ones, completeness and judgements; None where there is nothing to tell."""
        if not (self._readings or self._expected or self._reasons):
            return None
        share = self._met / self._expected if self._expected else None
        reasons = self._reasons or Counter()
        return (self._readings, self._expected, share, *(reasons[reason] for reason in Reason))


def _rows(
    question: _Question,
    period: timedelta | None,
    piece: Span,
    counts: Mapping[Key, int],
    judged: Mapping[Key, Counter[Reason]],
) -> Iterator[Sequence[object]]:
    parts = len(question.identity)
    owners = [(each.id, each.serial_number, each.identity[:parts]) for each in question.series]
    for day in periods(piece, Step.DAY, question.zone):
        times = shown(milliseconds(day.start), milliseconds(day.end), question.zone)
        expected = _expected(question, period, day)
        sums = {owner: _Sum() for _, _, owner in owners}
        for id_, device, owner in owners:
            key = (day.start, id_)
            sums[owner].add(counts.get(key, 0), expected[device], judged.get(key))
        for identity, each in sums.items():
            if told := each.told():
                yield (*times, *identity, *told)


def _expected(question: _Question, period: timedelta | None, day: Span) -> Mapping[str, int | None]:
    """Readings that a series of each device should have that day, from its first one on and up to now."""
    devices = {each.serial_number for each in question.series}
    if period is None or question.of not in _POLLED:
        return dict.fromkeys(devices)
    end = min(day.end, question.now)
    starts = {device: max(day.start, question.since.get(device, day.start)) for device in devices}
    return {device: max(0, (end - start) // period) for device, start in starts.items()}


async def _judged(question: _Question, sources: Sources, piece: Span) -> Mapping[Key, Counter[Reason]]:
    """Judgements of a piece by the day they begin in, by series and by reason."""
    ids = {(each.serial_number, each.port_number): each.id for each in question.series}
    series = [each.id for each in question.series]
    fields, after = {*question.of.kind.columns, "*"}, None
    counted: dict[Key, Counter[Reason]] = {}
    while True:
        some, after = await sources.store.corrections(series, piece, limit=_AT_ONCE, after=after)
        for each in some:
            id_ = ids.get((each.serial_number, each.port_number))
            if id_ is not None and each.field in fields and each.at >= piece.start:
                day = period_of(each.at, Step.DAY, question.zone).start
                counted.setdefault((day, id_), Counter())[each.reason] += 1
        if after is None:
            return counted
