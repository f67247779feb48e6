"""/api/energy-data of the GoodWe plan: battery, grid, load and price as they were read."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from sunledger.access.principal import Action
from sunledger.api.answers import streamed
from sunledger.api.local_days import local_span
from sunledger.api.needs import needs
from sunledger.api.problems import Problem, Trouble
from sunledger.api.rows import columns, decoded
from sunledger.api.shapes import answers, listed, row
from sunledger.api.sources import FromSources, Sources
from sunledger.api.tables import Chunk, Table
from sunledger.measurements import ENERGY
from sunledger.sitetime import Span
from sunledger.store.records import Of, Position

routes = APIRouter(tags=["GoodWe"], dependencies=[needs(Action.READ, legacy=True)])

USUAL = timedelta(days=1)
_AT_ONCE = 1000


@routes.get("/api/energy-data", responses=answers(listed(row(ENERGY))))
async def energy_data(
    sources: FromSources,
    start_time: Annotated[
        str | None, Query(description="From this moment or day on, as 2026-06-21. Default: 24 hours back.")
    ] = None,
    end_time: Annotated[
        str | None, Query(description="Up to this moment, or the end of this day. Default: now.")
    ] = None,
    device_id: Annotated[str | None, Query(description="Only what was read of this device.")] = None,
) -> Response:
    """Readings of battery, grid, load and price, oldest first; the whole span, however long it is.

    Times without an offset are the site's. `grid_power` is positive when importing, `battery_power` when
    discharging.
    """
    zone, now = sources.settings.zone, sources.clock.now()
    start = now - USUAL if start_time is None else local_span(start_time, "start_time", zone).start
    end = now + timedelta(milliseconds=1) if end_time is None else local_span(end_time, "end_time", zone).end
    if start >= end:
        detail = "end_time: lies before start_time; choose a later one."
        raise Problem(Trouble.INVALID_PARAMETER, detail, parameter="end_time")
    table = Table(columns(ENERGY), _chunks(sources, Span(start, end), device_id))
    return await streamed(table, "json")


async def _chunks(sources: Sources, span: Span, device_id: str | None) -> AsyncIterator[Chunk]:
    """The span chunk by chunk, so that a year needs no more memory than a day."""
    chosen = [
        series.id
        for series in sources.store.series().values()
        if series.of is Of.ENERGY and device_id in (None, series.identity[0])
    ]
    after: Position | None = None
    while chosen:
        found = await sources.store.readings(Of.ENERGY, chosen, span, limit=_AT_ONCE, after=after)
        if found.rows:
            yield decoded(ENERGY, found.rows, found.series)
        after = found.next
        if after is None:
            return
