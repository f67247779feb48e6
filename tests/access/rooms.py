"""Access for tests: on any engine, with a clock that stands still and hashes that cost nothing."""

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import argon2
import pytest
from tests.servers.postgres import PostgresServer

from sunledger.access import Access, Actor, Given, Kind
from sunledger.access.tables import SCHEMA
from sunledger.sitetime import Clock, ManualClock
from sunledger.store.memory_statements import MemoryStatements
from sunledger.store.postgres_statements import PostgresStatements
from sunledger.store.sqlite_statements import SqliteStatements
from sunledger.store.statements import Statements

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)
ENGINES = ["memory", "sqlite", "postgres"]
PASSWORD = "nine trams left the depot"
OTHER = "a lantern under the eaves"
ANN = Actor(Kind.USER, "ann", "192.0.2.7")
CHEAP = Given(strength=argon2.profiles.CHEAPEST)


def unredacted(content: Mapping[str, object]) -> object:
    return content


async def sites_of(customer: str) -> frozenset[str]:
    """Two sites that belong to a customer."""
    return frozenset({"mill", "barn"}) if customer == "smith" else frozenset()


async def statements_of(
    engine: str, request: pytest.FixtureRequest | None = None, directory: Path | None = None
) -> Statements:
    """Statements to a new database of an engine."""
    if engine == "postgres" and request is not None:
        server: PostgresServer = request.getfixturevalue("postgres")
        return PostgresStatements(server.address(await server.migrated()))
    if engine == "sqlite" and request is not None and directory is not None:
        migrated: Path = request.getfixturevalue("migrated_file")
        return SqliteStatements(Path(shutil.copy(migrated, directory)))
    return MemoryStatements(SCHEMA)


def access_to(statements: Statements, clock: Clock | None = None, given: Given = CHEAP) -> Access:
    return Access(statements, clock or ManualClock(NOON), unredacted, sites_of, given)
