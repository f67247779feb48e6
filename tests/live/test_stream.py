import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.live.roof import LEFT, NOON, RIGHT

from sunledger.live import Frame, Stream, Subscription
from sunledger.live.stream import Selection, concerns
from sunledger.sitetime import ManualClock, milliseconds

START = milliseconds(NOON)
BUNDLE = 0.1


@dataclass
class Note:
    """An event that counts how often it was put into words."""

    device: str | None
    number: int = 0
    worded: int = 0

    def body(self) -> dict[str, object]:
        self.worded += 1
        return {"type": "note", "number": self.number}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


def events(frame: Frame) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = orjson.loads(frame.data)["events"]
    return read


async def following(subscription: Subscription) -> list[dict[str, Any]]:
    return events(await anext(subscription))


async def publish(stream: Stream, clock: ManualClock, *notes: Note) -> None:
    for note in notes:
        stream.publish(note)
    await asyncio.sleep(0)
    await clock.advance(BUNDLE, settle=3)


async def waiting(subscription: Subscription) -> "asyncio.Task[Frame]":
    """A subscriber that waits for its next frame."""
    task = asyncio.ensure_future(anext(subscription))
    await asyncio.sleep(0)
    return task


async def test_events_of_a_tenth_of_a_second_come_in_one_frame(clock: ManualClock) -> None:
    stream = Stream(clock)
    with stream.subscribe() as subscription:
        task = await waiting(subscription)
        stream.publish(Note(LEFT, 1))
        await asyncio.sleep(0)
        await clock.advance(0.09)
        stream.publish(Note(RIGHT, 2))
        assert not task.done()
        await clock.advance(0.02)
        frame = await task
    assert events(frame) == [
        {"id": f"{START}-1", "type": "note", "number": 1},
        {"id": f"{START}-2", "type": "note", "number": 2},
    ]
    assert frame.last_id == f"{START}-2"


async def test_a_subscription_begins_with_what_happens_next(clock: ManualClock) -> None:
    stream = Stream(clock)
    stream.publish(Note(LEFT, 1))
    with stream.subscribe() as subscription:
        await publish(stream, clock, Note(LEFT, 2))
        assert [event["number"] for event in await following(subscription)] == [2]


async def test_a_selection_hears_its_devices_and_what_concerns_everybody(clock: ManualClock) -> None:
    stream = Stream(clock)
    with stream.subscribe(frozenset({LEFT})) as left, stream.subscribe(frozenset()) as none:
        await publish(stream, clock, Note(LEFT, 1), Note(RIGHT, 2), Note(None, 3))
        assert [event["number"] for event in await following(left)] == [1, 3]
        assert [event["number"] for event in await following(none)] == [3]


async def test_a_subscriber_is_not_woken_for_nothing(clock: ManualClock) -> None:
    stream = Stream(clock)
    with stream.subscribe(frozenset({LEFT})) as left:
        task = await waiting(left)
        await publish(stream, clock, Note(RIGHT, 1))
        assert not task.done()
        await publish(stream, clock, Note(LEFT, 2))
        assert [event["number"] for event in events(await task)] == [2]


async def test_equal_selections_share_one_encoding(clock: ManualClock) -> None:
    stream, note = Stream(clock), Note(LEFT)
    subscriptions = [stream.subscribe(frozenset({LEFT})) for _ in range(5)]
    await publish(stream, clock, note)
    frames = [await anext(subscription) for subscription in subscriptions]
    assert len(set(frames)) == 1
    assert note.worded == 1


async def test_nobody_listening_costs_no_encoding(clock: ManualClock) -> None:
    stream, note = Stream(clock), Note(LEFT)
    await publish(stream, clock, note)
    assert note.worded == 0


async def test_a_reader_resumes_where_it_was(clock: ManualClock) -> None:
    stream = Stream(clock)
    with stream.subscribe() as subscription:
        await publish(stream, clock, Note(LEFT, 1))
        frame = await anext(subscription)
    await publish(stream, clock, Note(LEFT, 2), Note(RIGHT, 3), Note(LEFT, 4))
    with stream.subscribe(frozenset({LEFT}), frame.last_id) as subscription:
        assert [event["number"] for event in await following(subscription)] == [2, 4]
        await publish(stream, clock, Note(LEFT, 5))
        assert [event["number"] for event in await following(subscription)] == [5]


async def test_the_last_ten_thousand_events_can_be_resumed(clock: ManualClock) -> None:
    stream = Stream(clock)
    for number in range(1, 10_004):
        stream.publish(Note(LEFT, number))
    with stream.subscribe(last_event_id=f"{START}-3") as subscription:
        received: list[int] = []
        while len(received) < 10_000:
            received += [event["number"] for event in await following(subscription)]
    assert received == list(range(4, 10_004))
    with stream.subscribe(last_event_id=f"{START}-2") as subscription:
        assert await following(subscription) == [{"id": f"{START}-10003", "type": "resync"}]


@pytest.mark.parametrize(
    "unknown",
    ["1-1", f"{START}-6", f"{START}-0", f"{START}--1", f"{START}-", f"{START}-x", f"{START}-²", "",
     f"{START}-{'9' * 5000}", "resync", f"{START}-1-1"],
)  # fmt: skip
async def test_an_unknown_id_gets_a_resync_and_then_what_happens_next(
    clock: ManualClock, unknown: str
) -> None:
    stream = Stream(clock, history=3)
    for number in range(5):
        stream.publish(Note(LEFT, number))
    with stream.subscribe(last_event_id=unknown) as subscription:
        assert await following(subscription) == [{"id": f"{START}-5", "type": "resync"}]
        await publish(stream, clock, Note(LEFT, 5))
        assert [event["number"] for event in await following(subscription)] == [5]


