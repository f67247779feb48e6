"""Telemetry from a real Mosquitto: kept first, acknowledged then, whatever is away in between."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.servers.mosquitto import Mosquitto, running
from tests.store.keeping import Keeping

from sunledger.intake import subscription
from sunledger.intake.exclusion import Accept
from sunledger.intake.subscription import SETTLING, TOPIC, Subscription
from sunledger.intake.telemetry import Telemetry, read
from sunledger.intake.telemetry_reading import Sender
from sunledger.measurements import Poll
from sunledger.sitetime import ManualClock
from sunledger.store.memory import MemoryStore
from sunledger.store.protocol import Accounting, StoreError
from sunledger.store.records import Entry, Receipt
from sunledger.transports.mqtt import Broker, Message, MqttSubscription

START = datetime(2026, 6, 21, 10, tzinfo=UTC)


@pytest.fixture
def broker() -> Iterator[Mosquitto]:
    with running() as server:
        yield server


def reading(number: int, at: datetime | None = None) -> str:
    """Of a minute of its own, the day before."""
    taken_at = at or START - timedelta(days=1) + number * timedelta(minutes=1)
    return json.dumps({"data_type": "count", "value": number, "timestamp": taken_at.isoformat()})


class Shelf:
    """Where polls are put; it can be out of reach, or stumble over a value."""

    def __init__(self) -> None:
        self.calls: list[list[float | None]] = []
        self.away = False
        self.stumbles_over: float | None = None
        self.open = asyncio.Event()
        self.open.set()

    async def accept(self, polls: Sequence[Poll]) -> Sequence[Receipt]:
        values = [point.value for poll in polls for point in poll.telemetry]
        await self.open.wait()
        if self.away:
            raise StoreError("the shelf is out of reach")
        if self.stumbles_over in values:
            raise OverflowError("too much")
        self.calls.append(values)
        return ()

    @property
    def values(self) -> list[float | None]:
        return [value for call in self.calls for value in call]


class Serving:
    """A subscription that runs, as a process of Sunledger has it."""

    def __init__(self, clock: ManualClock, inbox: MqttSubscription, accept: Accept) -> None:
        self.clock = clock
        self.inbox = inbox
        self.subscription: Subscription[Message] = Subscription(clock, inbox, accept)

    async def until(self, there: Callable[[], bool]) -> None:
        """Let the clock run on until something has come about."""
        for _ in range(3000):
            if there():
                return
            await self.clock.advance(0.5, settle=5)
            await asyncio.sleep(0.01)
        raise AssertionError("it never came about")

    async def until_kept(self, received: int) -> None:
        standing = self.subscription
        await self.until(lambda: standing.standing.received >= received and standing.standing.queued == 0)


@asynccontextmanager
async def serving(
    server: Mosquitto, accept: Accept, clock: ManualClock | None = None
) -> AsyncIterator[Serving]:
    clock = clock or ManualClock(START)
    inbox = MqttSubscription(Broker(host="127.0.0.1", port=server.port, client_id="sunledger"), TOPIC, clock)
    process = Serving(clock, inbox, accept)
    inbox.start()
    taking = asyncio.create_task(process.subscription.run())
    try:
        await process.until(lambda: inbox.connected)
        yield process
    finally:
        taking.cancel()
        await asyncio.wait([taking])
        await inbox.close()


async def publish(server: Mosquitto, *messages: str | bytes, device: str = "meter") -> None:
    await asyncio.to_thread(server.publish, device, *messages)


async def test_messages_that_wait_are_kept_together(broker: Mosquitto) -> None:
    shelf = Shelf()
    async with serving(broker, shelf.accept) as process:
        shelf.open.clear()
        await publish(broker, reading(0))
        await process.until(lambda: process.subscription.standing.received == 1)
        await publish(broker, *[reading(number) for number in range(1, 51)])
        await process.until(lambda: process.inbox.waiting == 50)
        assert process.subscription.standing.queued == 51
        shelf.open.set()
        await process.until_kept(51)
    assert [len(call) for call in shelf.calls] == [1, 50]
    assert shelf.values == list(range(51))


async def test_what_was_kept_is_acknowledged_and_does_not_come_again(broker: Mosquitto) -> None:
    shelf = Shelf()
    async with serving(broker, shelf.accept) as process:
        await publish(broker, reading(1), reading(2))
        await process.until_kept(2)
    async with serving(broker, shelf.accept) as process:
        await publish(broker, reading(3))
        await process.until_kept(1)
    assert shelf.values == [1, 2, 3]


async def test_what_was_in_hand_at_the_end_stays_with_the_broker(broker: Mosquitto) -> None:
    shelf = Shelf()
    shelf.open.clear()
    async with serving(broker, shelf.accept) as process:
        await publish(broker, reading(1))
        await process.until(lambda: process.subscription.standing.received == 1)
    shelf.open.set()
    async with serving(broker, shelf.accept) as process:
        await process.until_kept(1)
    assert shelf.values == [1]


async def test_while_nothing_can_be_kept_nothing_is_acknowledged(broker: Mosquitto) -> None:
    shelf = Shelf()
    shelf.away = True
    async with serving(broker, shelf.accept) as process:
        await publish(broker, reading(1))
        await process.until(lambda: process.subscription.alarm is not None)
        assert "wait at the broker: the shelf is out of reach" in (process.subscription.alarm or "")
    async with serving(broker, shelf.accept) as process:
        await process.until(lambda: process.subscription.standing.queued == 1)
        shelf.away = False
        await process.until_kept(1)
        assert process.subscription.alarm is None
    assert shelf.values == [1]


async def test_a_broker_that_goes_while_nothing_can_be_kept_sends_again(broker: Mosquitto) -> None:
    shelf = Shelf()
    shelf.away = True
    async with serving(broker, shelf.accept) as process:
        await publish(broker, reading(1))
        await process.until(lambda: process.subscription.standing.error is not None)
        await publish(broker, reading(2))
        await process.until(lambda: process.inbox.waiting == 1)  # for the first one is still in hand
        await asyncio.to_thread(broker.stop)
        await process.until(lambda: not process.inbox.connected)
        shelf.away = False
        await asyncio.to_thread(broker.start)
        await process.until_kept(3)  # the second, which nobody had taken, came once
    assert shelf.values == [1, 2]


async def test_a_reading_without_a_time_that_is_sent_again_is_of_when_it_came_first(
    broker: Mosquitto,
) -> None:
    store, kept = MemoryStore(Accounting(zone=ZoneInfo("UTC"))), asyncio.Event()
    answer = asyncio.Event()

    async def accept(polls: Sequence[Poll]) -> Sequence[Receipt]:
        receipts = await store.commit_all([Entry(poll) for poll in polls])
        kept.set()
        await answer.wait()
        return receipts

    async with serving(broker, accept) as process:
        await publish(broker, json.dumps({"data_type": "count", "value": 1}))
        await process.until(kept.is_set)
        await asyncio.to_thread(broker.stop)
        await process.until(lambda: not process.inbox.connected)
        answer.set()
        await asyncio.to_thread(broker.start)
        await process.until_kept(2)
        assert process.clock.now() > START
    assert (await store.statistics()).total_records == 1


async def test_what_can_never_be_used_is_acknowledged_and_the_rest_is_kept(broker: Mosquitto) -> None:
    shelf = Shelf()
    good, bad = json.loads(reading(1)), {"data_type": "count", "value": "x"}
    async with serving(broker, shelf.accept) as process:
        await publish(broker, b"\xff\xfe", json.dumps([good, bad]), reading(2))
        await publish(broker, reading(3), device="a device")
        await process.until_kept(4)
        assert process.subscription.standing.refused == 3
    async with serving(broker, shelf.accept) as process:
        await publish(broker, reading(4))
        await process.until_kept(1)
        assert process.subscription.standing.received == 1
    assert shelf.values == [1, 2, 4]


async def test_a_message_that_breaks_something_of_ours_stays_and_stops_no_other(broker: Mosquitto) -> None:
    shelf = Shelf()
    shelf.stumbles_over = 2
    async with serving(broker, shelf.accept) as process:
        shelf.open.clear()
        await publish(broker, *[reading(number) for number in (0, 1, 2, 3)])
        await process.until(lambda: process.subscription.standing.queued == 4)
        shelf.open.set()
        await process.until_kept(4)
    assert shelf.values == [0, 1, 3]
    shelf.stumbles_over = None
    async with serving(broker, shelf.accept) as process:
        await process.until_kept(1)
    assert shelf.values == [0, 1, 3, 2]


async def test_a_message_over_which_the_reading_of_it_stumbles_stops_no_other(
    broker: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(message: bytes, sender: Sender) -> Telemetry:
        if message == reading(2).encode():
            raise RecursionError("too deep")
        return read(message, sender)

    monkeypatch.setattr(subscription, "read", stumble)
    shelf = Shelf()
    async with serving(broker, shelf.accept) as process:
        await publish(broker, *[reading(number) for number in (1, 2, 3)])
        await process.until_kept(3)
    assert shelf.values == [1, 3]
    monkeypatch.undo()
    async with serving(broker, shelf.accept) as process:
        await process.until_kept(1)
    assert shelf.values == [1, 3, 2]


async def test_readings_from_the_future_wait_while_our_clock_may_be_behind(broker: Mosquitto) -> None:
    shelf, clock = Shelf(), ManualClock(START)
    async with serving(broker, shelf.accept, clock) as process:
        await publish(broker, reading(1, START + timedelta(hours=1)))
        await process.until(lambda: process.subscription.standing.received == 1)
        assert not shelf.calls
        clock.jump(timedelta(hours=1))
        await process.until_kept(1)
        assert shelf.values == [1]
        await clock.advance(SETTLING)
        await publish(broker, reading(2, START + timedelta(hours=3)))
        await process.until_kept(2)
        assert process.subscription.standing.refused == 1
    assert shelf.values == [1]


async def test_a_full_spool_leaves_messages_with_the_broker_until_it_is_drained(
    broker: Mosquitto, tmp_path: Path
) -> None:
    keeping = Keeping(tmp_path / "sun.spool", limit=2000)
    keeping.clock = ManualClock(START)
    sent = list(range(40))
    async with keeping.process() as keeper:

        async def accept(polls: Sequence[Poll]) -> Sequence[Receipt]:
            return await keeper.commit_all([Entry(poll) for poll in polls])

        keeping.store.reachable = False
        async with serving(broker, accept, keeping.clock) as process:
            await publish(broker, reading(0))
            await process.until_kept(1)
            for number in sent[1:]:
                await publish(broker, reading(number))
            await process.until(lambda: "is full" in (process.subscription.alarm or ""))
            assert 0 < keeper.standing.polls < len(sent)
            assert process.subscription.standing.queued
        spooled = keeper.standing.polls
        async with serving(broker, accept, keeping.clock) as process:
            await process.until(lambda: "is full" in (process.subscription.alarm or ""))
            keeping.store.reachable = True
            await process.until_kept(len(sent) - spooled)
            await process.until(lambda: keeper.standing.polls == 0)
    arrived = [point.value for poll in keeping.store.arrived for point in poll.telemetry]
    assert list(dict.fromkeys(arrived)) == sent
