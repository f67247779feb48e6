"""HTTP connections as uvicorn speaks them, but not with who takes for ever to ask, or asks ambiguously.

uvicorn 0.54 closes a connection that is idle after an answer. One that never asks, or that sends its request
byte by byte, it keeps: a few hundred of them, and nobody else gets in.

A request that tells its length in two ways may be two requests for a proxy in front of us and one for us
(RFC 9112, 6.1); h11 0.16 takes it.
"""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_LENGTHS = frozenset({b"content-length", b"transfer-encoding"})

PATIENCE = 30.0
"""Seconds in which a request must have come, head and body."""
_COMING = frozenset({h11.IDLE, h11.SEND_BODY})


class _Unambiguous(h11.Connection):
    """Reads requests that tell their length in one way."""

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """What has come. Raises h11.RemoteProtocolError."""
        event = super().next_event()
        if isinstance(event, h11.Request) and {name for name, _ in event.headers} >= _LENGTHS:
            raise h11.RemoteProtocolError("both Content-Length and Transfer-Encoding")
        return event


class HttpConnections(H11Protocol):
    """One connection.

    *State: the timer that ends it, while a request is awaited.*
    """

    patience = PATIENCE
    _timer: asyncio.TimerHandle | None = None

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.conn = _Unambiguous(h11.SERVER)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Wait for a request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait on, unless the request has come."""
        super().data_received(data)
        self._wait()

    def on_response_complete(self) -> None:
        """Wait for the next one."""
        super().on_response_complete()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._rest()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection over, which then has its own pings."""
        super().handle_websocket_upgrade(event)
        self._rest()

    def _wait(self) -> None:
        if self.transport.get_protocol() is not self or self.conn.their_state not in _COMING:
            self._rest()
        elif self._timer is None:
            self._timer = self.loop.call_later(self.patience, self.transport.abort)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
