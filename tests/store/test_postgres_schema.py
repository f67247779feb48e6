"""What PostgreSQL has of ours: a schema of its own, months, views; what is somebody else's stays as it is."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.servers.postgres import PostgresServer, installed, required, running
from tests.store.answers import EVER, keep, snapshot, totals
from tests.store.plants import START, WARSAW, day, inverter, poll, port

from sunledger.measurements import INVERTER, PORT, Poll
from sunledger.sitetime import SystemClock, milliseconds
from sunledger.store.memory import MemoryStore
from sunledger.store.postgres import PostgresStore
from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.postgres_partitions import Partitions, month_of
from sunledger.store.postgres_schema import HEAD
from sunledger.store.postgres_shelf import MANY
from sunledger.store.postgres_tables import LATEST, QUARTERS, READINGS, ROLLUPS
from sunledger.store.postgres_views import postgres_views
from sunledger.store.protocol import Of, StoreError, StoreUnusable

SMILES = """
    CREATE TABLE inverters (serial_number TEXT PRIMARY KEY, dtu_name TEXT);
    CREATE TABLE inverter_data (id SERIAL PRIMARY KEY, serial_number TEXT, timestamp TIMESTAMP);
    CREATE TABLE port_data (id SERIAL PRIMARY KEY, serial_number TEXT, port_number INT, pv_power REAL);
    INSERT INTO inverters VALUES ('114100000001', 'roof');
