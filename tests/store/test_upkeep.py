"""Verification finds nothing in what a store keeps by itself, and all that was changed behind its back.

A rebuild puts right what verification finds, while polls are committed in between. All of that is decided by
the same code on both engines, so PostgreSQL, where a test takes ten times as long, gets fewer cases.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from tests.servers.postgres import PostgresServer
from tests.store.answers import keep, snapshot
from tests.store.harm import HARM
from tests.store.plants import START, day, faulty_day, poll, untidy
from tests.store.upkept import Kept, MakeKept, PostgresKept, SqliteKept

from sunledger.measurements import Poll
from sunledger.sitetime import SystemClock
from sunledger.store.protocol import Accounting

ZONES = ("Europe/Warsaw", "Australia/Lord_Howe", "Australia/Adelaide", "America/Santiago")
SEEDS = [
    *(("sqlite", 80, zone, seed) for zone in ZONES for seed in range(4)),
    ("postgres", 40, ZONES[1], 1),
]
HARMS = [*(("sqlite", 80, [name]) for name in HARM), ("postgres", 40, list(HARM))]
BETWEEN = [*(("sqlite", 80, seed) for seed in range(10)), ("postgres", 40, 3)]


@pytest.fixture(params=["sqlite", "postgres"])
def new_kept(request: pytest.FixtureRequest, tmp_path: Path) -> MakeKept:
    """Makes databases of one engine."""
    numbers = count()

    async def new() -> Kept:
        if request.param == "sqlite":
            return SqliteKept(tmp_path / f"{next(numbers)}.db")
        server: PostgresServer = request.getfixturevalue("postgres")
        return PostgresKept(server, await server.migrated())

    return new


def some_days(random: Random, polls: int) -> list[Poll]:
    """Polls with everything that can go wrong, so that there are judgements of every kind."""
    return untidy(random, faulty_day(random, polls))


@pytest.mark.parametrize(("new_kept", "polls", "zone", "seed"), SEEDS, indirect=["new_kept"])
async def test_late_doubled_and_shuffled_readings_leave_what_recomputing_gives(
    new_kept: MakeKept, polls: int, zone: str, seed: int
) -> None:
    kept, accounting = await new_kept(), Accounting(zone=ZoneInfo(zone))
    async with kept.served(accounting) as (store, _):
        await keep(store, *some_days(Random(seed), polls))
        audit = kept.verify(accounting)
        records = (await store.statistics()).total_records
    assert (audit.examples, audit.found, audit.readings) == ([], 0, records)


async def test_an_empty_store_has_nothing_wrong(new_kept: MakeKept) -> None:
    kept = await new_kept()
    async with kept.served() as served:
        assert kept.verify().found == 0
        assert await served.rebuild() == 0


async def test_the_database_says_in_which_zone_it_is_kept(new_kept: MakeKept) -> None:
    kept = await new_kept()
    async with kept.served() as (store, _):
        await keep(store, *day(START, 40 * 60, step=30))
    assert kept.verify(Accounting(zone=ZoneInfo("Asia/Tokyo"), reset_hour=3)).found == 0


@pytest.mark.parametrize(("new_kept", "polls", "harms"), HARMS, indirect=["new_kept"])
async def test_verification_finds_and_a_rebuild_puts_right(
    new_kept: MakeKept, polls: int, harms: Sequence[str]
) -> None:
    kept = await new_kept()
    async with kept.served() as (store, _):
        await keep(store, *some_days(Random(5), polls))
        right = await snapshot(store)
    kept.harm(*harms)
    before = kept.verify()
    assert before.found >= len(harms)
    assert before.examples
    async with kept.served() as served:
        await served.rebuild()
        assert await snapshot(served.store) == right
        assert kept.verify().examples == []
    async with kept.served() as (store, _):
        assert await snapshot(store) == right


@pytest.mark.parametrize(("new_kept", "count_of_polls", "seed"), BETWEEN, indirect=["new_kept"])
async def test_polls_late_ones_too_are_committed_while_everything_is_rebuilt(
    new_kept: MakeKept, count_of_polls: int, seed: int
) -> None:
    """Everything is harmed at once; the rest of the polls comes between the steps, in any order."""
    random = Random(seed)
    polls = some_days(random, count_of_polls)
    half = len(polls) // 2
    async with (await new_kept()).served() as (store, _):
        await keep(store, *polls)
        right = await snapshot(store)
    kept = await new_kept()
    async with kept.served() as (store, _):
        await keep(store, *polls[:half])
    kept.harm(*random.sample(sorted(HARM), len(HARM)))
    async with kept.served() as served:
        rest, told = iter(polls[half:]), 0

        async def keep_on() -> None:
            for each in rest:
                await keep(served.store, each)

        def tell(_fraction: float, _at: int) -> None:
            nonlocal told
            told += 1

        async with asyncio.TaskGroup() as group:
            group.create_task(served.rebuild(Rushed(), tell))
            group.create_task(keep_on())
        assert told > 10
        assert kept.verify().examples == []
        assert await snapshot(served.store) == right


class Rushed(SystemClock):
    """A clock by which every step has taken long enough after its first part."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def monotonic(self) -> float:
        self._seconds += 1
        return self._seconds


@pytest.mark.parametrize("new_kept", ["sqlite"], indirect=True)
async def test_a_rebuild_goes_on_until_it_has_caught_up_with_the_present(new_kept: MakeKept) -> None:
    kept = await new_kept()
    async with kept.served() as (store, _):
        await keep(store, *day(START, 120, step=5))
        kept.harm("a fold that stands elsewhere")
    async with kept.served() as served:
        later = iter(day(START, 3000, step=20)[6:])

        def another(_fraction: float, _at: int) -> None:
            if (polled := next(later, None)) is not None:
                pending.append(asyncio.ensure_future(keep(served.store, polled)))

        pending: list[asyncio.Future[object]] = []
        await served.rebuild(Rushed(), another)
        await asyncio.gather(*pending)
        assert len(pending) > 24
        assert kept.verify().examples == []


def many(at: datetime, totals: tuple[int, int]) -> Poll:
    """A poll of twenty inverters."""
    polls = [poll(at, totals, serial=f"1{inverter:011}") for inverter in range(20)]
    return replace(
        polls[0],
        inverters=[each for poll in polls for each in poll.inverters],
        ports=[each for poll in polls for each in poll.ports],
    )


async def test_many_series_are_rebuilt_in_parts(new_kept: MakeKept) -> None:
    kept = await new_kept()
    async with kept.served() as (store, _):
        for minute in range(0, 45, 5):
            await keep(store, many(START + timedelta(minutes=minute), (minute, 2 * minute)))
    kept.harm("all rollups gone", "energy that was not produced", "quarters that are missing")
    async with kept.served() as served:
        assert await served.rebuild() >= 40
        assert kept.verify().examples == []
