"""Writing, reading and failing beside each other: nobody waits, and nothing is half done."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from tests.store.answers import EVER, keep, recomputed, snapshot, totals
from tests.store.files import ask, served
from tests.store.plants import START, day, faulty_day, poll

from sunledger.measurements import Poll
from sunledger.sitetime import Step
from sunledger.store.protocol import Of, StoreError
from sunledger.store.sqlite import SqliteStore

OTHER = "114100000002"


def connection_of(store: SqliteStore) -> sqlite3.Connection:
    """The writer's own connection."""
    assert store._shelf is not None
    return store._shelf.connection


async def test_a_reader_in_the_middle_of_a_long_question_does_not_hold_up_a_commit(tmp_path: Path) -> None:
    path = tmp_path / "sunledger.db"
    async with served(path) as store:
        await keep(store, *day(START, 5))
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN")
            count = "SELECT COUNT(*) FROM port_data"
            before = other.execute(count).fetchone()
            await keep(store, *day(START, 10)[5:])
            assert other.execute(count).fetchone() == before == (10,)
            other.execute("COMMIT")
            assert other.execute(count).fetchone() == (20,)


async def test_a_writer_in_the_middle_of_its_work_does_not_hold_up_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "sunledger.db"
    async with served(path) as store:
        await keep(store, *day(START, 5))
        before = await snapshot(store)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("DELETE FROM port_reading")
            assert await snapshot(store) == before
            other.execute("ROLLBACK")


async def test_questions_and_commits_from_many_tasks_at_once(tmp_path: Path) -> None:
    """Every answer is of one moment, and every inverter in it is known."""
    growing = [
        poll(START + timedelta(minutes=each), (each, each), serial=f"2{each:011}") for each in range(40)
    ]

    async with served(tmp_path / "sunledger.db") as store:

        async def ask_on() -> None:
            while len(store.series()) < 2 * 3 + 39 * 3:
                page = await store.readings(Of.PORT, None, EVER, limit=1000)
                assert all(row[1] in page.series for row in page.rows)
                assert len(page.rows) % 2 == 0
                latest = await store.latest()
                assert len(latest.ports) == len(latest.production)
                await store.energy(None, EVER, Step.DAY)
                await store.corrections(None, EVER, limit=10)

        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            group.create_task(ask_on())
            group.create_task(ask_on())
            for polls in (day(START, 40), growing):
                group.create_task(keep(store, *polls))
        assert (await store.statistics()).readings[Of.PORT] == 2 * 80


async def test_an_export_beside_a_running_server_sees_what_comes_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "sunledger.db"
    async with served(path) as server:
        await keep(server, *day(START, 20))
        async with served(path, read_only=True) as reader:
            assert await snapshot(reader) == await snapshot(server)
            for each in day(START, 40)[20:]:
                await keep(server, each)
            await keep(server, poll(START + timedelta(hours=1), (5, 6), serial=OTHER))
            found = await reader.energy([(OTHER, 1), (OTHER, 2)], EVER, None)
            assert [each.port_number for each in found] == [1, 2]
            assert await snapshot(reader) == await snapshot(server)
            assert reader.series() == server.series()


async def test_a_reader_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "sunledger.db"
    async with served(path):
        pass
    async with served(path, read_only=True) as reader:
        with pytest.raises(StoreError, match="not open for writing"):
            await reader.commit(poll(START, (1,)))
    async with served(path) as server:
        await keep(server, poll(START, (1,)))


@pytest.mark.parametrize(
    "table", ["port_reading", "inverter_reading", "port_latest", "inverter_latest", "inverter"]
)
async def test_a_commit_that_fails_midway_changes_nothing_then_or_later(tmp_path: Path, table: str) -> None:
    polls = faulty_day(Random(table), 60)
    async with served(tmp_path / "whole.db") as store:
        receipts = await keep(store, *polls)
        whole = await snapshot(store)
    path = tmp_path / "failing.db"
    trigger = f"CREATE TEMP TRIGGER no BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no more'); END"
    async with served(path) as store:
        for number, each in enumerate(polls):
            before = ask(path, "SELECT COUNT(*), MAX(at) FROM port_data")
            connection_of(store).execute(trigger)
            with pytest.raises(StoreError, match="no more"):
                await keep(store, each)
            connection_of(store).execute("DROP TRIGGER no")
            assert ask(path, "SELECT COUNT(*), MAX(at) FROM port_data") == before
            assert await keep(store, each) == [receipts[number]]
        assert await snapshot(store) == whole


async def test_a_new_inverter_whose_first_commit_failed_is_not_known(tmp_path: Path) -> None:
    async with served(tmp_path / "sunledger.db") as store:
        connection_of(store).execute(
            "CREATE TEMP TRIGGER no BEFORE INSERT ON inverter BEGIN SELECT RAISE(ABORT, 'no more'); END"
        )
        with pytest.raises(StoreError):
            await keep(store, poll(START, (1, 2)))
        assert (store.series(), list(await store.devices())) == ({}, [])
        connection_of(store).execute("DROP TRIGGER no")
        await keep(store, poll(START, (7,), serial=OTHER), poll(START, (1, 2)))
        assert {each.total_production for each in (await store.latest()).ports} == {7, 1, 2}


async def kept_until_it_fails(store: SqliteStore, polls: Sequence[Poll]) -> int:
    """How many could be kept."""
    for number, each in enumerate(polls):
        try:
            await keep(store, each)
        except StoreError:
            return number
    return len(polls)


async def test_a_full_disk_is_told_with_the_way_out_and_costs_nothing_that_was_kept(tmp_path: Path) -> None:
    path, polls = tmp_path / "sunledger.db", day(START, 400)
    async with served(path) as store:
        await keep(store, *polls[:5])
        connection = connection_of(store)
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        kept = 5 + await kept_until_it_fails(store, polls[5:])
        assert kept < 400
        before = await snapshot(store)
        with pytest.raises(StoreError, match=r"no space left for .*; free some and try again"):
            await keep(store, polls[kept])
        assert await snapshot(store) == before
        connection.execute("PRAGMA max_page_count = 1000000")
        await keep(store, *polls[kept : kept + 20])
        assert await totals(store) == {number: recomputed(polls[: kept + 20], number) for number in (1, 2)}


async def test_statistics_are_exact(tmp_path: Path) -> None:
    path = tmp_path / "sunledger.db"
    polls = faulty_day(Random(3), 60)
    async with served(path) as store:
        await keep(store, *polls, *polls[::3], poll(START + timedelta(hours=1), (5,), serial=OTHER))
        statistics = await store.statistics()
        size = sum(each.stat().st_size for each in (path, path.with_name("sunledger.db-wal")))
    counted = [ask(path, f"SELECT COUNT(*) FROM {view}")[0][0] for view in (
        "inverter_data", "port_data", "inverters", "production_cache", "config_cache")]  # fmt: skip
    assert counted == [
        statistics.readings[Of.INVERTER],
        statistics.readings[Of.PORT],
        statistics.inverters_count,
        statistics.production_cache_entries,
        statistics.config_cache_entries,
    ]
    assert statistics.total_records == counted[0] + counted[1] == 61 + 121
    assert (statistics.database_type, statistics.database_size_bytes) == ("sqlite", size)
