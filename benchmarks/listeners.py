"""Many WebSocket clients in one process, so light that they do not slow what they measure.

They speak as much of RFC 6455 as is needed to listen: the handshake, whole text frames, pings. They offer to
take compressed frames, as browsers do.
"""

import asyncio
import re
from collections.abc import Callable
from datetime import datetime

_ASKED = (
    b"GET %b HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
)
_TEXT, _PING = 0x81, 0x89
_STAMP = re.compile(rb'"timestamp":"([^"]+)"')

Arrived = Callable[[float], None]
"""Is told of each frame the seconds since the oldest reading in it was taken."""


class Listener(asyncio.Protocol):
    """One client.

    *State: what has come and is no whole frame yet.*
    """

    def __init__(self, path: str, now: Callable[[], float], arrived: Arrived) -> None:
        self._asked = _ASKED % path.encode()
        self._now = now
        self._arrived = arrived
        self._rest = b""
        self._transport: asyncio.Transport | None = None
        self.listening = asyncio.get_running_loop().create_future()
        self.heard = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask to be told."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._asked)

    def data_received(self, data: bytes) -> None:
        """Take whole frames out of what has come."""
        data = self._rest + data
        start = 0
        if not self.listening.done():
            start = data.find(b"\r\n\r\n") + 4
            if start < 4:
                self._rest = data
                return
            if not data.startswith(b"HTTP/1.1 101"):
                self.listening.set_exception(ConnectionError(data[:200].decode(errors="replace")))
                return
            self.listening.set_result(None)
        while (end := _end(data, start)) is not None:
            self._take(data[start], data, start, end)
            start = end
        self._rest = data[start:]

    def connection_lost(self, error: Exception | None) -> None:
        """Tell whoever waits."""
        if not self.listening.done():
            self.listening.set_exception(ConnectionError(f"closed: {error}"))

    def stop_reading(self) -> None:
        """Be stuck from now on."""
        assert self._transport is not None
        self._transport.pause_reading()

    def close(self) -> None:
        """Go without a word."""
        assert self._transport is not None
        self._transport.abort()

    def _take(self, kind: int, data: bytes, start: int, end: int) -> None:
        if kind == _PING and self._transport is not None:
            payload = data[start + 2 : end]
            self._transport.write(b"\x8a" + bytes([0x80 | len(payload)]) + b"\0\0\0\0" + payload)
        found = _STAMP.search(data, start, end) if kind == _TEXT else None
        if found is not None:
            self.heard += 1
            self._arrived(self._now() - datetime.fromisoformat(found[1].decode()).timestamp())


def _end(data: bytes, start: int) -> int | None:
    """Where the frame that begins at `start` ends; None when it is not all there."""
    if len(data) < start + 2:
        return None
    length, begin = data[start + 1], start + 2
    if length >= 126:
        begin += 2 if length == 126 else 8
        length = int.from_bytes(data[start + 2 : begin])
    return begin + length if len(data) >= begin + length else None


async def connected(
    count: int, port: int, path: str, now: Callable[[], float], arrived: Arrived
) -> list[Listener]:
    """So many listeners, a few at a time."""
    loop, listeners = asyncio.get_running_loop(), list[Listener]()
    while len(listeners) < count:
        some = range(min(50, count - len(listeners)))
        pairs = await asyncio.gather(
            *(loop.create_connection(lambda: Listener(path, now, arrived), "127.0.0.1", port) for _ in some)
        )
        listeners += [listener for _, listener in pairs]
        await asyncio.gather(*(listener.listening for listener in listeners))
    return listeners