"""


MAY_2041 = datetime(2041, 5, 5, tzinfo=UTC)


@asynccontextmanager
async def served(address: PostgresAddress) -> AsyncIterator[PostgresStore]:
    store = PostgresStore(address, WARSAW, SystemClock())
    try:
        await store.open()
        yield store
    finally:
        await store.close()


async def refusal(address: PostgresAddress) -> str:
    """Why a database is not opened."""
    with pytest.raises(StoreUnusable) as refused:
        async with served(address):
            pass
    return str(refused.value)


def dump(server: PostgresServer, name: str) -> str:
    """Everything that is in a database."""
    command: list[str | Path] = [server.programs / "pg_dump", "--inserts", server.conninfo(name)]
    made = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    # newer ones begin and end with a random word, against injection
    return "\n".join(line for line in made.splitlines() if "restrict" not in line)


async def test_a_database_of_s_miles_is_named_and_left_as_it_is(postgres: PostgresServer) -> None:
    name = postgres.database()
    postgres.ask(SMILES, name)
    before = dump(postgres, name)
    said = await refusal(postgres.address(name))
    assert "S-Miles by its tables (inverters, inverter_data, port_data)" in said
    assert "sunledger import" in said
    assert dump(postgres, name) == before


async def test_a_foreign_schema_of_our_name_is_left_as_it_is(postgres: PostgresServer) -> None:
    name = postgres.database()
    postgres.ask("CREATE SCHEMA sunledger; CREATE TABLE sunledger.notes (text TEXT)", name)
    before = dump(postgres, name)
    assert "tables of another program (notes …)" in await refusal(postgres.address(name))
    assert dump(postgres, name) == before


async def test_a_newer_schema_is_left_as_it_is(postgres: PostgresServer) -> None:
    name = await postgres.migrated()
    postgres.ask("UPDATE sunledger.alembic_version SET version_num = '9999'", name)
    before = dump(postgres, name)
    said = await refusal(postgres.address(name))
    assert f"a newer Sunledger (schema 9999, this program knows {HEAD})" in said
    assert dump(postgres, name) == before


async def test_a_migration_that_fails_leaves_nothing(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = postgres.database()
    monkeypatch.setattr("alembic.op.create_index", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        async with served(postgres.address(name)):
            pass
    assert postgres.ask("SELECT 1 FROM pg_namespace WHERE nspname = 'sunledger'", name) == []
    monkeypatch.undo()
    async with served(postgres.address(name)) as store:
        assert (await store.statistics()).total_records == 0


async def test_views_in_public_stand_back_for_what_is_there(postgres: PostgresServer) -> None:
    name = postgres.database()
    postgres.ask("CREATE VIEW public.config_cache AS SELECT 1 AS mine", name)
    for _ in range(2):
        async with served(postgres.address(name)) as store:
            await keep(store, poll(START, (1, 2)))
    assert postgres.ask("SELECT * FROM config_cache", name) == [(1,)]
    assert postgres.ask("SELECT key FROM sunledger.config_cache ORDER BY 1", name) == [
        ("reset_hour",),
        ("zone",),
    ]
    assert postgres.ask("SELECT count(*) FROM port_data", name) == [(2,)]


async def test_views_whose_columns_have_changed_are_made_anew(postgres: PostgresServer) -> None:
    name = await postgres.migrated()
    postgres.ask(
        "DROP VIEW public.port_data; DROP VIEW sunledger.port_data; "
        "CREATE VIEW sunledger.port_data AS SELECT 1 AS another; "
        "COMMENT ON VIEW sunledger.port_data IS 'made by Sunledger (of old)'; "
        "CREATE VIEW public.port_data AS SELECT * FROM sunledger.port_data; "
        "COMMENT ON VIEW public.port_data IS 'made by Sunledger (of old)'",
        name,
    )
    async with served(postgres.address(name)):
        pass
    assert postgres.ask("SELECT serial_number, pv_power FROM public.port_data", name) == []


async def test_a_view_of_the_users_on_one_that_has_to_change_is_named(postgres: PostgresServer) -> None:
    name = await postgres.migrated()
    postgres.ask(
        "DROP VIEW public.port_data; DROP VIEW sunledger.port_data; "
        "CREATE VIEW sunledger.port_data AS SELECT 1 AS another; "
        "COMMENT ON VIEW sunledger.port_data IS 'made by Sunledger (of old)'; "
        "CREATE VIEW grafana AS SELECT * FROM sunledger.port_data",
        name,
    )
    assert "view public.grafana depends on view port_data" in await refusal(postgres.address(name))


async def test_views_have_the_names_and_values_that_people_query(postgres: PostgresServer) -> None:
    name = await postgres.migrated()
    async with served(postgres.address(name)) as store:
        await keep(store, *day(START, 61))
    assert postgres.ask("SELECT * FROM port_data WHERE port_number = 2 ORDER BY timestamp LIMIT 1", name) == [
        ("114100000001", 2, START, 33.1, 6.04, 200.0, None, 200_000)
    ]
    assert postgres.ask("SELECT * FROM inverter_data ORDER BY timestamp LIMIT 1", name) == [
        ("114100000001", START, 230.1, 49.98, 21.4, 3, 0, 0, 1)
    ]
    hour = timedelta(hours=1)
    assert postgres.ask("SELECT * FROM hourly_production WHERE port_number = 1 ORDER BY hour", name) == [
        (START, "114100000001", 1, 200.0, 59 * 4),
        (START + hour, "114100000001", 1, 200.0, 4),
    ]
    assert postgres.ask("SELECT * FROM production_cache ORDER BY port_number", name)[0] == (
        "114100000001", 1, 240, 100_240, START + hour,
    )  # fmt: skip
    assert postgres.ask("SELECT serial_number, dtu_name, first_seen, last_seen FROM inverters", name) == [
        ("114100000001", "roof", START, START + hour)
    ]


def columns(server: PostgresServer, name: str, relation: str) -> dict[str, str]:
    """The columns of a relation with their types, in order."""
    return dict(
        server.ask(
            "SELECT column_name, udt_name FROM information_schema.columns "
            f"WHERE table_schema = 'sunledger' AND table_name = '{relation}' ORDER BY ordinal_position",
            name,
        )
    )


async def test_the_tables_are_as_the_catalogue_and_the_statements_want_them(postgres: PostgresServer) -> None:
    name = await postgres.migrated()
    for table in (*READINGS.values(), *ROLLUPS.values(), *LATEST.values(), QUARTERS):
        wanted = {"site": "int4", **dict(zip(table.columns, table.types, strict=True))}
        assert columns(postgres, name, table.name) == wanted, table.name
    for kind in (INVERTER, PORT):
        assert set(kind.columns) <= set(columns(postgres, name, kind.table))
    assert {"timestamptz"} == {
        columns(postgres, name, view)["timestamp"] for view in ("port_data", "inverter_data")
    }


async def test_months_are_there_before_they_begin_and_for_any_reading(plain: PostgresServer) -> None:
    name = await plain.migrated()

    def months() -> set[str]:
        found = plain.ask(
            "SELECT right(inhrelid::regclass::text, 7) FROM pg_inherits "
            "WHERE inhparent = 'sunledger.port_reading'::regclass",
            name,
        )
        return {month.replace("_", "-") for (month,) in found}

    def text(at: datetime, later: int = 0) -> str:
        month = month_of(milliseconds(at)) + later
        return f"{month // 12:04}-{month % 12 + 1:02}"

    async with served(plain.address(name)) as store:
        now = SystemClock().now()
        assert {text(now), text(now, 1), text(now, 2)} <= months()
        years = [datetime(year, 12, 31, 23, 59, 30, tzinfo=UTC) for year in (2016, 2031, 1999)]
        await keep(store, *(poll(at, (1, 2)) for at in years))
        assert {"2016-12", "2017-01", "2017-02", "2031-12", "2032-02", "1999-12"} <= months()
        page = await store.readings(Of.PORT, None, EVER, limit=10)
        assert [row[0] for row in page.rows[::2]] == sorted(map(milliseconds, years))


async def test_two_sites_make_the_same_month_at_once(plain: PostgresServer) -> None:
    name = await plain.migrated()
    async with served(plain.address(name)) as store:
        with psycopg.connect(plain.conninfo(name)) as other:
            other.execute("SET search_path TO sunledger")
            Partitions(other, ["port_reading"]).make(month_of(milliseconds(MAY_2041)))
            committing = asyncio.create_task(keep(store, poll(MAY_2041, (1, 2))))
            await asyncio.sleep(0.3)
            assert not committing.done()
            other.commit()
            assert [receipt.stored for receipt in await committing] == [3]


async def test_a_month_is_made_while_somebody_reads_for_long(plain: PostgresServer) -> None:
    name = await plain.migrated()
    async with served(plain.address(name)) as store:
        await keep(store, poll(START, (1, 2)))
        with psycopg.connect(plain.conninfo(name)) as reading:
            reading.execute("SELECT count(*) FROM port_data")
            await keep(store, poll(START + timedelta(days=3000), (1, 2)))


async def test_a_poll_of_very_many_ports_goes_in_whole(postgres: PostgresServer) -> None:
    """By COPY, and again with some other values; as the memory store has it."""
    serials = [f"1141{number:08}" for number in range(MANY // 2 + 1)]

    def fleet(total: int, power: float) -> Poll:
        ports = [port(serial, number, START, total, power) for serial in serials for number in (1, 2)]
        inverters = [inverter(serial, START) for serial in serials]
        return Poll(dtu_name="fleet", taken_at=START, inverters=inverters, ports=ports, inverter_type="x")

    beside = MemoryStore(WARSAW)
    async with served(postgres.address(await postgres.migrated())) as store:
        for each in (fleet(5, 100.0), fleet(5, 101.0), fleet(5, 101.0)):
            receipt = await store.commit(each)
            assert (await beside.commit(each)).stored == receipt.stored
        assert await snapshot(store) == await snapshot(beside)


@pytest.mark.parametrize("version", sorted(installed()) or [0])
async def test_every_version_that_is_there_keeps_and_answers(version: int) -> None:
    with running(required(installed().get(version))) as server:
        async with served(server.address(server.database())) as store:
            await keep(store, *day(START, 100))
            assert await totals(store) == {1: 99 * 4, 2: 99 * 5}
            assert server.ask("SHOW server_version_num")[0][0][:2] == str(version)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"password": "guess"}, "refuses the user or the password; check DB_USER and DB_PASSWORD"),
        ({"password": None}, "wants a password; give it with DB_PASSWORD"),
        ({"user": "nobody-here"}, "refuses the user or the password"),
        ({"name": "nowhere"}, "there is no such database"),
        ({"sslmode": "require"}, "TLS failed .*; check DB_SSLMODE"),
        ({"url": "postgresql+asyncpg://postgres:guess@127.0.0.1:{port}/postgres"}, "refuses the user or the"),
        ({"url": "postgresql://127.0.0.1/x?colour=red"}, "DATABASE_URL is not understood"),
    ],
)
async def test_what_waiting_does_not_mend_is_said_in_a_sentence(
    postgres: PostgresServer, wrong: dict[str, Any], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSFILE", "/nowhere")
    if "url" in wrong:
        wrong["url"] = wrong["url"].format(port=postgres.port)
    address = postgres.address("postgres", **wrong) if "name" not in wrong else postgres.address(**wrong)
    with pytest.raises(StoreUnusable, match=sentence) as refused:
        async with served(address):
            pass
    assert "guess" not in str(refused.value)
    assert "guess" not in repr(address)


async def test_a_user_without_rights_is_told_where_it_says_which(postgres: PostgresServer) -> None:
    name = postgres.database()
    postgres.ask(
        "DO $$BEGIN CREATE ROLE guest LOGIN PASSWORD 'guest'; EXCEPTION WHEN duplicate_object THEN END$$"
    )
    said = await refusal(postgres.address(name, user="guest", password="guest"))
    assert "permission denied for database" in said
    assert "docs/postgresql.md" in said


async def test_an_owner_of_the_database_who_is_no_superuser_is_enough(postgres: PostgresServer) -> None:
    name = postgres.database()
    postgres.ask(
        "DO $$BEGIN CREATE ROLE owner LOGIN PASSWORD 'own'; EXCEPTION WHEN duplicate_object THEN END$$"
    )
    postgres.ask(f"ALTER DATABASE {name} OWNER TO owner")
    async with served(postgres.address(name, user="owner", password="own")) as store:
        await keep(store, *day(START, 30))
        assert await totals(store) == {1: 29 * 4, 2: 29 * 5}
        assert store.connections().active >= 1
    assert len(postgres.ask("SELECT 1 FROM pg_views WHERE schemaname = 'public'", name)) == len(
        postgres_views()
    )


async def test_a_standby_says_so(postgres: PostgresServer) -> None:
    name = await postgres.migrated()
    postgres.ask(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with pytest.raises(StoreError, match="is read-only, as a standby is"):
        async with served(postgres.address(name)) as store:
            await store.commit(poll(START, (1, 2)))
