"""Statements: what is done together is done wholly or not at all, on every engine."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.servers.postgres import PostgresServer
from tests.store.files import served

from sunledger.store.memory_statements import MemoryStatements
from sunledger.store.postgres_statements import PostgresStatements
from sunledger.store.sqlite_statements import SqliteStatements
from sunledger.store.statements import KeyTaken, OtherRows, Statements, Step

SCHEMA = "CREATE TABLE access_key (kid TEXT PRIMARY KEY, secret TEXT, created_at INTEGER)"
NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def statements(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Statements]:
    made: Statements = MemoryStatements(SCHEMA)
    if request.param == "sqlite":
        async with served(tmp_path / "sunledger.db"):
            made = SqliteStatements(tmp_path / "sunledger.db")
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        made = PostgresStatements(server.address(await server.migrated()))
    await made.open()
    yield made
    await made.close()


def keeping(kid: str) -> Step:
    keep = "INSERT INTO access_key (kid, secret, created_at) VALUES (:kid, 's', :at)"
    return Step(keep, {"kid": kid, "at": NOON}, rows=1)


def dropping(kid: str, rows: int | None = 1) -> Step:
    return Step("DELETE FROM access_key WHERE kid = :kid", {"kid": kid}, rows)


async def kept(statements: Statements) -> list[str]:
    return [kid for (kid,) in await statements.ask("SELECT kid FROM access_key ORDER BY kid", {})]


async def test_different_things_are_done_together(statements: Statements) -> None:
    await statements.change_together([keeping("a"), keeping("b"), dropping("a")])
    assert await kept(statements) == ["b"]


async def test_nothing_is_done_where_a_key_is_taken_and_the_step_is_named(statements: Statements) -> None:
    await statements.change_together([keeping("a")])
    with pytest.raises(KeyTaken) as raised:
        await statements.change_together([keeping("b"), keeping("a"), keeping("c")])
    assert raised.value.step == 1
    assert await kept(statements) == ["a"]


async def test_nothing_is_done_where_a_step_would_change_other_rows(statements: Statements) -> None:
    with pytest.raises(OtherRows) as raised:
        await statements.change_together([keeping("a"), dropping("b")])
    assert raised.value.step == 1
    assert await kept(statements) == []
    await statements.change_together([keeping("a"), dropping("b", rows=None)])
    assert await kept(statements) == ["a"]
