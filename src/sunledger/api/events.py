"""/api/v1/events: the live stream as server-sent events, for plain HTTP clients and EventSource.

Each frame of the stream (`live.stream`) is an event: its data is `{"events": […]}` as on the WebSocket, its
id what to go on from. Browsers come back with it by themselves (`Last-Event-ID`) and miss nothing that the
history still holds; whoever is too slow is told `lost`, whoever was away for too long `resync`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from pydantic import Field
from starlette.responses import StreamingResponse

from sunledger.access.principal import Action
from sunledger.api.needs import needs
from sunledger.api.parameters import Parameters
from sunledger.api.problems import Problem, Trouble
from sunledger.api.shapes import answers
from sunledger.api.sources import FromSources
from sunledger.api.stream import Malformed, Wish, subscribed, wish
from sunledger.live.stream import Frame, Subscription
from sunledger.sitetime import Clock

routes = APIRouter(tags=["stream"], dependencies=[needs(Action.READ)])

KEEP_ALIVE = 15.0
"""Seconds of silence after which a comment says that all is well, lest a proxy hangs up."""
_COME_BACK = b"retry: 3000\n\n"
_STILL_HERE = b": keep-alive\n\n"
_MEDIA_TYPE = "text/event-stream"
_EVENTS: dict[int | str, dict[str, Any]] = answers({})
_EVENTS[200] |= {"content": {_MEDIA_TYPE: {"schema": {"type": "string"}}}}


class EventsQuery(Parameters):
    """Events of which devices, and from where on."""

    devices: Annotated[str, Field(description="Serial numbers or names, with commas; or all.")] = "all"
    last_event_id: Annotated[
        str | None, Field(max_length=100, description="To go on after it; the header Last-Event-ID wins.")
    ] = None


@routes.get("/api/v1/events", responses=_EVENTS)
async def events(
    query: Annotated[EventsQuery, Query()],
    sources: FromSources,
    last_event_id: Annotated[str | None, Header(max_length=100)] = None,
) -> StreamingResponse:
    """Live events as they happen (server-sent events); what they look like, `/api/v1/stream` says."""
    subscribe = partial(subscribed, _wish(query, last_event_id), sources)
    headers = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
    return StreamingResponse(event_pieces(subscribe, sources.clock), headers=headers, media_type=_MEDIA_TYPE)


def _wish(query: EventsQuery, header: str | None) -> Wish:
    devices = query.devices if query.devices == "all" else query.devices.split(",")
    try:
        return wish({"devices": devices, "last_event_id": header or query.last_event_id})
    except Malformed as error:
        detail = f"{error.field}: {error.detail}."
        raise Problem(Trouble.INVALID_PARAMETER, detail, parameter=error.field) from None


async def event_pieces(subscribe: Callable[[], Subscription], clock: Clock) -> AsyncIterator[bytes]:
    """A subscription as server-sent events, until the stream ends; it begins with the first piece."""
    with subscribe() as subscription:
        yield _COME_BACK
        awaited = asyncio.create_task(_next(subscription))
        try:
            while True:
                if not await _comes_in_time(awaited, clock):
                    yield _STILL_HERE
                    continue
                frame = awaited.result()
                if frame is None:
                    return
                yield b"id: %b\ndata: %b\n\n" % (frame.last_id.encode(), frame.data)
                awaited = asyncio.create_task(_next(subscription))
        finally:
            awaited.cancel()


async def _next(subscription: Subscription) -> Frame | None:
    return await anext(subscription, None)


async def _comes_in_time(awaited: "asyncio.Task[Frame | None]", clock: Clock) -> bool:
    silence = asyncio.create_task(clock.sleep(KEEP_ALIVE))
    try:
        await asyncio.wait({awaited, silence}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        silence.cancel()
    return awaited.done()
