"""The live stream over a real WebSocket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.api.plant import SERIALS, Plant
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from sunledger.api.stream import Malformed, Wish, understood


@asynccontextmanager
async def listener(plant: Plant, query: str = "", **options: Any) -> AsyncIterator[ClientConnection]:
    async with connect(f"ws://{plant.address}/api/v1/stream{query}", **options) as socket:
        yield socket


async def heard(socket: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), 60))
    return message


async def events(plant: Plant, socket: ClientConnection) -> list[dict[str, Any]]:
    """The events of the next frame."""
    await plant.clock.advance(0.2)
    found: list[dict[str, Any]] = (await heard(socket))["events"]
    return found


async def test_a_subscriber_hears_of_all_devices(plant: Plant) -> None:
    async with listener(plant) as socket:
        await socket.send('{"type": "subscribe"}')
        assert await heard(socket) == {"type": "subscribed", "devices": "all"}
        await plant.read()
        found = await events(plant, socket)
    assert [(event["type"], event["serial_number"]) for event in found] == [("reading", s) for s in SERIALS]
    assert found[0]["ports"][0]["pv_power"] == 300.0


async def test_the_address_can_say_what_to_hear(plant: Plant) -> None:
    async with listener(plant, f"?devices={SERIALS[1]},999") as socket:
        assert await heard(socket) == {"type": "subscribed", "devices": [SERIALS[1], "999"]}
        await plant.read()
        assert [event["serial_number"] for event in await events(plant, socket)] == [SERIALS[1]]


async def test_subscribing_again_chooses_anew(plant: Plant) -> None:
    async with listener(plant, "?devices=all") as socket:
        await heard(socket)
        await socket.send(json.dumps({"type": "subscribe", "devices": [SERIALS[0]]}))
        assert (await heard(socket))["devices"] == [SERIALS[0]]
        await plant.read()
        assert [event["serial_number"] for event in await events(plant, socket)] == [SERIALS[0]]


async def test_a_reader_that_comes_back_gets_what_it_missed(plant: Plant) -> None:
    async with listener(plant, "?devices=all") as socket:
        await heard(socket)
        await plant.read()
        last = (await events(plant, socket))[-1]["id"]
    await plant.read(2)
    async with listener(plant, f"?last_event_id={last}") as socket:
        await heard(socket)
        missed = (await heard(socket))["events"]
    number = int(last.partition("-")[2])
    assert [int(event["id"].partition("-")[2]) for event in missed] == [number + n for n in (1, 2, 3, 4)]


async def test_a_reader_from_another_life_is_told_to_read_anew(plant: Plant) -> None:
    async with listener(plant, "?last_event_id=1-17") as socket:
        await heard(socket)
        assert [event["type"] for event in (await heard(socket))["events"]] == ["resync"]


async def test_a_malformed_message_is_answered_and_harms_nothing(plant: Plant) -> None:
    bad: list[tuple[str | bytes, str]] = [
        ("hello", "message"),
        ("[1]", "message"),
        (b"\x00", "message"),
        ('{"type": "order"}', "type"),
        ('{"type": ["subscribe"]}', "type"),
        ('{"type": "subscribe", "devices": []}', "devices"),
        ('{"type": "subscribe", "devices": ["a b"]}', "devices"),
        ('{"type": "subscribe", "devices": "116180000001"}', "devices"),
        ('{"type": "subscribe", "last_event_id": 17}', "last_event_id"),
        ('{"type": "subscribe", "device": "all"}', "device"),
        ("[" * 70_000, "message"),
    ]
    async with listener(plant, "?devices=all") as socket, listener(plant, "?devices=all") as other:
        await heard(socket)
        await heard(other)
        for message, field in bad:
            await socket.send(message)
            answer = await heard(socket)
            assert (answer["type"], answer["field"]) == ("error", field), message
        await plant.read()
        assert len(await events(plant, socket)) == len((await heard(other))["events"]) == 2


async def test_a_malformed_address_is_answered_and_can_be_mended(plant: Plant) -> None:
    async with listener(plant, "?devises=all") as socket:
        assert (await heard(socket))["field"] == "devises"
        await socket.send('{"type": "subscribe"}')
        assert (await heard(socket))["type"] == "subscribed"


async def test_a_ping_is_answered(plant: Plant) -> None:
    async with listener(plant) as socket:
        await socket.send('{"type": "ping"}')
        assert await heard(socket) == {"type": "pong"}


async def test_a_page_of_another_site_is_refused(plant: Plant) -> None:
    for origin in ("https://evil.example", "null", f"http://{plant.address}.evil.example", "http://["):
        with pytest.raises(InvalidStatus) as refused:
            async with listener(plant, origin=origin):
                pass
        assert refused.value.response.status_code == 401
    async with listener(plant, "?devices=all", origin=f"http://{plant.address}") as socket:
        assert (await heard(socket))["type"] == "subscribed"


async def test_a_reader_that_vanishes_is_forgotten(plant: Plant) -> None:
    async with listener(plant, "?devices=all") as socket:
        await heard(socket)
        socket.transport.abort()
    async with listener(plant, "?devices=all") as socket:
        await heard(socket)
        await plant.read()
        assert len(await events(plant, socket)) == 2


async def test_the_end_of_the_stream_closes_the_socket_politely(plant: Plant) -> None:
    async with listener(plant, "?devices=all") as socket:
        await heard(socket)
        plant.stream.close()
        with pytest.raises(ConnectionClosed) as closed:
            await heard(socket)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001


async def test_stopping_the_server_closes_sockets(plant: Plant) -> None:
    async with listener(plant, "?devices=all") as socket:
        await heard(socket)
        plant.server.should_exit = True
        with pytest.raises(ConnectionClosed):
            await heard(socket)


MESSAGES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["type", "devices", "last_event_id", "x"]), inner)
    ),
).map(json.dumps)


@given(text=st.text() | MESSAGES)
def test_whatever_is_said_is_understood_or_named_as_malformed(text: str) -> None:
    with suppress(Malformed):
        assert isinstance(understood(text), Wish | None)
