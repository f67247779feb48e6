"""/api/v1/devices: every inverter with its state now and its latest readings."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from sunledger.access.principal import Action
from sunledger.api.answers import Json
from sunledger.api.cursors import cursor, place
from sunledger.api.fields import Fields, ItemQuery, all_sparse, sparse
from sunledger.api.needs import needs
from sunledger.api.parameters import Cursor, Limit, NoParameters, Parameters
from sunledger.api.rows import inverter_row, port_row, seen
from sunledger.api.shapes import DEVICE, NAMED, answers, page
from sunledger.api.sources import FromSources, Sources, unknown_device
from sunledger.api.writing import Members, carrying, changing
from sunledger.live.latest import LatestInverter, LatestPort
from sunledger.live.state import State
from sunledger.store.records import Device

routes = APIRouter(tags=["devices"], dependencies=[needs(Action.READ)])


class DevicesQuery(Parameters):
    """Which page of the list."""

    fields: Fields | None = None
    cursor: Cursor | None = None
    limit: Limit = 100


@routes.get("/api/v1/devices", responses=answers(page(DEVICE)))
async def devices(query: Annotated[DevicesQuery, Query()], request: Request, sources: FromSources) -> Json:
    """Every inverter ever seen, by serial number."""
    after = place(request, query.cursor, 1, str)
    rest = [
        device
        for device in sorted(await sources.store.devices(), key=lambda device: device.serial_number)
        if after is None or device.serial_number > after[0]
    ]
    shown = rest[: query.limit]
    more = cursor(request, shown[-1].serial_number) if len(rest) > len(shown) else None
    items = all_sparse((_described(device, sources) for device in shown), query.fields, DEVICE)
    return Json({"items": items, "next_cursor": more})


@routes.get("/api/v1/devices/{serial_number}", responses=answers(DEVICE))
async def device(
    serial_number: Annotated[str, Path(description="Of the inverter.")],
    query: Annotated[ItemQuery, Query()],
    sources: FromSources,
) -> Json:
    """One inverter."""
    shown = _described(await _seen(serial_number, sources), sources)
    return Json(sparse(shown, query.fields, DEVICE))


@routes.patch(
    "/api/v1/devices/{serial_number}",
    responses=answers(DEVICE),
    openapi_extra=carrying(changing(NAMED)),
    dependencies=[needs(Action.CHANGE)],
)
async def describe_device(
    serial_number: Annotated[str, Path(description="Of the inverter.")],
    members: Members,
    _: Annotated[NoParameters, Query()],
    sources: FromSources,
) -> Json:
    """Name an inverter, say where it belongs, or no longer keep its readings.

    Only the fields that are sent change; null puts one back to its default.
    """
    device = await _seen(serial_number, sources)
    await sources.registry.describe(serial_number, members)
    return Json(_described(device, sources))


async def _seen(serial_number: str, sources: Sources) -> Device:
    for each in await sources.store.devices():
        if each.serial_number == serial_number:
            return each
    raise unknown_device([serial_number], "serial_number")


def _described(device: Device, sources: Sources) -> dict[str, object]:
    image = sources.latest.get(device.serial_number)
    said = sources.registry.device(device.serial_number)
    return {
        **seen(device),
        **said.entry.content(),
        "pinned": said.pinned,
        "ports": device.ports,
        "state": sources.states.of(image) if image else State.OFFLINE,
        "latest": {
            "inverter": _inverter(image),
            "ports": [_port(port) for port in image.ports] if image else [],
        },
    }


def _inverter(image: LatestInverter | None) -> dict[str, object] | None:
    if image is None or image.reading is None:
        return None
    return inverter_row(image.reading) | {"quality": image.quality}


def _port(port: LatestPort) -> dict[str, object]:
    counted = port.production
    repaired = counted and {"today_production": counted.today, "total_production": counted.total}
    return port_row(port.reading) | {"quality": port.quality, "repaired": repaired}
