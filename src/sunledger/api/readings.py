"""/api/v1/readings: by device, port and span as JSON by page, CSV or NDJSON at any length; the latest."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from sunledger.access.principal import Action
from sunledger.api.answers import TABLE_TYPES, Format, Json, streamed, wanted
from sunledger.api.cursors import onward, resumed
from sunledger.api.history import KindName, chosen_series
from sunledger.api.needs import needs
from sunledger.api.parameters import Cursor, End, Limit, Parameters, Ports, Serials, Start, span_of
from sunledger.api.problems import Problem, Trouble
from sunledger.api.revalidation import unless_known, version_tag
from sunledger.api.rows import as_objects, columns, decoded, reading_row
from sunledger.api.shapes import ROWS, answers, fixed, listed, page
from sunledger.api.sources import FromSources, Kept, Sources, require_devices
from sunledger.api.tables import Chunk, Table
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
        Field(
            description="Or by Accept. CSV and NDJSON hold the whole span and have neither limit nor cursor."
        ),
    ] = None
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
    if format_ == "json":
        return await _page(query, request, sources)
    _refuse_paging(query, format_)
    return await streamed(readings_table(query, sources), format_)


class LatestQuery(Parameters):
    """Which readings."""

    kind: Annotated[KindName, Field(description="Kind of reading.")] = "port"


@routes.get("/api/v1/readings/latest", responses=answers(fixed(items=listed({"oneOf": ROWS}))))
async def latest(query: Annotated[LatestQuery, Query()], request: Request, sources: FromSources) -> Response:
    """The latest reading of every inverter, port, device or place; without those that were set aside."""
    if not sources.sight.whole:  # what is seen may change without any reading
        return Json(_latest(query, sources))
    version = version_tag(request, sources.stream.last_id)
    return unless_known(request, version) or Json(_latest(query, sources), headers={"ETag": version})


def _latest(query: LatestQuery, sources: Sources) -> dict[str, object]:
    images, kind = sources.latest.inverters(), KINDS[query.kind]
    found: list[Reading]
    if kind is INVERTER:
        found = [image.reading for image in images if image.reading is not None]
    elif kind is PORT:
        found = [port.reading for image in images for port in image.ports]
    else:
        found = sources.latest.measured.of(kind.name)
    return {"items": [reading_row(kind, each) for each in found]}


def readings_table(query: ReadingsQuery, kept: Kept) -> Table:
    """All readings that the query asks for. Raises Problem."""
    span = span_of(query.start, query.end, kept.clock.now(), timedelta(days=1))
    return Table(columns(Of(query.kind).kind), _chunks(query, kept, _selected(query, kept), span))


def _selected(query: ReadingsQuery, kept: Kept) -> list[int] | None:
    """The ids of the series asked for; None for all."""
    require_devices(kept, query.device)
    return chosen_series(Of(query.kind), query.device, query.port, kept.store.series())


def _refuse_paging(query: ReadingsQuery, format_: Format) -> None:
    for name in ("cursor", "limit"):
        if name in query.model_fields_set:
            detail = f"{name}: {format_} holds the whole span. Leave {name} out, or ask for format=json."
            raise Problem(Trouble.INVALID_PARAMETER, detail, parameter=name)


async def _page(query: ReadingsQuery, request: Request, sources: Sources) -> Response:
    selection = _selected(query, sources)
    default = span_of(query.start, query.end, sources.clock.now(), timedelta(days=1))
    span, after = resumed(request, query.cursor) or (default, None)
    of, newest_first = Of(query.kind), query.order == "desc"
    found = await sources.store.readings(
        of, selection, span, limit=query.limit, after=after, newest_first=newest_first
    )
    items = as_objects(of.kind, found)
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
