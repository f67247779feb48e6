"""Clients that are slow to ask, or that go in the middle of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.api.plant import serving
from websockets.asyncio.client import connect

from sunledger.app.http_connections import HttpConnections
from sunledger.app.server import HttpServer, listen

SOON = 0.3
"""Seconds of patience in these tests; a server that has none is waited for a hundred times as long."""
HEAD = b"POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.fixture(autouse=True)
def little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HttpConnections, "patience", SOON)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with serving() as plant:
        listener = listen("127.0.0.1", 0)
        server = HttpServer(plant.api, listener)
        await server.start()
        yield listener.getsockname()[1]
        await server.stop()


@asynccontextmanager
async def client(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def rest(reader: asyncio.StreamReader) -> bytes:
    """What comes until the server closes the connection."""
    try:
        async with asyncio.timeout(100 * SOON):
            return await reader.read()
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HT",
        HEAD,
        HEAD + b"Content-Length: 9\r\n\r\n{",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n",
    ],
    ids=["nothing", "half a line", "half a head", "half a body", "half a chunk"],
)
async def test_who_does_not_finish_asking_is_dropped(port: int, sent: bytes) -> None:
    async with client(port) as (reader, writer):
        writer.write(sent)
        assert await rest(reader) == b""


async def test_who_sends_byte_by_byte_is_dropped(port: int) -> None:
    async def trickle() -> None:
        for byte in HEAD * 1000:
            writer.write(bytes([byte]))
            await asyncio.sleep(SOON / 10)

    async with client(port) as (reader, writer):
        trickling = asyncio.create_task(trickle())
        assert await rest(reader) == b""
        trickling.cancel()


async def test_who_goes_in_the_middle_of_asking_is_no_bug(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with client(port) as (_, writer):
        writer.write(HEAD + b"Content-Length: 9\r\n\r\n{")
        await writer.drain()
    async with client(port) as (reader, writer):
        writer.write(b"GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert (await rest(reader)).startswith(b"HTTP/1.1 200")
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


async def test_who_has_asked_may_ask_again_and_a_websocket_may_be_silent(port: int) -> None:
    async with connect(f"ws://127.0.0.1:{port}/api/v1/stream") as socket, client(port) as (reader, writer):
        for _ in range(3):
            writer.write(b"GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
            await reader.read(10_000)
        await asyncio.sleep(SOON * 2)
        await socket.send('{"type": "ping"}')
        assert await asyncio.wait_for(socket.recv(), 60) == '{"type":"pong"}'
