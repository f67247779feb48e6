"""A database in PostgreSQL: its size by table and tier, the disk it is on, and what a vacuum does to it."""

import asyncio
from random import Random

import psycopg
import pytest
from tests.servers.postgres import PostgresServer
from tests.store.answers import keep
from tests.store.plants import START, WARSAW, day, faulty_day

from sunledger.sitetime import SystemClock
from sunledger.store import postgres_storage
from sunledger.store.postgres import PostgresStore
from sunledger.store.postgres_database import PostgresDatabase
from sunledger.store.postgres_disk import is_process_of
from sunledger.store.protocol import StoreError


@pytest.fixture(scope="module")
def filled(postgres: PostgresServer) -> str:
    """A database with some hundred rows."""

    async def fill() -> str:
        name = await postgres.migrated()
        store = PostgresStore(postgres.address(name), WARSAW, SystemClock())
        try:
            await store.open()
            await keep(store, *day(START, 200), *faulty_day(Random(1), 30))
        finally:
            await store.close()
        return name

    return asyncio.run(fill())


@pytest.fixture
def guest(postgres: PostgresServer, filled: str) -> PostgresDatabase:
    """The database of somebody who may read it, and nothing else."""
    postgres.ask(
        "DO $$BEGIN CREATE ROLE looker LOGIN PASSWORD 'look'; EXCEPTION WHEN duplicate_object THEN END$$; "
        "GRANT USAGE ON SCHEMA sunledger TO looker; GRANT SELECT ON ALL TABLES IN SCHEMA sunledger TO looker",
        filled,
    )
    return PostgresDatabase(postgres.address(filled, user="looker", password="look"))


def test_rows_and_sizes_are_those_of_the_tables_with_their_months(
    postgres: PostgresServer, filled: str
) -> None:
    found = PostgresDatabase(postgres.address(filled)).measured()
    rows: dict[str, int] = {}
    for piece in found.pieces:
        rows[piece.table] = rows.get(piece.table, 0) + piece.rows
    tables = "SELECT relname FROM pg_class WHERE relnamespace = 'sunledger'::regnamespace"
    names = [
        name for (name,) in postgres.ask(f"{tables} AND relkind IN ('r', 'p') AND NOT relispartition", filled)
    ]
    assert rows == {
        name: postgres.ask(f"SELECT COUNT(*) FROM sunledger.{name}", filled)[0][0] for name in names
    }
    ours = "SELECT oid FROM pg_class WHERE relnamespace = 'sunledger'::regnamespace AND relkind IN ('r', 'p')"
    parts = f"SELECT inhrelid FROM pg_inherits WHERE inhparent IN ({ours})"
    ((whole,),) = postgres.ask(
        f"SELECT SUM(pg_total_relation_size(oid))::int8 FROM ({ours} UNION {parts}) t", filled
    )
    assert sum(piece.size for piece in found.pieces) == found.size == whole
    assert (found.engine, found.exact, found.counted) == ("postgres", True, True)


def test_tiers_have_their_first_and_last_moment_and_the_rate_is_that_of_the_latest_days(
    postgres: PostgresServer, filled: str
) -> None:
    found = PostgresDatabase(postgres.address(filled)).measured()
    raw = found.tiers["raw"]
    assert raw.oldest == START
    assert raw.newest == postgres.ask("SELECT max(at) FROM sunledger.port_reading", filled)[0][0]
    hours = "SELECT min(start), max(start) FROM sunledger.energy_hour"
    assert [(found.tiers["hour"].oldest, found.tiers["hour"].newest)] == postgres.ask(hours, filled)
    assert found.rows_a_day is not None
    assert 0 < found.rows_a_day <= raw.rows


def test_rows_of_large_tables_are_the_servers_estimate_and_say_so(
    postgres: PostgresServer, filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = postgres.database(filled)
    postgres.ask("ANALYZE sunledger.energy_quarter", name)
    monkeypatch.setattr(postgres_storage, "LARGE", 1)
    found = PostgresDatabase(postgres.address(name)).measured()
    assert not found.counted
    exact = {
        piece.table: piece.rows for piece in found.pieces if piece.table in {"energy_quarter", "port_reading"}
    }
    assert (
        exact["energy_quarter"] == postgres.ask("SELECT COUNT(*) FROM sunledger.energy_quarter", name)[0][0]
    )
    assert exact["port_reading"] == postgres.ask("SELECT COUNT(*) FROM sunledger.port_reading", name)[0][0]


def test_the_disk_is_known_where_the_server_is_on_this_machine(postgres: PostgresServer, filled: str) -> None:
    found = PostgresDatabase(postgres.address(filled)).measured()
    assert found.disk is not None
    assert found.disk.total > found.disk.free > 0
    assert found.disk_unknown is None
    assert found.days_until_full == pytest.approx(found.disk.free / (found.bytes_a_day or 1))


def test_a_role_that_may_not_ask_where_the_data_is_is_told_how_to(
    postgres: PostgresServer, guest: PostgresDatabase
) -> None:
    found = guest.measured()
    assert (found.disk, found.days_until_full) == (None, None)
    assert found.disk_unknown is not None
    assert "GRANT pg_read_all_settings TO looker" in found.disk_unknown
    postgres.ask("GRANT pg_read_all_settings TO looker")
    assert guest.measured().disk is not None
    postgres.ask("REVOKE pg_read_all_settings FROM looker")


@pytest.mark.parametrize(
    ("title", "port", "ours"),
    [
        ("postgres: sunledger sunledger 127.0.0.1(54321) idle", 54321, True),
        ("postgres: 15/main: sunledger sunledger ::1(54321) SELECT", 54321, True),
        ("postgres: sunledger sunledger [local] idle", None, True),
        ("postgres: sunledger sunledger 127.0.0.1(54322) idle", 54321, False),
        ("postgres: checkpointer", 54321, False),
        ("/usr/bin/python3 -m http.server (54321)", 54321, False),
    ],
)
def test_a_process_is_that_of_our_connection_by_its_title(
    title: str, port: int | None, *, ours: bool
) -> None:
    assert is_process_of(title, port) is ours


def test_a_vacuum_clears_dead_rows_beside_a_reader_and_tells_how_far_it_is(
    postgres: PostgresServer, filled: str
) -> None:
    name, told = postgres.database(filled), list[tuple[float, str]]()
    postgres.ask("UPDATE sunledger.energy_quarter SET energy = energy", name)
    with psycopg.connect(postgres.conninfo(name)) as reading:
        reading.execute("SELECT COUNT(*) FROM sunledger.port_reading")
        done = PostgresDatabase(postgres.address(name)).vacuumed(lambda *each: told.append(each))
    assert done.before > 0
    assert done.dead is not None
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)
    vacuumed = postgres.ask(
        "SELECT relname FROM pg_stat_user_tables WHERE last_vacuum IS NOT NULL AND last_analyze IS NOT NULL",
        name,
    )
    assert {table for _, table in told} <= {table for (table,) in vacuumed}
    parts = (
        "SELECT inhrelid::regclass::text FROM pg_inherits "
        "WHERE inhparent = 'sunledger.port_reading'::regclass"
    )
    assert {part.split(".")[1] for (part,) in postgres.ask(parts, name)} <= {table for (table,) in vacuumed}
    assert "energy_quarter" in {table for _, table in told}


def test_who_does_not_own_the_tables_is_told_that_they_were_left_out(guest: PostgresDatabase) -> None:
    with pytest.raises(StoreError, match=r"the server left tables out \(.*\); vacuum as their owner"):
        guest.vacuumed(lambda _fraction, _table: None)
