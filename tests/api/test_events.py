"""The live stream as server-sent events, over a real connection."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from tests.api.plant import NOON, SERIALS, Plant

from sunledger.api.events import KEEP_ALIVE, event_pieces
from sunledger.live import Stream
from sunledger.live.events import MeasuredEvent
from sunledger.measurements import TELEMETRY, TelemetryPoint
from sunledger.sitetime import ManualClock

Told = dict[str, str]


class Reader:
    """Reads server-sent events as a browser does."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def next(self) -> Told:
        """The fields of the next event; a comment has the name ""."""
        told: Told = {}
        while (line := await asyncio.wait_for(anext(self._lines), 60)) or not told:
            name, _, value = line.partition(":")
            told[name] = value.removeprefix(" ")
        return told

    async def frame(self) -> tuple[str, list[dict[str, Any]]]:
        """The id and the events of the next frame."""
        while "id" not in (told := await self.next()):
            assert told == {"": "keep-alive"}
        return told["id"], json.loads(told["data"])["events"]


@asynccontextmanager
async def reading(plant: Plant, query: str = "", **headers: str) -> AsyncIterator[Reader]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    async with plant.client.stream("GET", f"/api/v1/events{query}", headers=sent, timeout=60) as answer:
        reader = Reader(answer)
        if answer.status_code == 200:
            assert await reader.next() == {"retry": "3000"}
        yield reader


async def test_a_reader_hears_of_all_devices(plant: Plant) -> None:
    async with reading(plant, accept_encoding="gzip, zstd") as reader:
        assert reader.answer.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in reader.answer.headers
        await plant.read()
        await plant.clock.advance(0.2)
        last, events = await reader.frame()
    assert [(event["type"], event["serial_number"]) for event in events] == [("reading", s) for s in SERIALS]
    assert last == events[-1]["id"]


async def test_the_address_says_what_to_hear(plant: Plant) -> None:
    async with reading(plant, f"?devices={SERIALS[1]},999") as reader:
        await plant.read()
        await plant.clock.advance(0.2)
        assert [event["serial_number"] for event in (await reader.frame())[1]] == [SERIALS[1]]


async def test_a_reader_that_comes_back_gets_what_it_missed(plant: Plant) -> None:
    async with reading(plant) as reader:
        await plant.read()
        await plant.clock.advance(0.2)
        last, _ = await reader.frame()
    await plant.read(2)
    for query, headers in (("", {"last_event_id": last}), (f"?last_event_id={last}", {})):
        async with reading(plant, query, **headers) as reader:
            missed = (await reader.frame())[1]
        number = int(last.partition("-")[2])
        assert [int(event["id"].partition("-")[2]) for event in missed] == [number + n for n in (1, 2, 3, 4)]


async def test_a_reader_from_another_life_is_told_to_read_anew(plant: Plant) -> None:
    async with reading(plant, last_event_id="1-17") as reader:
        assert [event["type"] for event in (await reader.frame())[1]] == ["resync"]


async def test_silence_is_broken_by_a_comment(plant: Plant) -> None:
    async with reading(plant) as reader:
        for _ in range(2):
            await plant.clock.advance(KEEP_ALIVE + 1)
            assert await reader.next() == {"": "keep-alive"}
        await plant.read()
        await plant.clock.advance(0.2)
        assert len((await reader.frame())[1]) == 2


async def test_a_slow_reader_is_told_what_it_lost() -> None:
    clock = ManualClock(NOON)
    stream = Stream(clock, history=3)
    pieces = event_pieces(stream.subscribe, clock)
    await anext(pieces)
    for number in range(10):
        point = TelemetryPoint(device="boiler", data_type="flow", taken_at=NOON, value=number)
        stream.publish(MeasuredEvent(TELEMETRY, point))
    told: list[dict[str, Any]] = []
    while len(told) < 4:
        upcoming = asyncio.ensure_future(anext(pieces))
        await clock.advance(1)
        _, data, *_ = (await upcoming).decode().split("\n")
        told += json.loads(data.removeprefix("data: "))["events"]
    assert told[0] == {"type": "lost", "count": 7}
    assert [event["value"] for event in told[1:]] == [7, 8, 9]
    stream.close()
    assert [piece async for piece in pieces] == []


@pytest.mark.parametrize(
    ("query", "named"),
    [("?devices=", "devices"), ("?devices=a%20b", "devices"), ("?device=a", "device"),
     (f"?last_event_id={'1' * 101}", "last_event_id")],
)  # fmt: skip
async def test_a_bad_parameter_is_named(plant: Plant, query: str, named: str) -> None:
    answer = await plant.client.get(f"/api/v1/events{query}")
    assert (answer.status_code, answer.json()["parameter"]) == (400, named)


async def test_the_end_of_the_stream_ends_the_answer(plant: Plant) -> None:
    async with reading(plant) as reader:
        plant.stream.close()
        with pytest.raises(StopAsyncIteration):
            await reader.next()


async def test_a_reader_that_vanishes_is_forgotten(plant: Plant) -> None:
    async with reading(plant):
        pass
    await plant.read()
    async with reading(plant) as reader:
        await plant.read()
        await plant.clock.advance(0.2)
        assert len((await reader.frame())[1]) == 2
