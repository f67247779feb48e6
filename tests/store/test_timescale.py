"""Where a database has TimescaleDB its readings are in hypertables; what a server lacks for that is said."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.servers import timescale as timescaledb
from tests.servers.postgres import PostgresServer, running
from tests.store.answers import EVER, keep, snapshot, totals
from tests.store.compressing import compressed, served
from tests.store.plants import START, day, poll

from sunledger.store import timescale as timescale_module
from sunledger.store.postgres_check import checked
from sunledger.store.postgres_database import PostgresDatabase
from sunledger.store.protocol import Of, StoreUnusable
from sunledger.store.tables import READING_TABLES

KINDS = "SELECT relname, relkind::text FROM pg_class WHERE relnamespace = 'sunledger'::regnamespace"


@pytest.fixture
def own_timescale() -> Iterator[PostgresServer]:
    """A server with TimescaleDB whose settings the test may change."""
    programs = timescaledb.programs()
    if programs is None:
        pytest.skip(timescaledb.LEFT_OUT)
    with running(programs, timescale=True) as server:
        yield server


def faults(server: PostgresServer, name: str) -> list[str]:
    return list(checked(server.address(name), lambda _fraction, _table: None).faults)


def hypertables(server: PostgresServer, name: str) -> list[tuple[object, ...]]:
    return server.ask(
        "SELECT hypertable_name, time_interval, compression_enabled FROM timescaledb_information.dimensions "
        "JOIN timescaledb_information.hypertables USING (hypertable_schema, hypertable_name) ORDER BY 1",
        name,
    )


async def test_readings_are_in_hypertables_and_nothing_else_is(timescale: PostgresServer) -> None:
    name = await timescale.migrated()
    assert hypertables(timescale, name) == [
        (table, timedelta(days=30), True) for table in sorted(READING_TABLES.values())
    ]
    indexes = "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'sunledger'"
    found = [each for each in timescale.ask(indexes, name) if each[0] in READING_TABLES.values()]
    assert sorted(found) == [(table, f"{table}_pkey") for table in sorted(READING_TABLES.values())]


async def test_no_month_is_made_and_a_reading_of_any_time_is_taken(timescale: PostgresServer) -> None:
    name = await timescale.migrated()
    async with served(timescale, name) as store:
        await keep(store, *(poll(START + timedelta(days=365 * years), (1, 2)) for years in (-20, 15)))
        assert len((await store.readings(Of.PORT, None, EVER, limit=10)).rows) == 4
    assert {kind for _, kind in timescale.ask(KINDS, name)} == {"r", "i", "v", "S"}
    assert faults(timescale, name) == []


async def test_an_owner_who_is_no_superuser_has_them_made_and_compressed(timescale: PostgresServer) -> None:
    name = timescale.database()
    timescale.ask(
        "DO $$BEGIN CREATE ROLE owner LOGIN PASSWORD 'own'; EXCEPTION WHEN duplicate_object THEN END$$; "
        f"ALTER DATABASE {name} OWNER TO owner"
    )
    async with served(timescale, name, user="owner", password="own") as store:
        await keep(store, *day(START, 30))
        state = await compressed(timescale, name, user="owner", password="own")
        assert (state.chunks, state.compressed) == (2, 2)
        await keep(store, *day(START + timedelta(seconds=30), 30))
        assert await totals(store) == {1: 29 * 4, 2: 29 * 5}


async def test_an_extension_that_comes_later_leaves_months_alone(
    timescale: PostgresServer,
) -> None:
    name = timescale.database()
    timescale.ask("DROP EXTENSION timescaledb", name)
    async with served(timescale, name) as store:
        await keep(store, *day(START, 30))
    timescale.ask("CREATE EXTENSION timescaledb", name)
    async with served(timescale, name) as store:
        await keep(store, *day(START + timedelta(days=70), 30, first=200_000))
    assert dict(timescale.ask(KINDS, name))["port_reading"] == "p"
    assert hypertables(timescale, name) == []
    assert faults(timescale, name) == []
    assert PostgresDatabase(timescale.address(name)).measured().compressed is None


async def test_one_that_is_too_old_is_refused_and_nothing_is_made(
    timescale: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timescale_module, "OLDEST", (99, 0))
    name = timescale.database()
    with pytest.raises(StoreUnusable, match=r"hypertables are made with 99\.0 or newer; ALTER EXTENSION"):
        async with served(timescale, name):
            pass
    assert timescale.ask("SELECT 1 FROM pg_namespace WHERE nspname = 'sunledger'", name) == []


async def test_a_server_that_does_not_load_it_is_refused_as_rows_would_be_missing(
    own_timescale: PostgresServer,
) -> None:
    server = own_timescale
    name, new = await server.migrated(), server.database()
    async with served(server, name) as store:
        await keep(store, *day(START, 30))
        before = await snapshot(store)
        await compressed(server, name)
    server.stop()
    loaded = server.settings
    server.settings = tuple(each for each in loaded if "timescaledb" not in each)
    server.start()
    assert server.ask("SELECT COUNT(*) FROM sunledger.port_reading", name) == [(0,)]
    for each in (name, new):
        with pytest.raises(StoreUnusable, match="add timescaledb to its shared_preload_libraries"):
            async with served(server, each):
                pass
        with pytest.raises(StoreUnusable, match="does not load TimescaleDB"):
            PostgresDatabase(server.address(each)).measured()
    server.stop()
    server.settings = loaded
    server.start()
    async with served(server, name) as store:
        assert await snapshot(store) == before


async def test_what_is_free_of_the_extension_has_hypertables_that_are_not_compressed(
    own_timescale: PostgresServer,
) -> None:
    server = own_timescale
    loaded, server.settings = server.settings, (*server.settings, "timescaledb.license=apache")
    server.stop()
    server.start()
    name = await server.migrated()
    async with served(server, name) as store:
        await keep(store, *day(START, 30))
        before = await snapshot(store)
    assert [compressible for _, _, compressible in hypertables(server, name)] == [False] * len(Of)
    assert PostgresDatabase(server.address(name)).measured().compressed is None
    server.stop()
    server.settings = loaded
    server.start()
    async with served(server, name) as store:  # which lets them be compressed, now that it may
        assert (await compressed(server, name)).compressed == 2
        assert await snapshot(store) == before