async def test_the_id_of_a_resync_can_be_resumed(clock: ManualClock) -> None:
    stream = Stream(clock)
    with stream.subscribe(last_event_id="unknown") as subscription:
        frame = await anext(subscription)
    await publish(stream, clock, Note(LEFT, 7))
    with stream.subscribe(last_event_id=frame.last_id) as subscription:
        assert [event["number"] for event in await following(subscription)] == [7]


async def test_ids_of_another_start_are_unknown(clock: ManualClock) -> None:
    before = Stream(clock)
    before.publish(Note(LEFT))
    clock.jump(timedelta(seconds=1))
    after = Stream(clock)
    after.publish(Note(LEFT))
    with after.subscribe(last_event_id=f"{START}-1") as subscription:
        assert (await following(subscription))[0]["type"] == "resync"


async def test_a_slow_reader_loses_the_oldest_and_is_told_how_many_of_its_own(clock: ManualClock) -> None:
    stream = Stream(clock, history=4)
    with stream.subscribe(frozenset({LEFT})) as slow, stream.subscribe() as everything:
        await publish(stream, clock, *(Note(LEFT if n % 2 else RIGHT, n) for n in range(10)))
        lost, *kept = await following(slow)
        assert lost == {"type": "lost", "count": 3}
        assert [event["number"] for event in kept] == [7, 9]
        assert (await following(everything))[0] == {"type": "lost", "count": 6}
        await publish(stream, clock, Note(LEFT, 10))
        assert [event["number"] for event in await following(slow)] == [10]


async def test_a_long_backlog_comes_in_several_frames(clock: ManualClock) -> None:
    stream = Stream(clock)
    with stream.subscribe() as subscription:
        await publish(stream, clock, *(Note(LEFT, n) for n in range(1200)))
        assert [len(await following(subscription)) for _ in range(3)] == [500, 500, 200]


async def test_closing_ends_every_subscription(clock: ManualClock) -> None:
    stream = Stream(clock)
    subscription = stream.subscribe()
    task = await waiting(subscription)
    stream.publish(Note(LEFT))
    stream.close()
    with pytest.raises(StopAsyncIteration):
        await task
    assert [frame async for frame in subscription] == []
    stream.publish(Note(LEFT))
    assert [frame async for frame in stream.subscribe()] == []


async def test_a_cancelled_wait_loses_nothing(clock: ManualClock) -> None:
    stream = Stream(clock)
    with stream.subscribe() as subscription:
        task = await waiting(subscription)
        task.cancel()
        await publish(stream, clock, Note(LEFT, 1))
        assert [event["number"] for event in await following(subscription)] == [1]


Round = tuple[list[str | None], bool]
"""What is published at once, by device, and whether the reader reads then."""

ROUNDS = st.tuples(st.lists(st.sampled_from([LEFT, RIGHT, None]), max_size=8), st.booleans())


async def all_there_is(subscription: Subscription) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = []
    while True:
        task = await waiting(subscription)
        await asyncio.sleep(0)
        if not task.done():
            task.cancel()
            return read
        read += events(task.result())


@given(
    history=st.integers(1, 12),
    rounds=st.lists(ROUNDS, max_size=12),
    selection=st.sampled_from([None, frozenset({LEFT}), frozenset[str]()]),
)
async def test_every_event_of_a_reader_is_received_in_order_or_counted_as_lost(
    history: int, rounds: list[Round], selection: frozenset[str] | None
) -> None:
    clock = ManualClock(NOON)
    stream = Stream(clock, history=history)
    read: list[dict[str, Any]] = []
    meant: list[int] = []
    last: Round = ([None], True)
    with stream.subscribe(selection) as subscription:
        for turn, (devices, reads) in enumerate([*rounds, last]):
            notes = [Note(device, 100 * turn + i) for i, device in enumerate(devices)]
            await publish(stream, clock, *notes)
            meant += [note.number for note in notes if concerns(note, Selection(selection))]
            if reads:
                read += await all_there_is(subscription)
    received = [event["number"] for event in read if event["type"] == "note"]
    lost = sum(event["count"] for event in read if event["type"] == "lost")
    assert received == sorted(received)
    assert set(received) <= set(meant)
    assert len(received) + lost == len(meant)


@given(
    history=st.integers(1, 12),
    rounds=st.lists(st.tuples(st.integers(0, 15), st.sets(st.integers(0, 2))), max_size=12),
)
async def test_what_each_of_several_readers_reads_or_loses_is_its_own(
    history: int, rounds: list[tuple[int, set[int]]]
) -> None:
    clock = ManualClock(NOON)
    stream = Stream(clock, history=history)
    subscriptions = [stream.subscribe() for _ in range(3)]
    read: list[list[dict[str, Any]]] = [[], [], []]
    for count, readers in [*rounds, (1, {0, 1, 2})]:
        await publish(stream, clock, *(Note(None) for _ in range(count)))
        for reader in readers:
            read[reader] += await all_there_is(subscriptions[reader])
    for subscription, events_read in zip(subscriptions, read, strict=True):
        lost = sum(event["count"] for event in events_read if event["type"] == "lost")
        received = [event["id"] for event in events_read if event["type"] == "note"]
        assert len(set(received)) == len(received)
        assert len(received) + lost == sum(count for count, _ in rounds) + 1
        subscription.close()
