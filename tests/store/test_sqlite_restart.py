"""A restart changes nothing: not in the middle of a quarter, not of a frozen hour, not of a seam."""

from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from tests.store.answers import EVER, keep, snapshot, totals
from tests.store.files import served
from tests.store.plants import START, WARSAW, day, faulty_day, untidy

from sunledger.measurements import Poll
from sunledger.sitetime import Step
from sunledger.store.protocol import Accounting
from sunledger.store.records import Receipt
from sunledger.store.shelf import PortStanding, Standing
from sunledger.store.sqlite import SqliteStore

Standings = tuple[dict[int, PortStanding], dict[int, Standing]]


def standings(store: SqliteStore) -> Standings:
    """What the store keeps in memory of the past."""
    return dict(store._books.ports), dict(store._books.others)


async def kept_at_once(path: Path, polls: list[Poll]) -> tuple[list[Receipt], Standings, tuple[object, ...]]:
    async with served(path) as store:
        return await keep(store, *polls), standings(store), await snapshot(store)


async def kept_in_parts(
    path: Path, polls: list[Poll], cuts: list[int]
) -> tuple[list[Receipt], Standings, tuple[object, ...]]:
    """The same with a restart before each of the cuts."""
    receipts: list[Receipt] = []
    for begin, end in zip([0, *cuts], [*cuts, len(polls)], strict=True):
        async with served(path) as store:
            receipts += await keep(store, *polls[begin:end])
    async with served(path) as store:
        return receipts, standings(store), await snapshot(store)


@pytest.mark.parametrize("seed", range(15))
async def test_restarts_anywhere_change_no_answer(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    polls = untidy(random, faulty_day(random))
    cuts = sorted(random.sample(range(len(polls) + 1), min(6, len(polls))))
    whole = await kept_at_once(tmp_path / "whole.db", polls)
    assert await kept_in_parts(tmp_path / "parts.db", polls, cuts) == whole


async def test_a_restart_before_every_poll_of_a_frozen_hour(tmp_path: Path) -> None:
    polls = day(START, 50, rise=0)
    whole = await kept_at_once(tmp_path / "whole.db", polls)
    parts = await kept_in_parts(tmp_path / "parts.db", polls, list(range(25, 50)))
    assert parts[1:] == whole[1:]


@pytest.mark.parametrize("seed", range(8))
async def test_another_zone_and_hour_of_reset_count_as_if_they_had_always_been(
    tmp_path: Path, seed: int
) -> None:
    random = Random(seed)
    polls = untidy(random, faulty_day(random))
    names = ["Europe/Warsaw", "Australia/Adelaide", "America/Santiago", "Asia/Kathmandu", "Pacific/Chatham"]
    before, after = (
        Accounting(zone=ZoneInfo(zone), reset_hour=random.randrange(24)) for zone in random.sample(names, 2)
    )
    moved, always = tmp_path / "moved.db", tmp_path / "always.db"
    half = len(polls) // 2
    async with served(moved, before) as store:
        await keep(store, *polls[:half])
    async with served(moved, after) as store:
        await keep(store, *polls[half:])
        found = standings(store), await snapshot(store)
    async with served(always, after) as store:
        await keep(store, *polls)
        assert (standings(store), await snapshot(store)) == found


async def test_another_hour_of_reset_alone_counts_today_again(tmp_path: Path) -> None:
    path = tmp_path / "sunledger.db"
    async with served(path, Accounting(zone=ZoneInfo("UTC"), reset_hour=5)) as store:
        await keep(store, *day(START, 120))
        (first, _) = (await store.latest()).production
        assert first.today == 119 * 4
    async with served(path, Accounting(zone=ZoneInfo("UTC"), reset_hour=7)) as store:
        (first, _) = (await store.latest()).production
        assert (first.today, first.since.hour) == (60 * 4, 7)


async def test_a_zone_adopted_without_any_reading(tmp_path: Path) -> None:
    path = tmp_path / "sunledger.db"
    for zone in ("UTC", "Europe/Warsaw"):
        async with served(path, Accounting(zone=ZoneInfo(zone))) as store:
            assert await totals(store) == {1: 0, 2: 0}


async def test_a_reader_counts_days_in_the_zone_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "sunledger.db"
    async with served(path) as store:
        await keep(store, *day(START, 30 * 60, step=10))
        expected = await store.energy(None, EVER, Step.DAY)
    async with served(path, Accounting(zone=ZoneInfo("Asia/Tokyo")), read_only=True) as reader:
        assert await reader.energy(None, EVER, Step.DAY) == expected
        assert await reader.energy(None, EVER, Step.DAY, WARSAW.zone) == expected
