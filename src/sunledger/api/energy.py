"""/api/v1/energy: what was produced in a span, by period, in whole Wh; hours = days = months to the Wh."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Literal, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from sunledger.access.principal import Action
from sunledger.api.answers import TABLE_TYPES, Format, Json, streamed, wanted
from sunledger.api.fields import Fields, named
from sunledger.api.needs import needs
from sunledger.api.paging import page_asked, paged, refuse_paging
from sunledger.api.parameters import Cursor, End, Limit, Parameters, Ports, Serials, Start, Zone, span_of
from sunledger.api.rows import identity_column
from sunledger.api.shapes import COUNT, MOMENT, TEXT, answers, either_null, fixed, listed
from sunledger.api.sources import FromSources, Kept, note_export, require_devices
from sunledger.api.steps import (
    FORMAT_ABOUT,
    PERIOD,
    StepName,
    chunks,
    inhabited,
    lifetime,
    refuse_too_much,
    shown,
)
from sunledger.api.tables import Chunk, Column, Content, Table, transposed
from sunledger.measurements.quantity import Unit
from sunledger.sitetime import Span, Step
from sunledger.sitetime.spans import day_of, day_span
from sunledger.store.records import Energy, PortKey

routes = APIRouter(tags=["energy"], dependencies=[needs(Action.READ)])

By = Literal["port", "inverter", "dtu", "plant"]

_IDENTITY: Mapping[By, tuple[str, ...]] = {
    "port": ("serial_number", "port_number"),
    "inverter": ("serial_number",),
    "dtu": ("dtu_name",),
    "plant": (),
}


class EnergyQuery(Parameters):
    """Whose energy, when and in which steps."""

    device: Serials = ()
    port: Ports = ()
    by: Annotated[By, Field(description="What is added up.")] = "plant"
    start: Start | None = Field(None, description="From this moment on. Default: the day of the end begins.")
    end: End | None = Field(None, description="Up to, but not including this moment. Default: today ends.")
    step: StepName | None = Field(None, description="Length of a period. Default: the span is one period.")
    zone: Zone | None = Field(
        None, description="Whose days, months and years (IANA name). Default: the site's."
    )
    fields: Fields | None = None
    format: Annotated[Format | None, Field(description=FORMAT_ABOUT)] = None
    cursor: Cursor | None = None
    limit: Annotated[Limit | None, Field(description="Items on a page. Default: all, up to 20,000.")] = None


class _Question(NamedTuple):
    """A query with its defaults filled in."""

    ports: list[PortKey] | None
    by: By
    span: Span
    """As asked for; with a step, no more chunks than there can be readings in."""
    step: Step | None
    zone: ZoneInfo
    owner: Callable[[Energy], tuple[object, ...]]
    """The identity of what a port's energy is added to."""


_ITEM = fixed(
    start=MOMENT,
    end=MOMENT,
    local_start={"type": "string", "description": "The same moment in the zone, with its offset."},
    local_end=TEXT,
    energy={"type": "integer", "description": "In Wh, from repaired lifetime counters."},
)
_ITEM |= {
    "properties": _ITEM["properties"] | {"serial_number": TEXT, "port_number": COUNT, "dtu_name": TEXT},
    "title": "Energy",
}


@routes.get(
    "/api/v1/energy",
    responses=answers(
        fixed(
            by=TEXT,
            step=either_null(TEXT),
            zone=TEXT,
            unit=TEXT,
            items=listed(_ITEM),
            next_cursor=either_null(TEXT),
        ),
        *TABLE_TYPES,
    ),
)
async def energy(query: Annotated[EnergyQuery, Query()], request: Request, sources: FromSources) -> Response:
    """Energy by period, cut at the edges of the span; a period in which nothing was read is absent."""
    format_ = wanted(request, query.format)
    if format_ != "json":
        refuse_paging(query, format_)
        await note_export(sources, "energy", format_, query)
        return await streamed(await energy_table(query, sources), format_)
    page = page_asked(query, request)
    whole = page.span or asked_span(query, sources)
    question = await _question(query, sources, page.rest(whole))
    table = _table(question, sources, page.at_once)
    fields = named(query.fields, table.names)
    if page.limit is None:
        refuse_too_much(question.span, question.step, _rows_a_period(question, sources))
    items = await paged(table, page, whole, request, fields)
    head = {"by": question.by, "step": query.step, "zone": question.zone.key, "unit": "Wh"}
    return Json(head | items)


