"""WebSockets of the server as users run it, and clients that say anything, too much, or nothing."""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.api.plant import NOON, SERIALS, Plant, poll, serving
from websockets.asyncio.client import ClientConnection, connect

from sunledger.app.server import HttpServer, listen
from sunledger.app.web_sockets import WebSockets
from sunledger.live.stream import HISTORY

PATIENCE = 60.0
"""Seconds until something counts as hanging, on a machine that is busy with other tests."""
MOST_TAKEN = 64 * 1024 * 1024
"""Bytes that are taken from a client that reads nothing, at most; kernels buffer some megabytes."""
_HANDSHAKE = (
    "GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@asynccontextmanager
async def product() -> AsyncIterator[tuple[Plant, int]]:
    """A plant behind the server as the product runs it, and its port."""
    async with serving() as plant:
        listener = listen("127.0.0.1", 0)
        server = HttpServer(plant.api, listener)
        await server.start()
        try:
            yield plant, listener.getsockname()[1]
        finally:
            await server.stop()


@pytest.fixture
async def served() -> AsyncIterator[tuple[Plant, int]]:
    """One of these."""
    async with product() as found:
        yield found


def reader(port: int, query: str = "?devices=all", max_queue: int = 16) -> connect:
    return connect(f"ws://127.0.0.1:{port}/api/v1/stream{query}", max_queue=max_queue, max_size=None)


async def heard(socket: ClientConnection) -> dict[str, object]:
    message: dict[str, object] = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE))
    return message


async def lives(port: int) -> None:
    """Hold the server to answering somebody else."""
    async with reader(port, "") as other:
        await other.send('{"type": "ping"}')
        assert await heard(other) == {"type": "pong"}


async def raw(port: int) -> socket.socket:
    """A WebSocket whose bytes are ours to send."""
    loop, client = asyncio.get_running_loop(), socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.setblocking(False)
    await loop.sock_connect(client, ("127.0.0.1", port))
    await loop.sock_sendall(client, _HANDSHAKE.format(port=port).encode())
    assert b" 101 " in await asyncio.wait_for(loop.sock_recv(client, 4096), PATIENCE)
    return client


