"""An Access on each engine, and one in memory where the engine does not matter."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.access.rooms import ENGINES, NOON, access_to, statements_of

from sunledger.access import Access
from sunledger.sitetime import ManualClock
from sunledger.store.sqlite_file import prepare
from sunledger.store.statements import Statements


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file of today's schema, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "sunledger.db"
    prepare(path).close()
    return path


@pytest.fixture(params=ENGINES)
async def statements(request: pytest.FixtureRequest, tmp_path: Path) -> Statements:
    """A new database of each engine."""
    return await statements_of(request.param, request, tmp_path)


@pytest.fixture
async def access(statements: Statements, clock: ManualClock) -> AsyncIterator[Access]:
    made = access_to(statements, clock)
    await made.open()
    yield made
    await made.close()


@pytest.fixture
async def quick(clock: ManualClock) -> AsyncIterator[Access]:
    made = access_to(await statements_of("memory"), clock)
    await made.open()
    yield made
    await made.close()
