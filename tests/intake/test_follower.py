"""A process that follows another over a real Redis shows the same, also when something was missed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

import orjson
import pytest
from tests.servers.redis import RedisServer, running
from tests.store.plants import WARSAW, day

from sunledger.intake import Intake
from sunledger.intake.follower import Follower
from sunledger.intake.teller import Teller
from sunledger.live import DeviceStates, Health, LatestReadings, Patience, PollOutcome, Stream
from sunledger.live.latest import LatestInverter
from sunledger.live.relay import shown
from sunledger.sitetime import SystemClock
from sunledger.store.memory import MemoryStore
from sunledger.transports.redis_channel import RedisChannel

PATIENCE = 30.0
CLOCK = SystemClock()


class House:
    """What a process shows."""

    def __init__(self, redis: RedisServer, dtu: str = "roof") -> None:
        patience = Patience()
        self.channel = RedisChannel(redis.url)
        self.latest = LatestReadings(CLOCK)
        self.stream = Stream(CLOCK)
        self.health = Health(CLOCK, [dtu], patience)
        self.states = DeviceStates(CLOCK, self.latest, self.health, patience)
        self.teller = Teller(self.channel, self.latest, CLOCK, self.stream)
        self.running: list[asyncio.Task[None]] = []

    def begin(self, *works: Awaitable[None]) -> None:
        self.running += [asyncio.ensure_future(work) for work in works]

    async def end(self) -> None:
        for each in self.running:
            each.cancel()
        await asyncio.gather(*self.running, return_exceptions=True)
        await self.channel.close()

    def power(self) -> float | None:
        image = next(iter(self.latest.inverters()), None)
        return None if image is None else image.pv_power


class Pair:
    """A process that takes polls in, and one that follows it."""

    def __init__(self, redis: RedisServer) -> None:
        self.store = MemoryStore(WARSAW)
        self.leader, self.other = House(redis), House(redis)
        leader = self.leader
        self.intake = Intake(
            CLOCK, self.store, leader.latest, leader.stream, leader.states, on_shown=leader.teller.shown
        )
        self.follower = self.following(self.other)

    def following(self, house: House) -> Follower:
        return Follower(
            house.channel, self.store, house.latest, house.stream, house.health, Patience(), CLOCK,
            own=house.teller.name, leads=False, polls=False,
        )  # fmt: skip


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with running() as server:
        yield server


@pytest.fixture
async def pair(redis: RedisServer) -> AsyncIterator[Pair]:
    pair = Pair(redis)
    async with AsyncExitStack() as stack:
        for house in (pair.leader, pair.other):
            stack.push_async_callback(house.end)
        pair.leader.begin(pair.leader.teller.run())
        yield pair


async def until(there: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not there():
            await CLOCK.sleep(0.01)


def alike(pair: Pair) -> bool:
    one, other = pair.leader, pair.other
    ids = one.stream.last_id == other.stream.last_id
    return ids and [*map(seen, one.latest.inverters())] == [*map(seen, other.latest.inverters())]


def seen(image: LatestInverter) -> tuple[object, ...]:
    counted = [(each.production.today, each.production.total) for each in image.ports if each.production]
    return image._replace(heard=0, ports=()), [port[:2] for port in image.ports], counted


def recently(minutes: int) -> datetime:
    return CLOCK.now().replace(microsecond=0) - timedelta(minutes=minutes)


async def test_who_follows_shows_the_same_readings_counters_and_events(pair: Pair) -> None:
    polls = day(recently(9), 8)
    await pair.intake.accept(polls[0])  # before anybody follows
    pair.other.begin(pair.follower.run())
    await pair.intake.accept_all(polls[2:])
    await until(lambda: alike(pair))
    await pair.intake.accept(polls[1])  # late: it changes counters only, if anything
    await until(lambda: alike(pair))
    assert pair.follower.alarm is None


async def test_who_has_missed_something_asks_the_store(pair: Pair) -> None:
    pair.other.begin(pair.follower.run())
    polls = day(recently(9), 8)
    await pair.intake.accept(polls[0])
    await until(lambda: alike(pair))
    said = shown(pair.leader.latest.inverters(), pair.leader.latest.age, [])
    await pair.store.commit(polls[5])  # nobody tells of it
    await pair.leader.channel.say([b"%b 99 %b" % (pair.leader.teller.name.encode(), said)])
    await until(lambda: [each.reading for each in pair.other.latest.inverters()] == [*polls[5].inverters])


async def test_who_is_cut_off_for_a_while_hears_the_rest_once(pair: Pair) -> None:
    running = asyncio.create_task(pair.follower.run())
    polls = day(recently(9), 4)
    await pair.intake.accept(polls[0])
    pair.leader.teller.poll_finished(PollOutcome(dtu_name="roof", started_at=recently(0), seconds=0.1))
    await until(lambda: alike(pair))
    running.cancel()
    await asyncio.wait({running})
    with pair.other.stream.subscribe() as subscription:
        teller = pair.leader.teller
        images = teller._count + 3
        await pair.intake.accept_all(polls[1:])
        await until(lambda: teller._count > images and not teller._waiting)
        pair.other.begin(pair.follower.run())
        await until(lambda: alike(pair))
        events: list[dict[str, object]] = []
        while len(events) < 3:
            events += orjson.loads((await anext(subscription)).data)["events"]
    assert [event["type"] for event in events] == ["reading"] * 3
    dtu = pair.other.health.dtu("roof")
    assert dtu is not None
    assert dtu.query_count == 1


async def test_what_another_version_says_is_asked_of_the_store(pair: Pair) -> None:
    pair.other.begin(pair.follower.run())
    (first, second) = day(recently(9), 2)
    await pair.intake.accept(first)
    await until(lambda: alike(pair))
    with pair.other.stream.subscribe() as subscription:
        await pair.store.commit(second)
        await pair.leader.channel.say([b"another 1 Z{}", b"nonsense"])
        frame = await anext(subscription)
    assert b'"resync"' in frame.data


async def test_outcomes_of_polls_are_heard_also_by_who_begins_later_but_no_old_ones(pair: Pair) -> None:
    now, long_ago = recently(0), recently(600)
    for dtu, at in (("roof", now), ("barn", long_ago)):
        pair.leader.teller.poll_finished(PollOutcome(dtu_name=dtu, started_at=at, seconds=0.1))
    await until(lambda: not pair.leader.teller._waiting)
    pair.other.begin(pair.follower.run())
    await until(lambda: (dtu := pair.other.health.dtu("roof")) is not None and dtu.query_count)
    assert pair.other.health.dtu("barn") is None


async def test_a_dtu_whose_readings_are_kept_was_polled_by_somebody(pair: Pair) -> None:
    (taken,) = day(recently(1), 1)
    await pair.store.commit(taken)
    await pair.follower.look()
    known = pair.other.health.dtu("roof")
    assert known is not None
    assert known.last_successful_query == taken.taken_at