async def taken_without_reading(client: socket.socket, frame: bytes) -> int:
    """How many bytes of a frame, sent again and again, are taken until nothing is taken for a while."""
    taken, chunk = 0, frame * (256 * 1024 // len(frame) + 1)
    sending = asyncio.get_running_loop().sock_sendall
    while taken < MOST_TAKEN:
        try:
            await asyncio.wait_for(sending(client, chunk), 1)
        except TimeoutError:
            break
        taken += len(chunk)
    return taken


def framed(kind: int, payload: bytes) -> bytes:
    """A whole frame of a client, masked with zeros."""
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack("!H", len(payload))
    return bytes([0x80 | kind]) + length + b"\0\0\0\0" + payload


@pytest.mark.parametrize(
    "frame",
    [framed(0x9, b"x" * 125), framed(0x1, b"{"), framed(0x2, b"\0" * 100)],
    ids=["pings", "nonsense", "bytes"],
)
async def test_who_sends_without_reading_is_soon_not_read_from(
    served: tuple[Plant, int], frame: bytes
) -> None:
    _, port = served
    with await raw(port) as client:
        assert await taken_without_reading(client, frame) < MOST_TAKEN
        await lives(port)
    await lives(port)


@dataclass(frozen=True)
class Note:
    """An event of two kilobytes."""

    device: None = None

    def body(self) -> dict[str, object]:
        return {"type": "note", "text": "x" * 2000}


async def test_a_reader_that_is_stuck_slows_nobody_and_is_told_what_it_lost(
    served: tuple[Plant, int],
) -> None:
    plant, port = served
    async with reader(port, max_queue=1) as stuck, reader(port) as other:
        await heard(stuck)
        await heard(other)
        for _ in range(ROUNDS):
            for _ in range(AT_ONCE):
                plant.stream.publish(Note())
            await plant.clock.advance(0.01)  # the bundling begins
            await plant.clock.advance(0.2)
            assert await told(other, AT_ONCE) == (AT_ONCE, 0)
        number, lost = await told(stuck, ROUNDS * AT_ONCE)
        assert number + lost == ROUNDS * AT_ONCE
        assert lost > HISTORY


ROUNDS, AT_ONCE = 8, HISTORY // 2


async def told(socket: ClientConnection, until: int) -> tuple[int, int]:
    """How many events a reader hears and how many it has lost until it has so many of both."""
    number, lost = 0, 0
    while number + lost < until:
        events = (await heard(socket))["events"]
        assert isinstance(events, list)
        missed = [event["count"] for event in events if event["type"] == "lost"]
        number, lost = number + len(events) - len(missed), lost + sum(missed)
    return number, lost


BROKEN = {
    "no mask": b"\x81\x02{}",
    "reserved bits": b"\xf1\x80\0\0\0\0",
    "unknown kind": b"\x83\x80\0\0\0\0",
    "a part of nothing": b"\x80\x80\0\0\0\0",
    "a huge frame": b"\x81\xff" + struct.pack("!Q", 1 << 40) + b"\0\0\0\0",
    "too long": framed(0x1, b"x" * 65_000) + b"\x81\xff" + struct.pack("!Q", 65_537) + b"\0\0\0\0",
    "too long in parts": (
        b"\x01" + framed(0x1, b"x" * 60_000)[1:] + b"\x00" + framed(0x1, b"x" * 60_000)[1:]
    ),
    "a long ping": b"\x89\xfe" + struct.pack("!H", 126) + b"\0\0\0\0" + b"x" * 126,
    "no UTF-8": framed(0x1, b"\xff\xfe"),
    "a close of one byte": framed(0x8, b"\x03"),
    "a close with a wrong code": framed(0x8, b"\x00\x00"),
    "HTTP": b"GET / HTTP/1.1\r\n\r\n",
}


async def ends(client: socket.socket) -> bool:
    """Whether the other side closes the connection."""
    try:
        async with asyncio.timeout(PATIENCE):
            while await asyncio.get_running_loop().sock_recv(client, 65_536):
                pass
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True


async def test_what_breaks_the_protocol_ends_that_connection_alone(served: tuple[Plant, int]) -> None:
    _, port = served
    for name, broken in BROKEN.items():
        with await raw(port) as client:
            await asyncio.get_running_loop().sock_sendall(client, broken)
            assert await ends(client), f"{name} was left open"
    await lives(port)


async def test_a_client_that_does_not_answer_pings_is_dropped_with_what_it_did_not_read() -> None:
    async with serving() as plant:
        listener = listen("127.0.0.1", 0)
        config = uvicorn.Config(
            plant.api,
            log_config=None,
            lifespan="off",
            ws=WebSockets,
            ws_ping_interval=0.1,
            ws_ping_timeout=0.1,
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve([listener]))
        client = await raw(listener.getsockname()[1])
        with suppress(ConnectionError):
            await taken_without_reading(client, framed(0x2, b""))
        while server.server_state.connections:  # noqa: ASYNC110  uvicorn tells nobody
            await asyncio.sleep(0.05)
        client.close()
        server.should_exit = True
        await task


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """An event loop for the whole module, since hypothesis calls functions that await nothing."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def port(runner: asyncio.Runner) -> Iterator[int]:
    """The port of a server that runs in it, with a reading of each device."""
    context = product()
    plant, port = runner.run(context.__aenter__())
    runner.run(plant.intake.accept(poll(NOON)))
    yield port
    runner.run(context.__aexit__(None, None, None))


WORDS = st.sampled_from(
    [
        "type",
        "subscribe",
        "ping",
        "devices",
        "all",
        "last_event_id",
        SERIALS[0],
        "1-2",
        "",
        "\0",
        "é",
        "x" * 70,
    ]
)
MEANT = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
HALF = MEANT.map(json.dumps).flatmap(lambda text: st.integers(0, len(text)).map(lambda end: text[:end]))
LONG = st.integers(60_000, 65_536).map(lambda length: "[" * length)
SAID = st.text(max_size=100) | st.binary(max_size=100) | MEANT.map(json.dumps) | HALF | LONG


PATHS = st.sampled_from(
    [f"/api/v1/stream{query}" for query in ("", "?devices=all", "?devices=,&x=1", "?=%00")]
    + [f"/telemetry/{SERIALS[0]}", f"/api/v1/telemetry/{SERIALS[0]}?x=1"]
)


@settings(max_examples=50)
@given(messages=st.lists(SAID, max_size=8), path=PATHS)
def test_whatever_is_said_is_answered(
    runner: asyncio.Runner, port: int, messages: list[str | bytes], path: str
) -> None:
    async def said() -> None:
        async with connect(f"ws://127.0.0.1:{port}{path}", max_size=None) as socket:
            for message in messages:
                await socket.send(message)
            await socket.send('{"type": "ping"}')
            answers: list[dict[str, object]] = []
            while (answer := await heard(socket)) != {"type": "pong"} or len(answers) < len(messages):
                if "events" in answer:
                    continue
                answers.append(answer)
                if answer["type"] == "error":
                    assert isinstance(answer["field"], str)
                    assert answer["detail"]

    runner.run(said())
