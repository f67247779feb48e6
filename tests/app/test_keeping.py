"""A plant whose database is on another machine: what its owner sees while that is away."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp
from tests.access.rooms import access_to
from tests.store.keeping import Keeping
from tests.store.plants import START, WARSAW, day

from sunledger.access.tables import SCHEMA
from sunledger.app.configuration import Configuration, Database
from sunledger.app.keeping import keeper_for
from sunledger.app.plant import Plant, make_plant
from sunledger.app.sites import open_sites
from sunledger.measurements import Poll
from sunledger.sitetime import ManualClock
from sunledger.store.keeper import Keeper, SpooledReceipt
from sunledger.store.memory import MemoryStore
from sunledger.store.memory_documents import MemoryDocuments
from sunledger.store.memory_statements import MemoryStatements
from sunledger.store.memory_system_metrics import MemorySystemMetrics
from sunledger.store.postgres import PostgresStore
from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.sqlite import SqliteStore

SERIAL = "114100000001"


class House:
    """A plant around a keeper, and a line to its store that can be cut."""

    def __init__(self, keeping: Keeping, keeper: Keeper, plant: Plant) -> None:
        self.keeping = keeping
        self.keeper = keeper
        self.plant = plant

    async def take_in(self, *polls: Poll) -> None:
        for each in polls:
            await self.keeping.clock.advance((each.taken_at - self.keeping.clock.now()).total_seconds())
            await self.plant.intake.accept(each)

    async def ask(self, path: str) -> httpx.Response:
        api: ASGIApp | None = self.plant.api
        assert api is not None
        transport = httpx.ASGITransport(app=api)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get(path)

    async def until_drained(self) -> None:
        await self.keeping.until_drained(self.keeper)


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def house(directory: Path, stack: AsyncExitStack, *, reachable: bool = True) -> House:
    keeping = Keeping(directory / "sunledger.spool")
    keeping.store.reachable = reachable
    keeper = await stack.enter_async_context(keeping.process())
    sites = await open_sites(MemoryDocuments(), keeping.clock)
    metrics, access = MemorySystemMetrics(), access_to(MemoryStatements(SCHEMA))
    await access.open()
    stack.push_async_callback(access.close)
    plant = await make_plant(Configuration(), keeping.clock, keeping.store, sites, metrics, access, keeper)
    return House(keeping, keeper, plant)


async def test_readings_are_live_while_the_database_is_away(tmp_path: Path, stack: AsyncExitStack) -> None:
    away = await house(tmp_path, stack)
    polls = day(START, 10)
    await away.take_in(*polls[:5])
    away.keeping.store.reachable = False
    await away.take_in(*polls[5:])
    image = away.plant.live.latest.get(SERIAL)
    assert image is not None
    assert image.ports[0].reading == polls[-1].ports[0]
    assert image.ports[0].production is not None
    assert image.ports[0].production.at == polls[4].taken_at, "what is known of the counters"
    away.keeping.store.reachable = True
    await away.until_drained()
    image = away.plant.live.latest.get(SERIAL)
    assert image is not None
    assert image.ports[0].production is not None
    assert image.ports[0].production.at == polls[-1].taken_at


async def test_health_and_metrics_tell_of_the_spool(tmp_path: Path, stack: AsyncExitStack) -> None:
    away = await house(tmp_path, stack)
    away.keeping.store.reachable = False
    await away.take_in(*day(START, 3))
    health = await away.ask("/health")
    assert health.status_code == 503, "questions about the past cannot be answered"
    assert "3 polls wait in the spool" in health.json()["error"]
    metrics = (await away.ask("/metrics")).text
    assert "sunledger_spool_rows 9.0" in metrics
    assert "sunledger_spool_oldest_age_seconds 120.0" in metrics
    assert "sunledger_spool_full 0.0" in metrics
    away.keeping.store.reachable = True
    await away.until_drained()
    assert (await away.ask("/health")).json()["status"] == "healthy"
    assert "sunledger_spool_rows 0.0" in (await away.ask("/metrics")).text


async def test_it_starts_while_the_database_is_away(tmp_path: Path, stack: AsyncExitStack) -> None:
    first, later = day(START, 2)
    async with AsyncExitStack() as earlier:
        before = await house(tmp_path, earlier)
        await before.take_in(first)
        kept = before.keeping.store
    kept.reachable = False
    keeping = Keeping(tmp_path / "sunledger.spool")
    keeping.store = kept
    keeper = await stack.enter_async_context(keeping.process())
    sites = await open_sites(MemoryDocuments(), keeping.clock)
    metrics, access = MemorySystemMetrics(), access_to(MemoryStatements(SCHEMA))
    await access.open()
    stack.push_async_callback(access.close)
    plant = await make_plant(Configuration(), keeping.clock, kept, sites, metrics, access, keeper)
    after = House(keeping, keeper, plant)
    assert not after.plant.live.latest.inverters()
    assert (await after.ask("/health")).status_code == 503
    kept.reachable = True
    await keeping.until(lambda: bool(after.plant.live.latest.inverters()))
    await after.take_in(later)
    assert (await after.ask("/health")).json()["status"] == "healthy"


async def test_a_spooled_poll_is_acknowledged_as_such(tmp_path: Path, stack: AsyncExitStack) -> None:
    away = await house(tmp_path, stack, reachable=False)
    (taken,) = day(START, 1)
    assert isinstance(await away.plant.intake.accept(taken), SpooledReceipt)


async def test_only_a_store_that_may_be_away_gets_a_spool(tmp_path: Path) -> None:
    clock, path = ManualClock(START), tmp_path / "sunledger.db"
    configuration = Configuration(database=Database(database_path=path, spool_max_mb=7))
    assert keeper_for(MemoryStore(WARSAW), configuration, clock) is None
    assert keeper_for(SqliteStore(path, WARSAW, clock), configuration, clock) is None
    away = PostgresAddress(host="127.0.0.1", port=1, name="none", user="nobody", password=None)
    keeper = keeper_for(PostgresStore(away, WARSAW, clock), configuration, clock)
    assert keeper is not None
    await keeper.open()
    assert keeper.alarm is not None
    await keeper.close()
    assert path.with_suffix(".spool").exists()
