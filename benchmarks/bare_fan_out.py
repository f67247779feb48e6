"""What fan-out costs at least: `python -m benchmarks.bare_fan_out PORT` sends frames to whoever connects.

Ten frames a second, of as many bytes as ten readings have, each made once and written to every connection.
"""

import asyncio
import sys
from datetime import UTC, datetime

_ACCEPTED = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)
_READY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
BUNDLE = 0.1
READINGS, BYTES = 10, 560


class _Connection(asyncio.Protocol):
    listeners: set[asyncio.Transport] = set()  # noqa: RUF012  one for the process

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember it."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Accept a WebSocket; say 200 to whatever else is asked."""
        if b"websocket" not in data:
            self._transport.write(_READY)
            return
        self._transport.write(_ACCEPTED)
        self.listeners.add(self._transport)

    def connection_lost(self, _: Exception | None) -> None:
        """Forget it."""
        self.listeners.discard(self._transport)


def _frame() -> bytes:
    now = datetime.now(UTC).isoformat()
    data = b'{"events":[{"timestamp":"%b"}%b]}' % (now.encode(), b" " * (READINGS * BYTES - 60))
    return b"\x81\x7e" + len(data).to_bytes(2) + data


async def _serve(port: int) -> None:
    await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", port, backlog=1024)
    while True:
        await asyncio.sleep(BUNDLE)
        frame = _frame()
        for listener in list(_Connection.listeners):
            listener.write(frame)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
