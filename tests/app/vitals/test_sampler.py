"""The sampler: a sample when it begins and whenever a minute does, none while the store is away."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.store.plants import WARSAW

from sunledger.app.background import begun
from sunledger.app.vitals.counts import Counts
from sunledger.app.vitals.sampler import Sampler
from sunledger.sitetime import ManualClock, Span
from sunledger.store.memory import MemoryStore
from sunledger.store.memory_system_metrics import MemorySystemMetrics
from sunledger.store.protocol import StoreError
from sunledger.store.records import Statistics

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EVER = Span(NOON - timedelta(days=99), NOON + timedelta(days=99))


class Sampling:
    """A sampler at work, with a store that can be sent away."""

    def __init__(self, start: datetime) -> None:
        self.clock = ManualClock(start)
        self.metrics = MemorySystemMetrics()
        self.counts = Counts(["roof"])
        self.store = MemoryStore(WARSAW)
        self.away = False
        self.broken = False
        self.sampler = Sampler(self.clock, self.metrics, self.counts, self._statistics)

    async def _statistics(self) -> Statistics:
        if self.away:
            raise StoreError("gone fishing")
        if self.broken:
            raise ZeroDivisionError("a bug")
        return await self.store.statistics()

    async def requests(self) -> list[tuple[datetime, float]]:
        """How many requests each minute was told to have had."""
        return [(each.at, each.value) for each in await self.metrics.between(EVER, "requests", limit=999)]


@pytest.fixture
async def sampling() -> AsyncIterator[Sampling]:
    sampling = Sampling(NOON + timedelta(seconds=10))
    end = begun(sampling.sampler, "sampler")
    await sampling.clock.advance(0)
    yield sampling
    await end()


def ask(sampling: Sampling, times: int) -> None:
    for _ in range(times):
        sampling.counts.request_finished("/health", "GET", 200, 0.01)


async def test_the_first_sample_is_taken_at_once_and_then_one_a_minute(sampling: Sampling) -> None:
    assert await sampling.requests() == [(NOON, 0)]
    ask(sampling, 2)
    await sampling.clock.advance(49)
    assert len(await sampling.requests()) == 1
    await sampling.clock.advance(1)
    ask(sampling, 3)
    await sampling.clock.advance(60)
    assert await sampling.requests() == [(NOON, 0), (NOON + MINUTE, 2), (NOON + 2 * MINUTE, 3)]


async def test_a_sleep_that_ends_a_moment_early_makes_no_second_sample_of_the_minute() -> None:
    sampling = Sampling(NOON)

    class Early(ManualClock):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds - 0.01 if seconds > 1 else seconds)

    clock = Early(NOON)
    sampler = Sampler(clock, sampling.metrics, sampling.counts, sampling.store.statistics)
    end = begun(sampler, "sampler")
    await clock.advance(0)
    for _ in range(3):
        ask(sampling, 5)
        await clock.advance(60)
    await end()
    assert await sampling.requests() == [(NOON + minute * MINUTE, 5 if minute else 0) for minute in range(4)]


async def test_while_the_store_is_away_samples_are_dropped_and_nothing_else(sampling: Sampling) -> None:
    sampling.away = True
    ask(sampling, 7)
    await sampling.clock.advance(120)
    sampling.away = False
    ask(sampling, 1)
    await sampling.clock.advance(60)
    assert await sampling.requests() == [(NOON, 0), (NOON + 3 * MINUTE, 1)]


async def test_what_is_a_month_old_is_let_go_of_by_the_hour(sampling: Sampling) -> None:
    sampling.metrics = MemorySystemMetrics(keep=timedelta(days=99))
    sampler = Sampler(sampling.clock, sampling.metrics, sampling.counts, sampling.store.statistics)
    end = begun(sampler, "sampler")
    await sampling.clock.advance(0)
    sampling.clock.jump(timedelta(days=30, minutes=30))
    await sampling.clock.advance(29 * 60)
    assert (await sampling.requests())[0][0] == NOON
    await sampling.clock.advance(2 * 60)
    assert (await sampling.requests())[0][0] > NOON + timedelta(days=30)
    await end()


async def test_a_bug_is_raised_at_the_end() -> None:
    sampling = Sampling(NOON)
    sampling.broken = True
    end = begun(sampling.sampler, "sampler")
    await asyncio.sleep(0)
    with pytest.raises(ZeroDivisionError):
        await end()
