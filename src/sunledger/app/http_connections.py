"""HTTP connections as uvicorn speaks them, but not with clients that take for ever to ask.

uvicorn 0.54 closes a connection that is idle after an answer. One that never asks, or that sends its request
byte by byte, it keeps: a few hundred of them, and nobody else gets in.
"""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE = 30.0
"""Seconds in which a request must have come, head and body."""
_COMING = frozenset({h11.IDLE, h11.SEND_BODY})


class HttpConnections(H11Protocol):
    """One connection.

    *State: the timer that ends it, while a request is awaited.*
    """

    patience = PATIENCE
    _timer: asyncio.TimerHandle | None = None

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
