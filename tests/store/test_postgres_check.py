"""What a check of a database in PostgreSQL finds, each fault made on a copy of a sound one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest
from tests.servers.postgres import PostgresServer
from tests.store.answers import keep
from tests.store.plants import START, WARSAW, day

from sunledger.sitetime import SystemClock, milliseconds
from sunledger.store.postgres import PostgresStore
from sunledger.store.postgres_check import checked
from sunledger.store.postgres_partitions import month_of, name_of
from sunledger.store.postgres_schema_check import KNOWN, OTHERS
from sunledger.store.protocol import StoreError

NOW = name_of("port_reading", month_of(milliseconds(SystemClock().now())))
FAULTS = [
    ("DROP TABLE energy_hour CASCADE", "the table energy_hour is missing"),
    ("ALTER TABLE port_latest DROP COLUMN open_energy CASCADE", "port_latest: missing open_energy"),
    (
        "ALTER TABLE energy_quarter ALTER counter_offset TYPE numeric",
        "energy_quarter: counter_offset is of type numeric, not int8",
    ),
    (
        "ALTER TABLE weather_rollup DROP CONSTRAINT weather_rollup_pkey",
        "weather_rollup: the primary key is not (site, tier, series, start)",
    ),
    (
        "DROP VIEW public.hourly_production; DROP VIEW hourly_production",
        "the view hourly_production is missing; the next start of the server makes it",
    ),
    (
        "UPDATE pg_index SET indisvalid = FALSE WHERE indexrelid = 'judgement_at'::regclass",
        "the index judgement_at of judgement is not valid; `REINDEX INDEX sunledger.judgement_at` mends it",
    ),
    (
        "UPDATE tally SET entries = entries - 1 WHERE name = 'port_data'",
        "port_data: 40 rows, but 39 were counted",
    ),
    ("DELETE FROM port_reading WHERE series = 2", "port_data: 20 rows, but 40 were counted"),
    ("UPDATE energy_quarter SET series = 77 WHERE series = 2", "energy_quarter: 1 rows of series 77"),
    ("DELETE FROM port_latest WHERE series = 2", "port_latest: nothing of series 2"),
]
FAULTS_OF_MONTHS = [
    (
        "ALTER TABLE port_reading DETACH PARTITION port_reading_2026_03",
        "port_reading_2026_03 is no part of port_reading, so that nobody sees its rows",
    ),
    (
        "CREATE TABLE port_reading_rest PARTITION OF port_reading DEFAULT",
        "port_reading_rest is a part of port_reading that Sunledger has not made; DEFAULT",
    ),
    (
        "CREATE TABLE port_reading_2031_01 PARTITION OF port_reading "
        "FOR VALUES FROM ('2031-02-01Z') TO ('2031-02-03Z')",
        "port_reading_2031_01: holds for values from ('2031-02-01 00:00:00+00')",
    ),
    (
        "UPDATE inverter_reading SET series = 77",
        "inverter_reading_2026_03: 20 rows of series 77, which is no inverter that is known",
    ),
]
PUT_OFF = {"fsync", "full_page_writes", "data checksums", "autovacuum"}
"""What the server of tests does without."""


@asynccontextmanager
async def served(server: PostgresServer, name: str) -> AsyncIterator[PostgresStore]:
    store = PostgresStore(server.address(name), WARSAW, SystemClock())
    try:
        await store.open()
        yield store
    finally:
        await store.close()


async def fill(server: PostgresServer) -> str:
    name = await server.migrated()
    async with served(server, name) as store:
        await keep(store, *day(START, 20))
    return name


@pytest.fixture(scope="module")
def sound(postgres: PostgresServer) -> str:
    """A database that has been filled, to be copied."""
    return asyncio.run(fill(postgres))


@pytest.fixture(scope="module")
def in_months(plain: PostgresServer) -> str:
    """One whose tables of readings are in months."""
    return asyncio.run(fill(plain))


def change(server: PostgresServer, name: str, sql: str) -> None:
    with psycopg.connect(server.conninfo(name), options="-c search_path=sunledger") as connection:
        connection.execute(sql.encode())


def check(server: PostgresServer, name: str) -> tuple[list[str], list[str]]:
    """Faults and notes."""
    found = checked(server.address(name), lambda _fraction, _table: None)
    return list(found.faults), list(found.notes)


async def test_a_sound_database_has_no_faults_and_its_server_is_told_of(
    postgres: PostgresServer, sound: str
) -> None:
    faults, notes = check(postgres, sound)
    assert faults == []
    assert {setting for setting in PUT_OFF for note in notes if note.startswith(setting)} == PUT_OFF
    assert len(notes) == len(PUT_OFF)


async def test_every_table_of_the_schema_is_known_to_the_check(postgres: PostgresServer, sound: str) -> None:
    found = postgres.ask(
        "SELECT relname FROM pg_class WHERE relnamespace = 'sunledger'::regnamespace "
        "AND relkind IN ('r', 'p') AND NOT relispartition",
        sound,
    )
    assert {name for (name,) in found} == {table.name for table in KNOWN} | OTHERS.keys()


async def test_every_month_and_table_is_told_of_on_the_way(plain: PostgresServer, in_months: str) -> None:
    told: list[tuple[float, str]] = []
    checked(plain.address(in_months), lambda fraction, table: told.append((fraction, table)))
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)
    assert {"port_reading_2026_03", "telemetry_rollup", "energy_day"} <= {table for _, table in told}


@pytest.mark.parametrize(("sql", "said"), FAULTS)
async def test_a_fault_is_named_with_its_place(
    postgres: PostgresServer, sound: str, sql: str, said: str
) -> None:
    name = postgres.database(sound)
    change(postgres, name, sql)
    faults, _ = check(postgres, name)
    assert any(fault.startswith(said) for fault in faults), faults


@pytest.mark.parametrize(("sql", "said"), FAULTS_OF_MONTHS)
async def test_a_month_that_is_not_as_it_should_be_is_named(
    plain: PostgresServer, in_months: str, sql: str, said: str
) -> None:
    name = plain.database(in_months)
    change(plain, name, sql)
    faults, _ = check(plain, name)
    assert any(fault.startswith(said) for fault in faults), faults


async def test_the_month_of_now_may_be_missing_only_while_nobody_writes(
    plain: PostgresServer, in_months: str
) -> None:
    name = plain.database(in_months)
    change(plain, name, f"DROP TABLE {NOW}")
    faults, notes = check(plain, name)
    assert faults == []
    assert f"{NOW} is not there yet; it is made in time by the server" in notes
    async with served(plain, name):  # which makes it
        assert check(plain, name)[0] == []
        change(plain, name, f"DROP TABLE {NOW}")
        (fault,) = check(plain, name)[0]
        assert fault.startswith(f"{NOW} is missing, which readings of now go into; start the server again")


async def test_tables_that_are_never_vacuumed_are_told_of(postgres: PostgresServer, sound: str) -> None:
    name = postgres.database(sound)
    change(postgres, name, "ALTER TABLE port_latest SET (autovacuum_enabled = false)")
    assert "port_latest: autovacuum is switched off for it" in check(postgres, name)[1]


async def test_what_is_not_there_or_not_ours_cannot_be_checked(postgres: PostgresServer) -> None:
    with pytest.raises(StoreError, match="there is no such database"):
        check(postgres, "nowhere")
    with pytest.raises(StoreError, match="has nothing of Sunledger's yet"):
        check(postgres, postgres.database())
