"""A line to a PostgreSQL server that stops in the middle of a COPY, is cut, or falls silent.

It listens on a port of its own and passes on what comes, both ways, without TLS. From the server's messages
(PostgreSQL's manual, "Message Formats") it knows when one has asked for the rows of a COPY.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

CHUNK = 1 << 14
COPY_BEGINS, COPY_IS_DONE = b"G", b"C"
"""CopyInResponse and CommandComplete."""


class _Call:
    """One connection over the line."""

    def __init__(self, here: asyncio.StreamWriter, there: asyncio.StreamWriter) -> None:
        self.here, self.there = here, there
        self.silent = False
        self.copied: int | None = None
        """Bytes of the COPY that is under way."""
        self._unread = b""

    def heard(self, data: bytes) -> None:
        """Understand what the server says."""
        self._unread += data
        while len(self._unread) >= 5:
            length = 1 + int.from_bytes(self._unread[1:5], "big")
            if len(self._unread) < length:
                return
            kind, self._unread = self._unread[:1], self._unread[length:]
            if kind in (COPY_BEGINS, COPY_IS_DONE):
                self.copied = 0 if kind == COPY_BEGINS else None

    def close(self) -> None:
        self.here.close()
        self.there.close()

    def abort(self) -> None:
        self.here.transport.abort()
        self.there.transport.abort()


class Line:
    """Connections to one server. All methods are for the event loop's thread."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self.port = 0
        self.held = asyncio.Event()
        """Whether the line stands still in the middle of a COPY."""
        self._released = asyncio.Event()
        self._hold_after: int | None = None
        self._passing = 0
        self._calls: set[_Call] = set()
        self._handlers: set[asyncio.Task[None]] = set()

    def hold(self, after: int, passing: int = 0) -> None:
        """Stand still after so many bytes of a COPY, once so many others that are as long have passed."""
        self.held.clear()
        self._released.clear()
        self._hold_after = after
        self._passing = passing

    def go_on(self) -> None:
        """Pass on again what comes."""
        self._hold_after = None
        self._released.set()

    def cut(self) -> None:
        """Break every connection: both ends are told at once."""
        for call in self._calls:
            call.abort()

    def fall_silent(self) -> None:
        """Let nothing more through of the connections there are, and tell neither end; new ones work."""
        for call in self._calls:
            call.silent = True

    async def serve(self, here: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on a connection until an end of it hangs up."""
        task = asyncio.current_task()
        assert task is not None
        self._handlers.add(task)
        task.add_done_callback(self._handlers.discard)
        try:
            there, server = await asyncio.open_connection("127.0.0.1", self._server_port)
        except OSError:
            writer.transport.abort()
            return
        call = _Call(writer, server)
        self._calls.add(call)
        await asyncio.gather(_pump(here, call, self._up), _pump(there, call, self._down))
        self._calls.discard(call)
        call.close()

    async def _up(self, call: _Call, data: bytes) -> None:
        """To the server."""
        passed = self._until_held(call, len(data))
        if passed is not None:
            call.there.write(data[:passed])
            data = data[passed:]
            self.held.set()
            await self._released.wait()
        if not call.silent:
            call.there.write(data)
            await call.there.drain()

    def _until_held(self, call: _Call, length: int) -> int | None:
        """How many of these bytes still pass; None where all do."""
        before, after = call.copied, self._hold_after
        if before is None:
            return None
        call.copied = before + length
        if after is None or not before <= after < call.copied:
            return None
        if self._passing:
            self._passing -= 1
            return None
        self._hold_after = None
        return after - before

    async def _down(self, call: _Call, data: bytes) -> None:
        """From the server."""
        call.heard(data)
        call.here.write(data)
        await call.here.drain()

    async def end(self) -> None:
        self.go_on()
        self.cut()
        await asyncio.gather(*self._handlers)


async def _pump(
    reader: asyncio.StreamReader, call: _Call, send: Callable[[_Call, bytes], Awaitable[None]]
) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(CHUNK):
            if not call.silent:
                await send(call, data)
    if not call.silent:
        call.close()


@asynccontextmanager
async def line_to(server_port: int) -> AsyncIterator[Line]:
    """A line for as long as it is needed."""
    line = Line(server_port)
    server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        await line.end()
