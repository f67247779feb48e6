import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from tests.store.answers import found
from tests.store.files import ask
from tests.store.plants import START, day

from sunledger.measurements import Poll
from sunledger.sitetime import ManualClock
from sunledger.store.protocol import StoreError, StoreUnusable
from sunledger.store.records import Entry
from sunledger.store.spool import MEGABYTE, Spool
from sunledger.store.spool_entry import decode


@asynccontextmanager
async def opened(path: Path, limit: int = MEGABYTE, clock: ManualClock | None = None) -> AsyncIterator[Spool]:
    spool = Spool(path, limit, clock or ManualClock(START))
    await spool.open()
    try:
        yield spool
    finally:
        await spool.close()


async def append(spool: Spool, polls: Sequence[Poll]) -> None:
    for each in polls:
        await spool.append([Entry(each, found(each))])


def size(path: Path, suffix: str = "") -> int:
    return path.with_name(path.name + suffix).stat().st_size


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "sunledger.spool"


async def test_polls_come_out_as_and_in_the_order_they_went_in(path: Path) -> None:
    polls = day(START, 7)
    async with opened(path) as spool:
        await append(spool, polls)
    async with opened(path) as spool:
        waiting = await spool.first(5)
        assert [decode(each.body).poll.taken_at for each in waiting] == [each.taken_at for each in polls[:5]]
        await spool.drop(waiting)
        assert [decode(each.body).poll.taken_at for each in await spool.first(5)] == [
            each.taken_at for each in polls[5:]
        ]


async def test_polls_that_come_at_once_are_written_together(path: Path) -> None:
    polls = day(START, 50)
    async with opened(path) as spool:
        before = size(path, "-wal")
        await asyncio.gather(*(spool.append([Entry(each)]) for each in polls))
        frames = (size(path, "-wal") - before) // 4096
        assert frames < 20, "one by one they would take more than one frame each"
        times = [decode(each.body).poll.taken_at for each in await spool.first(100)]
    assert times == [each.taken_at for each in polls]


async def test_the_standing_is_that_of_the_file_after_a_restart(path: Path) -> None:
    clock = ManualClock(START)
    async with opened(path, clock=clock) as spool:
        for each in day(START, 6):
            await spool.append([Entry(each)])
            await clock.advance(60)
        await spool.drop(await spool.first(2))
        await spool.set_aside((await spool.first(1))[0], "why not")
        left = spool.standing
        assert (left.polls, left.rows, left.set_aside) == (3, 9, 1)
    assert ask(path, "SELECT COUNT(*) FROM entry WHERE refused IS NULL") == [(3,)]
    async with opened(path) as spool:
        again = spool.standing
        assert (again.polls, again.rows, again.set_aside) == (4, 12, 0), "what was set aside is tried again"
        assert (again.bytes, again.latest) == (left.bytes, left.latest)
        assert left.oldest is not None
        assert again.oldest is not None
        assert again.oldest < left.oldest


async def test_a_caller_that_gives_up_does_not_disturb_the_others(path: Path) -> None:
    first, second = day(START, 2)
    async with opened(path) as spool:
        giving_up = asyncio.create_task(spool.append([Entry(first)]))
        staying = asyncio.create_task(spool.append([Entry(second)]))
        await asyncio.sleep(0)
        giving_up.cancel()
        await staying
        assert spool.standing.polls == 2
        assert len(await spool.first(5)) == 2


async def test_a_disk_without_space_takes_nothing_and_recovers_by_itself(path: Path) -> None:
    async with opened(path, limit=100 * MEGABYTE) as spool:
        connection = spool._file._open_connection
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")  # SQLite's own way to run out of space
        with pytest.raises(StoreError, match="no space left"):
            await append(spool, day(START, 500))
        kept = spool.standing.polls
        assert 0 < kept < 500
        assert len(await spool.first(500)) == kept
        connection.execute("PRAGMA max_page_count = 100000")
        await spool.append([Entry(day(START, 1)[0])])
        assert spool.standing.polls == kept + 1
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]


async def test_the_disk_gets_its_space_back_when_nothing_waits(path: Path) -> None:
    async with opened(path, limit=100 * MEGABYTE) as spool:
        polls = day(START, 12_000)
        for some in range(0, len(polls), 500):
            await asyncio.gather(*(spool.append([Entry(each)]) for each in polls[some : some + 500]))
        while waiting := await spool.first(1000):
            await spool.drop(waiting)
        assert spool.empty
        assert spool.standing.bytes == 0
    assert size(path) < 64 * 1024


async def test_a_second_process_is_kept_off(path: Path) -> None:
    async with opened(path):
        with pytest.raises(StoreUnusable, match="another Sunledger"):
            async with opened(path):
                pass


async def test_a_spool_of_a_newer_version_is_left_alone(path: Path) -> None:
    async with opened(path):
        pass
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreUnusable, match="newer Sunledger"):
        async with opened(path):
            pass
    assert ask(path, "PRAGMA user_version") == [(99,)]


def damage(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all " * 300)


async def test_a_damaged_file_is_said_to_be_one(path: Path) -> None:
    damage(path)
    with pytest.raises(StoreUnusable, match="damaged"):
        async with opened(path):
            pass


async def test_a_closed_spool_takes_nothing(path: Path) -> None:
    async with opened(path) as spool:
        pass
    with pytest.raises(StoreError, match="closed"):
        await spool.append([Entry(day(START, 1)[0])])
