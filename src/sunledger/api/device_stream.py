"""/telemetry/{device_id}: the live readings of one device over a WebSocket.

The first frame holds the latest reading, where there is one; then frames come as on `/api/v1/stream`, with
this device's events only. Nothing has to be sent; {"type": "ping"} is answered with {"type": "pong"}.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.websockets import WebSocket, WebSocketDisconnect

from sunledger.access.principal import Action
from sunledger.api.needs import needs
from sunledger.api.sources import FromSources, Sources, require_devices
from sunledger.api.stream import Malformed, say, send_frames, understood
from sunledger.live.events import Event, MeasuredEvent, ReadingEvent
from sunledger.live.stream import Subscription
from sunledger.measurements import KINDS

routes = APIRouter(dependencies=[needs(Action.READ)])

DeviceId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


@routes.websocket("/telemetry/{device_id}")
@routes.websocket("/api/telemetry/{device_id}")
@routes.websocket("/api/v1/telemetry/{device_id}")
async def device_stream(socket: WebSocket, device_id: DeviceId, sources: FromSources) -> None:
    """Live events of one device that is seen."""
    require_devices(sources, [device_id], "device_id")
    await socket.accept()
    subscription = sources.stream.subscribe(frozenset({device_id}), general=False)
    with subscription, suppress(WebSocketDisconnect):  # whoever has gone needs to hear nothing
        await _serve(socket, subscription, _latest(device_id, sources))


async def _serve(socket: WebSocket, subscription: Subscription, latest: Sequence[Event]) -> None:
    """Tell what is known now, then what comes, until either side goes."""
    if latest:
        await say(socket, {"events": [event.body() for event in latest]})
    sending = asyncio.create_task(send_frames(socket, subscription))
    try:
        while (message := await socket.receive())["type"] != "websocket.disconnect":
            await _answer(socket, message.get("text"))
    finally:
        sending.cancel()
        await asyncio.wait([sending])


def _latest(device_id: str, sources: Sources) -> list[Event]:
    """What is known of the device now."""
    image = sources.latest.get(device_id)
    found: list[Event] = [] if image is None else [ReadingEvent(image, sources.states.of(image))]
    for kind in KINDS.values():
        measured = (MeasuredEvent(kind, reading) for reading in sources.latest.measured.of(kind.name))
        found += [event for event in measured if event.device == device_id]
    return found


async def _answer(socket: WebSocket, text: str | None) -> None:
    try:
        wanted = understood(text)
    except Malformed as error:
        await say(socket, {"type": "error", "field": error.field, "detail": error.detail})
        return
    if wanted is None:
        await say(socket, {"type": "pong"})
        return
    detail = "subscribe cannot be chosen here; open /api/v1/stream to hear of other devices"
    await say(socket, {"type": "error", "field": "type", "detail": detail})
