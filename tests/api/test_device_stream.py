"""The live readings of one device over a WebSocket."""

import asyncio
import json
from typing import Any

import pytest
from tests.api.plant import SERIALS, Plant
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from sunledger.measurements import EnergyReading, Poll


def listener(plant: Plant, path: str) -> connect:
    return connect(f"ws://{plant.address}{path}")


async def heard(socket: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), 60))
    return message


@pytest.mark.parametrize("prefix", ["", "/api", "/api/v1"])
async def test_the_latest_reading_comes_first_then_each_new_one(plant: Plant, prefix: str) -> None:
    await plant.read()
    async with listener(plant, f"{prefix}/telemetry/{SERIALS[0]}") as socket:
        for minute in ("10:00", "10:01"):
            (event,) = (await heard(socket))["events"]
            assert (event["type"], event["serial_number"]) == ("reading", SERIALS[0])
            assert event["timestamp"] == f"2026-06-21T{minute}:00Z"
            assert [port["port_number"] for port in event["ports"]] == [1, 2]
            await plant.read()
            await plant.clock.advance(0.2)


async def test_a_device_of_another_kind_is_heard_too(plant: Plant) -> None:
    at = plant.clock.now()
    reading = EnergyReading(device_id="house", taken_at=at, grid_power=-1200)
    await plant.intake.accept(Poll(dtu_name="house", taken_at=at, energy=[reading]))
    async with listener(plant, "/telemetry/house") as socket:
        (event,) = (await heard(socket))["events"]
    assert (event["type"], event["device_id"], event["grid_power"]) == ("energy", "house", -1200)


async def test_a_device_that_was_never_seen_or_cannot_be_is_refused(plant: Plant) -> None:
    for device, status, named in (("999", 404, "device_id"), ("a%20b", 400, "device_id")):
        with pytest.raises(InvalidStatus) as refused:
            async with listener(plant, f"/telemetry/{device}"):
                pass
        assert refused.value.response.status_code == status
        assert json.loads(refused.value.response.body)["parameter"] == named


async def test_a_ping_is_answered_and_nothing_else_can_be_chosen(plant: Plant) -> None:
    await plant.read()
    async with listener(plant, f"/telemetry/{SERIALS[0]}") as socket:
        await heard(socket)
        for message, answer in (
            ('{"type": "ping"}', "pong"), ('{"type": "subscribe"}', "error"), ("hello", "error")
        ):  # fmt: skip
            await socket.send(message)
            assert (await heard(socket))["type"] == answer


async def test_the_end_of_the_stream_closes_the_socket_politely(plant: Plant) -> None:
    await plant.read()
    async with listener(plant, f"/telemetry/{SERIALS[0]}") as socket:
        await heard(socket)
        plant.stream.close()
        with pytest.raises(ConnectionClosed) as closed:
            await heard(socket)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001
