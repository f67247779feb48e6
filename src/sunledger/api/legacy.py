"""The paths of S-Miles under /api, with its shapes, so that its components and scrapers go on working.

As S-Miles did, they ignore parameters that they do not know.
"""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from sunledger.access.principal import Action
from sunledger.api.answers import Json
from sunledger.api.needs import needs
from sunledger.api.parameters import ALL_TIME
from sunledger.api.problems import Problem, Trouble
from sunledger.api.rows import as_objects, inverter_row, no_reading, port_row, seen
from sunledger.api.shapes import HISTORY_ROW, OLD_INVERTER, PORT_ROW, PRODUCTION, answers, listed
from sunledger.api.sources import FromSources, Sources, unknown_device
from sunledger.measurements import INVERTER, PORT
from sunledger.sitetime import Span, Step
from sunledger.sitetime.spans import period_of
from sunledger.store.protocol import Of
from sunledger.store.records import Device, PowerSummary, position
from sunledger.store.summaries import summaries

routes = APIRouter(tags=["S-Miles"], dependencies=[needs(Action.READ, legacy=True)])

_POWER_SCALE = PORT.measurements[PORT.index("pv_power")].quantity.scale


@routes.get("/api/inverters", responses=answers(listed(OLD_INVERTER)))
async def inverters(sources: FromSources) -> Json:
    """Every inverter with its latest reading and those of its ports."""
    return Json([_inverter(device, sources) for device in await sources.store.devices()])


@routes.get("/api/inverters/{serial_number}", responses=answers(OLD_INVERTER))
async def inverter(serial_number: str, sources: FromSources) -> Json:
    """One inverter with its latest reading and those of its ports."""
    return Json(_inverter(await _device(serial_number, sources), sources))


@routes.get("/api/inverters/{serial_number}/ports", responses=answers(listed(PORT_ROW)))
async def inverter_ports(serial_number: str, sources: FromSources) -> Json:
    """The latest reading of each port of an inverter."""
    await _device(serial_number, sources)
    return Json(_ports(serial_number, sources))


@routes.get("/api/ports", responses=answers(listed(PORT_ROW)))
async def ports(sources: FromSources) -> Json:
    """The latest reading of every port."""
    return Json(
        [row for device in await sources.store.devices() for row in _ports(device.serial_number, sources)]
    )


@routes.get("/api/production/current", responses=answers(listed(PRODUCTION)))
async def current_production(sources: FromSources) -> Json:
    """Each port's repaired counters in Wh: since the last RESET_HOUR, and of its life."""
    production = sorted(sources.latest.production(), key=lambda port: (port.serial_number, port.port_number))
    return Json(
        [
            {
                "serial_number": port.serial_number,
                "port_number": port.port_number,
                "today_production": port.today,
                "total_production": port.total,
            }
            for port in production
        ]
    )


@routes.get(
    "/api/inverters/{serial_number}/history",
    responses=answers(listed(HISTORY_ROW)),
    name="inverter_history",
)
async def history(
    serial_number: str,
    sources: FromSources,
    limit: Annotated[int, Query(ge=1, le=10_000, description="Rows, or periods with a step.")] = 100,
    step: Annotated[
        Literal["15m", "1h", "1d"] | None,
        Query(description="Means by period instead of readings; the last `limit` periods."),
    ] = None,
) -> Json:
    """Readings of an inverter, newest first, with the power of all its ports at that time."""
    await _device(serial_number, sources)
    if step is None:
        return Json(await _readings(serial_number, limit, sources))
    span = _last(limit, Step(step), sources)
    found = await summaries(sources.store, serial_number, span, Step(step))
    return Json([_period(summary) for summary in reversed(found)])


@routes.post("/api/websocket/register", responses=answers({"type": "null"}))
async def register_websocket() -> Response:
    """What the old component asked to be called back with; nothing is ever called back."""
    detail = "Sunledger calls nobody back. Open the WebSocket /api/v1/stream; live readings come from there."
    raise Problem(Trouble.GONE, detail)


async def _device(serial_number: str, sources: Sources) -> Device:
    for device in await sources.store.devices():
        if device.serial_number == serial_number:
            return device
    raise unknown_device([serial_number], "serial_number")


def _inverter(device: Device, sources: Sources) -> dict[str, object]:
    image = sources.latest.get(device.serial_number)
    reading = image.reading if image else None
    return {
        **seen(device),
        "metadata": device.metadata,
        **(inverter_row(reading) if reading else no_reading(device.serial_number)),
        "ports": _ports(device.serial_number, sources),
    }


def _ports(serial_number: str, sources: Sources) -> list[dict[str, object]]:
    image = sources.latest.get(serial_number)
    return [port_row(port.reading) for port in image.ports] if image else []


async def _readings(serial_number: str, limit: int, sources: Sources) -> list[dict[str, object]]:
    """The newest rows of an inverter, each with its ports' power."""
    own = [s for s in sources.store.series().values() if s.serial_number == serial_number]
    inverter = [series.id for series in own if series.port_number is None]
    page = await sources.store.readings(Of.INVERTER, inverter, ALL_TIME, limit=limit, newest_first=True)
    times = [position(row).at for row in page.rows]
    power = await sources.store.port_power([s.id for s in own if s.port_number is not None], times)
    rows = as_objects(INVERTER, page)
    return [row | {"pv_power": _watts(power.get(at))} for at, row in zip(times, rows, strict=True)]


def _watts(stored: int | None) -> float | None:
    return None if stored is None else stored / _POWER_SCALE


def _last(count: int, step: Step, sources: Sources) -> Span:
    """The last periods, the one that is running included."""
    now, zone = sources.clock.now(), sources.settings.zone
    running = period_of(now, step, zone)
    return Span(_back(running.start, count - 1, step, sources), running.end)


def _back(start: datetime, count: int, step: Step, sources: Sources) -> datetime:
    """The start of the period so many before the one that begins at `start`."""
    if step is not Step.DAY:
        length = timedelta(minutes=15) if step is Step.QUARTER else timedelta(hours=1)
        return start - count * length
    zone = sources.settings.zone
    noon = start.astimezone(zone).replace(hour=12) - timedelta(days=count)
    return period_of(noon, step, zone).start


def _period(summary: PowerSummary) -> dict[str, object]:
    return inverter_row(summary.inverter) | {"timestamp": summary.start, "pv_power": summary.pv_power}
