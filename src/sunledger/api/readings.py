"""/api/v1/readings: by device, port and span as JSON by page, CSV or NDJSON at any length; the latest."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from sunledger.access.principal import Action
from sunledger.api.answers import TABLE_TYPES, Format, Json, array, streamed, wanted
from sunledger.api.charts import Drawn, MaxPoints, thinned
from sunledger.api.cursors import cursor, onward, place, resumed
from sunledger.api.fields import Fields, all_sparse, named
from sunledger.api.history import KindName, chosen_series
from sunledger.api.needs import needs
from sunledger.api.paging import refuse_paging
from sunledger.api.parameters import Cursor, End, Limit, Parameters, Ports, Serials, Start, span_of
from sunledger.api.revalidation import unless_known, version_tag
from sunledger.api.rows import columns, decoded, names, reading_row
from sunledger.api.shapes import ROWS, answers, page, row
from sunledger.api.sources import FromSources, Kept, Sources, note_export, require_devices
from sunledger.api.tables import Chunk, Table, of_chunk
from sunledger.measurements import INVERTER, KINDS, PORT, Reading
from sunledger.sitetime import Span
from sunledger.store.protocol import Of
from sunledger.store.records import Position

routes = APIRouter(tags=["readings"], dependencies=[needs(Action.READ)])

CHUNK = 1000
"""Rows read and sent at once when the whole span is streamed."""


class ReadingsQuery(Parameters):
    """Which readings, in which order and format."""

    device: Serials = ()
    port: Ports = ()
    kind: Annotated[KindName, Field(description="Kind of reading.")] = "port"
    start: Start | None = Field(None, description="From this moment on. Default: 24 hours before the end.")
    end: End | None = Field(None, description="Up to, but not including this moment. Default: now.")
    order: Annotated[Literal["asc", "desc"], Field(description="Oldest or newest first.")] = "asc"
    format: Annotated[
        Format | None,
        Field(description="Or by Accept. All but json hold the whole span, without limit and cursor."),
    ] = None
    fields: Fields | None = None
    max_points: MaxPoints | None = None
    cursor: Cursor | None = None
    limit: Limit = 100


@routes.get(
    "/api/v1/readings",
    responses=answers(page({"oneOf": ROWS, "type": "object"}), *TABLE_TYPES),
)
async def readings(
    query: Annotated[ReadingsQuery, Query()], request: Request, sources: FromSources
) -> Response:
    """Stored readings as the device sent them, by time. `corrections` says what is wrong with some."""
    format_ = wanted(request, query.format)
    if query.max_points is None and format_ == "json":
        return await _page(query, request, sources)
    refuse_paging(query, "a chart" if query.max_points else format_)
    await note_export(sources, "readings", format_, query)
    table = await readings_table(query, sources, bounded=format_ == "json")
    if format_ == "json":
        return Json({"items": await array(table), "next_cursor": None})
    return await streamed(table, format_)


class LatestQuery(Parameters):
    """Which readings."""

    kind: Annotated[KindName, Field(description="Kind of reading.")] = "port"
    fields: Fields | None = None
    cursor: Cursor | None = None
    limit: Limit = 100


@routes.get("/api/v1/readings/latest", responses=answers(page({"oneOf": ROWS, "type": "object"})))
async def latest_readings(
    query: Annotated[LatestQuery, Query()], request: Request, sources: FromSources
) -> Response:
    """The latest reading of every inverter, port, device or place; without those that were set aside."""
    if not sources.sight.whole:  # what is seen may change without any reading
        return Json(_latest(query, request, sources))
    version = version_tag(request, sources.stream.last_id)
    known = unless_known(request, version)
    return known or Json(_latest(query, request, sources), headers={"ETag": version})


def _latest(query: LatestQuery, request: Request, sources: Sources) -> dict[str, object]:
    """A page of them; new series may move the others on."""
    kind, found = KINDS[query.kind], _all_latest(query, sources)
    after = place(request, query.cursor, 1, int)
    first = 0 if after is None else max(0, after[0])
    rest = found[first : first + query.limit + 1]
    more = cursor(request, first + query.limit) if len(rest) > query.limit else None
    rows = (reading_row(kind, each) for each in rest[: query.limit])
    return {"items": all_sparse(rows, query.fields, row(kind)), "next_cursor": more}


def _all_latest(query: LatestQuery, sources: Sources) -> list[Reading]:
    images, kind = sources.latest.inverters(), KINDS[query.kind]
    found: list[Reading]
    if kind is INVERTER:
        found = [image.reading for image in images if image.reading is not None]
    elif kind is PORT:
        found = [port.reading for image in images for port in image.ports]
    else:
        found = sources.latest.measured.of(kind.name)
    return found


async def readings_table(query: ReadingsQuery, kept: Kept, *, bounded: bool = False) -> Table:
    """All readings that the query asks for; of a chart, if bounded, what JSON holds. Raises Problem."""
    span = span_of(query.start, query.end, kept.clock.now(), timedelta(days=1))
    kind = Of(query.kind).kind
    table = Table(columns(kind), _chunks(query, kept, _selected(query, kept), span))
    fields = named(query.fields, table.names)
    if query.max_points is None:
        return table.only(fields)
    values = [name for name in fields or () if name in kind.columns] or list(kind.columns)
    drawn = Drawn(kind.identity, "timestamp", values)
    whole = table.only((*kind.identity, "timestamp", *values))
    chart = await thinned(whole, query.max_points, drawn, bounded=bounded)
    return chart.only(fields)


def _selected(query: ReadingsQuery, kept: Kept) -> list[int] | None:
    """The ids of the series asked for; None for all."""
    require_devices(kept, query.device)
    return chosen_series(Of(query.kind), query.device, query.port, kept.store.series())


async def _page(query: ReadingsQuery, request: Request, sources: Sources) -> Response:
    selection = _selected(query, sources)
    default = span_of(query.start, query.end, sources.clock.now(), timedelta(days=1))
    span, after = resumed(request, query.cursor) or (default, None)
    of, newest_first = Of(query.kind), query.order == "desc"
    found = await sources.store.readings(
        of, selection, span, limit=query.limit, after=after, newest_first=newest_first
    )
    chunk = decoded(of.kind, found.rows, found.series) if found.rows else ()
    items = await array(of_chunk(columns(of.kind), chunk).only(named(query.fields, names(of.kind))))
    return Json({"items": items, "next_cursor": onward(request, span, found.next)})


async def _chunks(
    query: ReadingsQuery, kept: Kept, selection: list[int] | None, span: Span
) -> AsyncIterator[Chunk]:
    """The whole span chunk by chunk, so that a year needs no more memory than a day."""
    of, newest_first = Of(query.kind), query.order == "desc"
    after: Position | None = None
    while True:
        found = await kept.store.readings(
            of, selection, span, limit=CHUNK, after=after, newest_first=newest_first
        )
        if found.rows:
            yield decoded(of.kind, found.rows, found.series)
        after = found.next
        if after is None:
            return
