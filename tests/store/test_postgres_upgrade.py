"""From every released schema of PostgreSQL: what an older Sunledger left is opened by today's, all of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import Connection, sql
from tests.servers.postgres import PostgresServer
from tests.store.answers import keep, snapshot
from tests.store.plants import START, WARSAW, day, poll

from sunledger.sitetime import SystemClock, milliseconds
from sunledger.store.postgres import PostgresStore
from sunledger.store.postgres_partitions import Partitions, month_of
from sunledger.store.postgres_schema import HEAD

OURS = sql.Identifier("sunledger")
RENAMED = {"serial_number": "device"}
"""Columns that had another name once: what it is today."""
PORT_DATA_OF_0001 = """
    CREATE VIEW sunledger.port_data AS SELECT s.serial_number, s.port_number, r.at AS timestamp,
        r.pv_voltage / 10::float8 AS pv_voltage, r.pv_current / 100::float8 AS pv_current,
        r.pv_power / 10::float8 AS pv_power, r.today_production, r.total_production
    FROM sunledger.port_reading r JOIN sunledger.series s ON s.site = r.site AND s.id = r.series;
    COMMENT ON VIEW sunledger.port_data IS 'made by Sunledger (0123456789abcdef)';
"""
USERS_VIEW = "CREATE VIEW public.mine AS SELECT serial_number, pv_power FROM sunledger.port_data"


def scripts() -> Config:
    config = Config()
    config.set_main_option("script_location", "sunledger:store/postgres_migrations")
    return config


REVISIONS = sorted(script.revision for script in ScriptDirectory.from_config(scripts()).walk_revisions())


@contextmanager
def connected(postgres: PostgresServer, name: str) -> Iterator[Connection]:
    with psycopg.connect(postgres.conninfo(name), autocommit=True) as connection:
        connection.execute("SET search_path TO sunledger")
        yield connection


def migrate(postgres: PostgresServer, name: str, revision: str) -> None:
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(postgres.conninfo(name)),
        poolclass=sqlalchemy.NullPool,
    )
    config = scripts()
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA sunledger")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def columns(connection: Connection, table: str) -> set[str]:
    rows = connection.execute(
        "SELECT column_name FROM information_schema.columns "
        "WHERE table_schema = 'sunledger' AND table_name = %s",
        (table,),
    )
    return {name for (name,) in rows}


def tables(connection: Connection) -> set[str]:
    rows = connection.execute(
        "SELECT relname FROM pg_class "
        "WHERE relnamespace = 'sunledger'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"
    )
    return {name for (name,) in rows} - {"alembic_version"}


def copy(today: Connection, old: Connection, table: str) -> None:
    """Take over what a table of an older schema can hold of today's."""
    then, now = columns(old, table), columns(today, table)
    same = {each: each for each in then & now} | {each: RENAMED[each] for each in then - now}
    if table == "judgement":
        del same["number"]
    read = sql.SQL("SELECT {} FROM {}").format(
        sql.SQL(", ").join(map(sql.Identifier, same.values())), sql.Identifier(table)
    )
    write = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, same)),
        sql.SQL(", ").join(sql.Placeholder() for _ in same),
    )
    rows = today.execute(read).fetchall()
    if rows:
        old.cursor().executemany(write, [tuple(map(adapted, row)) for row in rows])


def adapted(value: object) -> object:
    return psycopg.types.json.Jsonb(value) if isinstance(value, dict) else value


@pytest.mark.parametrize("revision", REVISIONS)
async def test_everything_is_there_after_an_upgrade(postgres: PostgresServer, revision: str) -> None:
    today, name = postgres.database(), postgres.database()
    store = PostgresStore(postgres.address(today), WARSAW, SystemClock())
    await store.open()
    await keep(store, *day(START, 60), *day(START + timedelta(hours=30), 50, first=200_000))
    await keep(store, poll(START + timedelta(hours=31), (7, 9)), *day(START + timedelta(hours=32), 20))
    expected = await snapshot(store)
    await store.close()

    migrate(postgres, name, revision)
    with connected(postgres, today) as new, connected(postgres, name) as old:
        readings = {table for table in tables(old) if table.endswith("_reading")}
        Partitions(old, readings).make(month_of(milliseconds(START)))
        for table in tables(old):
            copy(new, old, table)
    if revision == "0001":  # views of ours and of users stand on tables that change
        postgres.ask(PORT_DATA_OF_0001, name)
        postgres.ask(USERS_VIEW, name)

    upgraded = PostgresStore(postgres.address(name), WARSAW, SystemClock())
    await upgraded.open()
    assert await snapshot(upgraded) == expected
    await keep(upgraded, *day(START + timedelta(hours=40), 5))
    assert await upgraded.latest_time() == START + timedelta(hours=40, minutes=4)
    await upgraded.close()
    if revision == "0001":
        assert postgres.ask("SELECT count(*), max(pv_power) FROM mine", name) == [(272, 200.0)]
        assert len(postgres.ask("SELECT * FROM sunledger.port_data WHERE port_number = 2", name)) == 136
    assert postgres.ask("SELECT version_num FROM sunledger.alembic_version", name) == [(HEAD,)]


def test_every_revision_up_to_today_s_is_tried() -> None:
    assert REVISIONS[0] == "0001"
    assert REVISIONS[-1] == HEAD
