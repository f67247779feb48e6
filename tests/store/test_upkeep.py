"""Verification finds nothing in what a store keeps by itself, and all that was changed behind its back.

A rebuild puts right what verification finds, while polls are committed in between.
"""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from tests.store.answers import keep, snapshot
from tests.store.files import served
from tests.store.harm import HARM, harmed, verify
from tests.store.plants import START, WARSAW, day, faulty_day, poll, untidy

from sunledger.measurements import Poll
from sunledger.sitetime import SystemClock
from sunledger.store.protocol import Accounting
from sunledger.store.sqlite import SqliteStore
from sunledger.store.sqlite_upkeep import rebuilt

ZONES = ("Europe/Warsaw", "Australia/Lord_Howe", "Australia/Adelaide", "America/Santiago")


async def rebuild(store: SqliteStore, accounting: Accounting = WARSAW) -> int:
    return await rebuilt(store, accounting, SystemClock(), lambda _fraction, _at: None)


def two_days(random: Random) -> list[Poll]:
    """Polls with everything that can go wrong, so that there are judgements of every kind."""
    return untidy(random, faulty_day(random, 80))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("seed", range(4))
async def test_late_doubled_and_shuffled_readings_leave_what_recomputing_gives(
    tmp_path: Path, zone: str, seed: int
) -> None:
    path, accounting = tmp_path / "s.db", Accounting(zone=ZoneInfo(zone))
    polls = two_days(Random(seed))
    async with served(path, accounting) as store:
        await keep(store, *polls)
        audit = verify(path, accounting)
        records = (await store.statistics()).total_records
    assert (audit.examples, audit.found, audit.readings) == ([], 0, records)


async def test_an_empty_file_has_nothing_wrong(tmp_path: Path) -> None:
    async with served(tmp_path / "s.db") as store:
        assert verify(tmp_path / "s.db").found == 0
        assert await rebuild(store) == 0


async def test_the_file_says_in_which_zone_it_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    async with served(path) as store:
        await keep(store, *day(START, 40 * 60, step=10))
    assert verify(path, Accounting(zone=ZoneInfo("Asia/Tokyo"), reset_hour=3)).found == 0


@pytest.mark.parametrize("harm", HARM)
async def test_verification_finds_and_a_rebuild_puts_right(tmp_path: Path, harm: str) -> None:
    path = tmp_path / "s.db"
    async with served(path) as store:
        await keep(store, *two_days(Random(5)))
        right = await snapshot(store)
    harmed(path, HARM[harm])
    before = verify(path)
    assert before.found > 0
    assert before.examples
    async with served(path) as store:
        await rebuild(store)
        assert await snapshot(store) == right
        assert verify(path).examples == []
    async with served(path) as store:
        assert await snapshot(store) == right


@pytest.mark.parametrize("seed", range(10))
async def test_polls_late_ones_too_are_committed_while_everything_is_rebuilt(
    tmp_path: Path, seed: int
) -> None:
    """Everything is harmed at once; the rest of the polls comes between the steps, in any order."""
    random = Random(seed)
    polls = two_days(random)
    half = len(polls) // 2
    async with served(tmp_path / "whole.db") as store:
        await keep(store, *polls)
        right = await snapshot(store)
    path = tmp_path / "harmed.db"
    async with served(path) as store:
        await keep(store, *polls[:half])
    with closing(sqlite3.connect(path)) as connection, connection:
        for sql in random.sample(sorted(HARM.values()), len(HARM)):
            connection.execute(sql)
    async with served(path) as store:
        rest, told = iter(polls[half:]), 0

        async def keep_on() -> None:
            for each in rest:
                await keep(store, each)

        def tell(_fraction: float, _at: int) -> None:
            nonlocal told
            told += 1

        async with asyncio.TaskGroup() as group:
            group.create_task(rebuilt(store, WARSAW, Rushed(), tell))
            group.create_task(keep_on())
        assert told > 10
        assert verify(path).examples == []
        assert await snapshot(store) == right


class Rushed(SystemClock):
    """A clock by which every step has taken long enough after its first part."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def monotonic(self) -> float:
        self._seconds += 1
        return self._seconds


async def test_a_rebuild_goes_on_until_it_has_caught_up_with_the_present(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    async with served(path) as store:
        await keep(store, *day(START, 120))
        harmed(path, HARM["a fold that stands elsewhere"])
    async with served(path) as store:
        later = iter(day(START, 3000, step=5)[24:])

        def another(_fraction: float, _at: int) -> None:
            if (polled := next(later, None)) is not None:
                pending.append(asyncio.ensure_future(keep(store, polled)))

        pending: list[asyncio.Future[object]] = []
        await rebuilt(store, WARSAW, Rushed(), another)
        await asyncio.gather(*pending)
        assert len(pending) > 24
        assert verify(path).examples == []


async def test_many_series_are_rebuilt_in_parts(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    async with served(path) as store:
        for minute in range(0, 45, 5):
            at = START + timedelta(minutes=minute)
            for inverter in range(20):
                await keep(store, poll(at, (minute, 2 * minute), serial=f"1{inverter:011}"))
    for harm in ("all rollups gone", "energy that was not produced", "quarters that are missing"):
        harmed(path, HARM[harm])
    async with served(path) as store:
        assert await rebuild(store) >= 40
        assert verify(path).examples == []
