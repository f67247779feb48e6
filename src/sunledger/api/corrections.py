"""/api/v1/corrections: what is wrong with stored readings, why, and what they would have been."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field

from sunledger.access.principal import Action
from sunledger.api.answers import Json, array
from sunledger.api.cursors import onward, resumed
from sunledger.api.fields import Fields, named
from sunledger.api.needs import needs
from sunledger.api.parameters import Cursor, End, Limit, Parameters, Serial, Start, span_of
from sunledger.api.shapes import CORRECTION, answers, page
from sunledger.api.sources import FromSources, Kept, require_devices
from sunledger.api.tables import Chunk, Column, Content, Table, of_rows, transposed
from sunledger.ledger.judgement import quality
from sunledger.sitetime import Span
from sunledger.store.records import Correction, Position

routes = APIRouter(tags=["corrections"], dependencies=[needs(Action.READ)])

CHUNK = 1000
"""Corrections read at once when all of a span are asked for."""

_COLUMNS = (
    Column("serial_number", Content.TEXT),
    Column("port_number", Content.WHOLE),
    Column("at", Content.MOMENT),
    Column("until", Content.MOMENT),
    Column("field", Content.TEXT),
    Column("reason", Content.TEXT),
    Column("quality", Content.TEXT),
    Column("raw", Content.NUMBER),
    Column("repaired", Content.NUMBER),
    Column("decided_at", Content.MOMENT),
)
_NAMES = tuple(column.name for column in _COLUMNS)


class CorrectionsQuery(Parameters):
    """Corrections of which readings."""

    device: Serial | None = None
    port: Annotated[int | None, Field(ge=1, le=255, description="Number of a port, from 1.")] = None
    order: Annotated[Literal["asc", "desc"], Field(description="Oldest or newest first.")] = "asc"
    start: Start | None = Field(
        None, description="Of readings from then on. Default: 30 days before the end."
    )
    end: End | None = Field(None, description="Of readings before then. Default: now.")
    fields: Fields | None = None
    cursor: Cursor | None = None
    limit: Limit = 100


@routes.get("/api/v1/corrections", responses=answers(page(CORRECTION)))
async def corrections(
    query: Annotated[CorrectionsQuery, Query()], request: Request, sources: FromSources
) -> Json:
    """Judgements on stored readings, by their time. The readings themselves stay as the device sent them."""
    default = span_of(query.start, query.end, sources.clock.now(), timedelta(days=30))
    span, after = resumed(request, query.cursor) or (default, None)
    found, position = await sources.store.corrections(
        _series(query, sources), span, limit=query.limit, after=after, newest_first=query.order == "desc"
    )
    fields = named(query.fields, _NAMES)
    items = await array(of_rows(_COLUMNS, list(map(_described, found))).only(fields))
    return Json({"items": items, "next_cursor": onward(request, span, position)})


def corrections_table(query: CorrectionsQuery, kept: Kept) -> Table:
    """All corrections that the query asks for, and no page of them. Raises Problem."""
    span = span_of(query.start, query.end, kept.clock.now(), timedelta(days=30))
    return Table(_COLUMNS, _chunks(query, kept, _series(query, kept), span))


def _series(query: CorrectionsQuery, kept: Kept) -> list[int] | None:
    """The ids of the series asked for; None for all. Raises Problem."""
    if query.device is None and query.port is None:
        return None
    if query.device is not None:
        require_devices(kept, [query.device])
    return [
        each.id
        for each in kept.store.series().values()
        if query.device in (None, each.serial_number) and query.port in (None, each.port_number)
    ]


async def _chunks(
    query: CorrectionsQuery, kept: Kept, series: list[int] | None, span: Span
) -> AsyncIterator[Chunk]:
    position: Position | None = None
    while True:
        found, position = await kept.store.corrections(
            series, span, limit=CHUNK, after=position, newest_first=query.order == "desc"
        )
        if found:
            yield transposed(map(_described, found))
        if position is None:
            return


def _described(correction: Correction) -> tuple[object, ...]:
    """Its values in the order of `_COLUMNS`."""
    return (
        correction.serial_number,
        correction.port_number,
        correction.at,
        correction.until,
        correction.field,
        correction.reason,
        quality(correction.reason),
        correction.raw,
        correction.repaired,
        correction.decided_at,
    )
