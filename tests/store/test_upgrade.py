"""From every released schema: what an older Sunledger left is opened by today's, and all of it is there."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from tests.store.answers import keep, snapshot
from tests.store.files import ask, served
from tests.store.plants import START, day, poll

from sunledger.store.document_table import DocumentTable
from sunledger.store.documents import Document
from sunledger.store.sqlite_file import HEAD, schema_version
from sunledger.store.sqlite_statements import FIRST_SCHEMA, SqliteStatements
from sunledger.store.views import sqlite_views

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)
SITE = Document(kind="site", id="home", content={"name": "Dach"}, created_at=NOON, updated_at=NOON)


def scripts() -> Config:
    config = Config()
    config.set_main_option("script_location", "sunledger:store/migrations")
    return config


RENAMED = {"serial_number": "device"}
"""Columns that had another name once: what it is today."""
REVISIONS = sorted(script.revision for script in ScriptDirectory.from_config(scripts()).walk_revisions())


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of today's schema, with two days, a counter that fell, a late poll and a document."""
    path = tmp_path_factory.mktemp("today") / "sunledger.db"

    async def fill() -> None:
        async with served(path) as store:
            await keep(store, *day(START, 60), *day(START + timedelta(hours=30), 50, first=200_000))
            await keep(
                store, poll(START + timedelta(hours=31), (7, 9)), *day(START + timedelta(hours=32), 20)
            )
            await keep(store, poll(START - timedelta(hours=1), (99_000, 199_000)))
            documents = DocumentTable(SqliteStatements(path))
            await documents.open()
            await documents.append(SITE)
            await documents.close()

    asyncio.run(fill())
    return path


def left_by(revision: str, today: Path, path: Path) -> None:
    """Make a file as a program of that schema would have left it: its tables, with what they could hold."""
    engine = sqlalchemy.create_engine(f"sqlite:///{path}", poolclass=sqlalchemy.NullPool)
    config = scripts()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    with closing(sqlite3.connect(path)) as old:
        old.execute("ATTACH DATABASE ? AS today", [str(today)])
        for table in tables(old, "main") & tables(old, "today") - {"alembic_version"}:
            then, now = columns(old, "main", table), columns(old, "today", table)
            same = {each: each for each in then & now}
            shared = same | {each: RENAMED[each] for each in then - now if each in RENAMED}
            old.execute(
                f"INSERT INTO main.{table} ({', '.join(shared)}) "
                f"SELECT {', '.join(shared.values())} FROM today.{table}"
            )
        old.commit()


def tables(connection: sqlite3.Connection, schema: str) -> set[str]:
    rows = connection.execute(f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table'")
    return {name for (name,) in rows if not name.startswith("sqlite_")}


def columns(connection: sqlite3.Connection, schema: str, table: str) -> set[str]:
    return {row[1] for row in connection.execute(f"PRAGMA {schema}.table_info({table})")}


@pytest.mark.parametrize("revision", REVISIONS)
async def test_everything_is_there_after_an_upgrade(revision: str, today: Path, tmp_path: Path) -> None:
    path = tmp_path / "sunledger.db"
    left_by(revision, today, path)
    assert schema_version(path) == revision
    async with served(today) as store:
        expected = await snapshot(store)
    async with served(path) as store:
        assert await snapshot(store) == expected
        await keep(store, *day(START + timedelta(hours=40), 5))
    async with served(path) as store:
        assert await store.latest_time() == START + timedelta(hours=40, minutes=4)
    assert schema_version(path) == HEAD
    for view in sqlite_views():
        ask(path, f"SELECT * FROM {view}")
    documents = DocumentTable(SqliteStatements(path))
    await documents.open()
    assert await documents.newest("site", "home") == (SITE if revision >= FIRST_SCHEMA else None)
    await documents.close()


def test_every_revision_up_to_today_s_is_tried() -> None:
    assert REVISIONS[0] == "0001"
    assert REVISIONS[-1] == HEAD