async def energy_table(query: EnergyQuery, kept: Kept) -> Table:
    """All of the energy that the query asks for. Raises Problem."""
    table = _table(await _question(query, kept, asked_span(query, kept)), kept)
    return table.only(named(query.fields, table.names))


def _table(question: _Question, kept: Kept, at_once: int | None = None) -> Table:
    identity = map(identity_column, _IDENTITY[question.by])
    return Table((*PERIOD, *identity, _ENERGY), _rows(question, kept, at_once))


_ENERGY = Column("energy", Content.WHOLE, Unit.WATT_HOUR.symbol, 1)


async def _question(query: EnergyQuery, kept: Kept, span: Span) -> _Question:
    require_devices(kept, query.device)
    zone = query.zone or kept.settings.zone
    devices = await kept.store.devices()
    step = None if query.step is None else Step(query.step)
    if step is not None:
        span = inhabited(span, step, zone, lifetime(devices))
    dtus = {device.serial_number: device.dtu_name for device in devices}
    return _Question(_ports(query, kept), query.by, span, step, zone, _owner(query.by, dtus))


def asked_span(query: EnergyQuery, kept: Kept) -> Span:
    """Today, unless a start or an end is given."""
    zone, now = query.zone or kept.settings.zone, kept.clock.now()
    end = query.end or day_span(day_of(now, zone), zone).end
    morning = day_span(day_of(end - timedelta(milliseconds=1), zone), zone).start
    return span_of(query.start, end, now, end - morning)


def _ports(query: EnergyQuery, kept: Kept) -> list[PortKey] | None:
    """The ports asked for; None for all."""
    if not query.device and not query.port:
        return None
    return [
        (series.serial_number, series.port_number)
        for series in kept.store.series().values()
        if series.port_number is not None
        and (not query.device or series.serial_number in query.device)
        and (not query.port or series.port_number in query.port)
    ]


def _owner(by: By, dtus: Mapping[str, str]) -> Callable[[Energy], tuple[object, ...]]:
    if by == "port":
        return lambda port: (port.serial_number, port.port_number)
    if by == "inverter":
        return lambda port: (port.serial_number,)
    if by == "dtu":
        return lambda port: (dtus.get(port.serial_number),)
    return lambda _: ()


def _rows_a_period(question: _Question, kept: Kept) -> int:
    """At most."""
    if question.by == "plant":
        return 1
    return len(question.ports if question.ports is not None else kept.store.series())


async def _rows(question: _Question, kept: Kept, at_once: int | None) -> AsyncIterator[Chunk]:
    """The answer's rows, chunk by chunk."""
    most = _rows_a_period(question, kept)
    for piece in chunks(question.span, question.step, question.zone, most, at_once):
        found = await kept.store.energy(
            question.ports, piece, question.step, question.zone, together=question.by == "plant"
        )
        rows = _together(found, question) if question.by == "plant" else _summed(found, question)
        if chunk := transposed(rows):
            yield chunk


def _together(found: Sequence[Energy], question: _Question) -> Iterator[Sequence[object]]:
    """What the store has summed over the ports already."""
    zone = question.zone
    return ((*shown(start, end, zone), energy) for start, end, _, _, energy in found)


def _summed(found: Sequence[Energy], question: _Question) -> Iterator[Sequence[object]]:
    sums: dict[tuple[int, int], dict[tuple[object, ...], int]] = {}
    for port in found:
        owners = sums.setdefault((port.start_ms, port.end_ms), {})
        owner = question.owner(port)
        owners[owner] = owners.get(owner, 0) + port.energy
    for (start, end), owners in sums.items():
        period = shown(start, end, question.zone)
        yield from ((*period, *owner, energy) for owner, energy in owners.items())
