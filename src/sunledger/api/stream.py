"""/api/v1/stream: live events over a WebSocket; what they look like stands in `live.stream`.

A client says what it wants to hear, in its address (`?devices=a,b&last_event_id=…`) or in a message:

    {"type": "subscribe", "devices": ["116180215046", …] or "all", "last_event_id": "…"}

is answered with {"type": "subscribed", …} and then frames; it may be sent again to choose anew.
{"type": "ping"} is answered with {"type": "pong"}. Anything else is answered with {"type": "error", "field",
"detail"} and changes nothing.
"""

import asyncio
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.websockets import WebSocket, WebSocketDisconnect

from sunledger.access.principal import Action
from sunledger.api.needs import needs
from sunledger.api.sources import FromSources, Sources
from sunledger.live.stream import Subscription

routes = APIRouter(dependencies=[needs(Action.READ)])

LONGEST_MESSAGE = 64 * 1024
MOST_DEVICES = 1000
GOING_AWAY = 1001
_SERIAL = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MEMBERS = {"subscribe": {"type", "devices", "last_event_id"}, "ping": {"type"}}


class Malformed(Exception):
    """A message that cannot be understood: which member, and what to write instead."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail


class Wish(NamedTuple):
    """What a client wants to hear."""

    devices: frozenset[str] | None
    """Serial numbers; None for all."""
    last_event_id: str | None


@routes.websocket("/api/v1/stream")
async def stream(socket: WebSocket, sources: FromSources) -> None:
    """Live events of all or some devices."""
    await socket.accept()
    await _Listener(socket, sources).serve()


def understood(text: str | None) -> Wish | None:
    """The wish that a message carries, None for a ping; raises `Malformed`."""
    if text is None:
        raise Malformed("message", "binary; send text")
    if len(text) > LONGEST_MESSAGE:
        raise Malformed("message", f"longer than {LONGEST_MESSAGE} characters")
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Malformed("message", 'not JSON; send {"type": "subscribe", "devices": "all"}') from None
    if not isinstance(message, dict):
        raise Malformed("message", 'not an object; send {"type": "subscribe", "devices": "all"}')
    kind = message.get("type")
    known = _MEMBERS.get(kind) if isinstance(kind, str) else None
    if known is None:
        raise Malformed("type", f"must be one of {', '.join(_MEMBERS)}")
    for name in message.keys() - known:
        raise Malformed(name, f"no such member; known are {', '.join(sorted(known))}")
    return None if kind == "ping" else wish(message)


def wish(message: Mapping[str, Any]) -> Wish:
    """The wish of a subscribe message; raises `Malformed`."""
    last = message.get("last_event_id")
    if last is not None and not isinstance(last, str):
        raise Malformed("last_event_id", "must be the id of an event as it came, or be left out")
    return Wish(_selection(message.get("devices", "all")), last)


def _selection(devices: object) -> frozenset[str] | None:
    if devices == "all":
        return None
    if not isinstance(devices, list) or not 0 < len(devices) <= MOST_DEVICES:
        raise Malformed("devices", f'must be "all" or a list of 1 to {MOST_DEVICES} serial numbers')
    for device in devices:
        if not isinstance(device, str) or not _SERIAL.fullmatch(device):
            raise Malformed("devices", f"{device!r:.80} is not a serial number")
    return frozenset(devices)


def asked_in_address(parameters: QueryParams) -> dict[str, object] | None:
    """The address as a subscribe message; None when it asks for nothing."""
    if not parameters:
        return None
    message: dict[str, object] = {"type": "subscribe", **parameters}
    devices = parameters.get("devices", "all")
    message["devices"] = devices if devices == "all" else devices.split(",")
    return message


class _Listener:
    """One client, whose messages are read while it is sent frames.

    *State: the task that sends them.*
    """

    def __init__(self, socket: WebSocket, sources: Sources) -> None:
        self._socket = socket
        self._sources = sources
        self._sending: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        """Serve until either side goes."""
        asked = asked_in_address(self._socket.query_params)
        async with asyncio.TaskGroup() as tasks:
            try:
                if asked is not None:
                    await self._hear(orjson.dumps(asked).decode(), tasks)
                while (message := await self._socket.receive())["type"] != "websocket.disconnect":
                    await self._hear(message.get("text"), tasks)
            except WebSocketDisconnect:
                return
            finally:
                self._stop()

    def _stop(self) -> None:
        if self._sending is not None:
            self._sending.cancel()

    async def _hear(self, text: str | None, tasks: asyncio.TaskGroup) -> None:
        try:
            wanted = understood(text)
        except Malformed as error:
            await say(self._socket, {"type": "error", "field": error.field, "detail": error.detail})
            return
        if wanted is None:
            await say(self._socket, {"type": "pong"})
            return
        self._stop()
        devices = "all" if wanted.devices is None else sorted(wanted.devices)
        await say(self._socket, {"type": "subscribed", "devices": devices})
        self._sending = tasks.create_task(send_frames(self._socket, subscribed(wanted, self._sources)))


def subscribed(wanted: Wish, sources: Sources) -> Subscription:
    """The subscription to what somebody wants to hear and may."""
    sight = sources.sight
    devices = sight.chosen(wanted.devices)
    return sources.stream.subscribe(devices, wanted.last_event_id, general=sight.whole)


async def say(socket: WebSocket, message: Mapping[str, object]) -> None:
    """Send a JSON object."""
    await socket.send_text(orjson.dumps(message, option=orjson.OPT_UTC_Z).decode())


async def send_frames(socket: WebSocket, subscription: Subscription) -> None:
    """Send frames until the stream ends; a reader that has gone is noticed by whoever receives."""
    with subscription:
        try:
            async for frame in subscription:
                await socket.send_text(frame.text)
            await socket.close(GOING_AWAY, "the server is stopping")
        except WebSocketDisconnect:
            return
