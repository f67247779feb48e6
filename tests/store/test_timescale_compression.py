"""Compressed readings answer as before, and what comes late or again is kept as exactly as anywhere."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from random import Random

import psycopg
import pytest
from psycopg import Connection
from tests.servers.postgres import PostgresServer
from tests.store.answers import found, keep, snapshot
from tests.store.compressing import AT_ONCE, LATER, compressed, served
from tests.store.plants import START, WARSAW, day, faulty_day, poll, untidy

from sunledger.ledger.batching import batches
from sunledger.measurements import Poll
from sunledger.sitetime import ManualClock, SystemClock
from sunledger.store import timescale_compression
from sunledger.store.memory import MemoryStore
from sunledger.store.postgres_check import checked
from sunledger.store.postgres_database import PostgresDatabase
from sunledger.store.postgres_upkeep import PostgresUpkept, verified
from sunledger.store.rebuilding import rebuilt
from sunledger.store.records import Entry
from sunledger.store.timescale_compression import Chunk, Compression, compress, due

COUNTED = (
    "SELECT COUNT(*) FROM pg_stat_user_tables WHERE relname LIKE '%compress%' AND last_analyze IS NOT NULL"
)


def connected(server: PostgresServer, name: str) -> Connection:
    return psycopg.connect(server.conninfo(name), autocommit=True)


def differences(server: PostgresServer, name: str) -> int:
    return verified(server.address(name), WARSAW, lambda _fraction, _at: None).found


async def somebody_waits(server: PostgresServer) -> None:
    """Return once somebody waits for a lock."""
    for _ in range(3000):
        if server.ask("SELECT 1 FROM pg_locks WHERE NOT granted"):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waits")


def some_days(random: Random) -> list[Poll]:
    """Polls with everything that can go wrong."""
    return untidy(random, faulty_day(random, 60))


async def test_questions_have_the_same_answers_before_and_after(timescale: PostgresServer) -> None:
    name, random = await timescale.migrated(), Random(5)
    async with served(timescale, name) as store:
        await keep(store, *some_days(random), *day(START + timedelta(days=11), 30, first=900_000))
        before = await snapshot(store)
        state = await compressed(timescale, name)
        assert (state.chunks, state.compressed) == (4, 4)
        assert timescale.ask(COUNTED, name) == [(4,)]
        assert await snapshot(store) == before
    async with served(timescale, name) as store:
        assert await snapshot(store) == before
    assert differences(timescale, name) == 0
    assert list(checked(timescale.address(name), lambda _fraction, _table: None).faults) == []


@pytest.mark.parametrize("seed", range(2))
async def test_late_doubled_and_corrected_readings_are_as_exact_as_in_memory(
    timescale: PostgresServer, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timescale_compression, "ROWS_BESIDE", 1)  # compress anew for any row
    name, random = await timescale.migrated(), Random(seed)
    polls = some_days(random)
    random.shuffle(polls)
    changed = [
        replace(each, ports=[replace(port, pv_power=7.0) for port in each.ports]) for each in polls[::7]
    ]
    beside = MemoryStore(WARSAW)
    async with served(timescale, name) as store:
        for some in (polls[: len(polls) // 2], polls[len(polls) // 3 :], changed):
            await keep(store, *some)
            await keep(beside, *some)
            assert await snapshot(store) == await snapshot(beside)
            state = await compressed(timescale, name)
            assert state.compressed == state.chunks
            assert await snapshot(store) == await snapshot(beside)
    assert differences(timescale, name) == 0


async def test_many_new_readings_go_by_copy_into_chunks_that_are_compressed(
    timescale: PostgresServer,
) -> None:
    """As those that waited in the spool for long."""
    name, beside = await timescale.migrated(), MemoryStore(WARSAW)
    waiting = [Entry(each, found(each)) for each in day(START + timedelta(minutes=1), 600)]
    async with served(timescale, name) as store:
        await keep(store, poll(START, (1, 2)))
        await keep(beside, poll(START, (1, 2)))
        await compressed(timescale, name)
        await store.commit_all(waiting)
        await beside.commit_all(waiting)
        assert await snapshot(store) == await snapshot(beside)


async def test_history_is_loaded_by_batches_into_chunks_that_are_compressed(
    timescale: PostgresServer,
) -> None:
    name, beside = await timescale.migrated(), MemoryStore(WARSAW)
    known = [*day(START, 20), *day(START + timedelta(hours=3), 20, first=200_000)]
    past = day(START + timedelta(minutes=10), 150, first=100_000)
    async with served(timescale, name) as store:
        await keep(store, *known)
        await keep(beside, *known)
        await compressed(timescale, name)
        for batch in batches(past):
            await store.load(batch)
            await beside.load(batch)
        assert await snapshot(store) == await snapshot(beside)
    assert differences(timescale, name) == 0


async def test_a_rebuild_reads_what_is_compressed(timescale: PostgresServer) -> None:
    name, random = await timescale.migrated(), Random(3)
    async with served(timescale, name) as store:
        await keep(store, *some_days(random))
        await compressed(timescale, name)
        before = await snapshot(store)
        timescale.ask("UPDATE sunledger.energy_day SET energy = energy + 1", name)
        assert await rebuilt(PostgresUpkept(store), WARSAW, SystemClock(), lambda _fraction, _at: None) > 0
        assert await snapshot(store) == before


async def test_only_chunks_are_due_that_ended_long_ago_and_were_not_made_just_now(
    timescale: PostgresServer,
) -> None:
    name = await timescale.migrated()
    async with served(timescale, name) as store:
        await keep(store, poll(START, (1, 2)), poll(LATER, (3, 4)))
    with connected(timescale, name) as connection:
        (inverters, ports) = due(connection, LATER, AT_ONCE)
        assert {inverters.is_compressed, ports.is_compressed} == {False}
        assert due(connection, LATER, timedelta(hours=1)) == []
        assert due(connection, START, AT_ONCE) == []
        assert compress(ports, connection)
        assert due(connection, LATER, AT_ONCE) == [inverters]


async def test_a_compressed_chunk_is_due_again_once_it_has_many_rows_beside(
    timescale: PostgresServer,
) -> None:
    name = await timescale.migrated()
    async with served(timescale, name) as store:
        await keep(store, poll(START, (1, 2)))
        await compressed(timescale, name)
        await keep(store, poll(START + timedelta(minutes=2), (1, 2)))
        with connected(timescale, name) as connection:
            assert due(connection, LATER, AT_ONCE) == []
            timescale.ask(
                "INSERT INTO sunledger.port_reading (site, series, at) SELECT 9, 9, "
                f"'{START:%Y-%m-%d}'::timestamptz + number * INTERVAL '1 s' "
                "FROM generate_series(1, 40000) number",
                name,
            )
            (ports,) = due(connection, LATER, AT_ONCE)
            assert ports.is_compressed
            assert compress(ports, connection)
            assert due(connection, LATER, AT_ONCE) == []


async def test_who_began_to_read_before_sees_all_rows_of_a_chunk_compressed_anew(
    timescale: PostgresServer,
) -> None:
    name = await timescale.migrated()
    async with served(timescale, name) as store:
        await keep(store, *day(START, 30))
        await compressed(timescale, name)
        await keep(store, *day(START + timedelta(seconds=30), 30, first=100_020))
    count = "SELECT COUNT(*) FROM sunledger.port_reading"
    with connected(timescale, name) as reading, connected(timescale, name) as compressing:
        reading.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with reading.transaction():
            reading.execute("SELECT 1")  # this moment
            ((chunk,),) = timescale.ask(
                "SELECT chunk_schema || '.' || chunk_name FROM timescaledb_information.chunks "
                "WHERE hypertable_name = 'port_reading'",
                name,
            )
            assert compress(Chunk("port_reading", chunk, is_compressed=True), compressing)
            assert reading.execute(count).fetchall() == [(120,)]


async def test_a_chunk_that_somebody_reads_has_to_wait(
    timescale: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timescale_compression, "_LOCK_WITHIN", "10ms")
    name = await timescale.migrated()
    async with served(timescale, name) as store:
        await keep(store, *day(START, 5))
        with connected(timescale, name) as reading:
            with reading.transaction():
                reading.execute("SELECT COUNT(*) FROM sunledger.port_reading")
                state = await compressed(timescale, name)
                assert (state.chunks, state.compressed) == (2, 1)
            assert (await compressed(timescale, name)).compressed == 2


async def test_closing_gives_up_what_is_under_way_and_the_server_undoes_it(
    timescale: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timescale_compression, "_LOCK_WITHIN", "1h")
    name = await timescale.migrated()
    async with served(timescale, name) as store:
        await keep(store, *day(START, 5))
    compression = Compression(timescale.address(name), ManualClock(LATER), timedelta(days=7), settled=AT_ONCE)
    with connected(timescale, name) as reading, reading.transaction():
        reading.execute("SELECT COUNT(*) FROM sunledger.inverter_reading")
        doing = asyncio.create_task(compression.do())
        await somebody_waits(timescale)
        doing.cancel()
        await compression.close()
    state = PostgresDatabase(timescale.address(name)).measured().compressed
    assert state is not None
    assert state.compressed == 0


async def test_sizes_are_those_of_compressed_chunks_too(timescale: PostgresServer) -> None:
    name = await timescale.migrated()
    async with served(timescale, name) as store:
        await keep(store, *day(START, 600))
        large = PostgresDatabase(timescale.address(name)).measured()
        state = await compressed(timescale, name)
        small = PostgresDatabase(timescale.address(name)).measured()
    assert state.before > state.after > 0
    sizes = {piece.table: (piece.size, piece.rows) for piece in small.pieces if piece.table == "port_reading"}
    ((whole,),) = timescale.ask("SELECT hypertable_size('sunledger.port_reading')", name)
    assert sizes == {"port_reading": (whole, 1200)}
    assert small.size < large.size
