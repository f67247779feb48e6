"""System metrics: kept by the minute on every engine, read in pages, and let go of when they are old."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.servers.postgres import PostgresServer
from tests.store.files import ask, served

from sunledger.sitetime import Span, milliseconds
from sunledger.store.memory_system_metrics import MemorySystemMetrics
from sunledger.store.postgres_statements import PostgresStatements
from sunledger.store.protocol import StoreError
from sunledger.store.sqlite_statements import SqliteStatements
from sunledger.store.statements import Statements
from sunledger.store.system_metric_table import SystemMetricTable
from sunledger.store.system_metrics import Sample, SampleKey, SystemMetrics, tagged

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = Span(NOON - timedelta(hours=12), NOON + timedelta(hours=12))


async def statements_of(engine: str, request: pytest.FixtureRequest, directory: Path) -> Statements:
    """Statements to a new database of an engine, made by its store."""
    if engine == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        return PostgresStatements(server.address(await server.migrated()))
    async with served(directory / "sunledger.db"):
        pass
    return SqliteStatements(directory / "sunledger.db")


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def metrics(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SystemMetrics]:
    async with AsyncExitStack() as stack:
        if request.param == "memory":
            yield MemorySystemMetrics()
            return
        statements = await statements_of(request.param, request, tmp_path)
        await statements.open()
        stack.push_async_callback(statements.close)
        yield SystemMetricTable(statements)


def sample(minute: int, name: str = "polls", dtu: str = "roof", value: float = 1.0) -> Sample:
    return Sample(NOON + minute * MINUTE, name, tagged(dtu_name=dtu), value)


async def pages(metrics: SystemMetrics, limit: int, name: str | None = None) -> list[Sample]:
    """All samples of the day, some at a time."""
    found: list[Sample] = []
    after: SampleKey | None = None
    while page := await metrics.between(DAY, name, limit=limit, after=after):
        found += page
        after = found[-1].key
    return found


async def test_samples_come_back_as_they_were_kept(metrics: SystemMetrics) -> None:
    some = [sample(0, "cpu_percent", value=0.1), sample(0, value=2**40 + 1), Sample(NOON, "rows", "{}", 0.0)]
    await metrics.keep(some)
    assert list(await metrics.between(DAY, limit=9)) == some
    assert await metrics.count() == 3


async def test_pages_neither_lose_nor_repeat_a_sample(metrics: SystemMetrics) -> None:
    some = [sample(minute, name, dtu) for minute in range(3) for name in ("errors", "polls")
            for dtu in ("Garage", "garage", "roof-\N{SUN}")]  # fmt: skip
    await metrics.keep(some)
    assert await pages(metrics, 1) == await pages(metrics, 4) == some
    assert await pages(metrics, 2, "polls") == [each for each in some if each.name == "polls"]


async def test_a_span_is_half_open(metrics: SystemMetrics) -> None:
    await metrics.keep([sample(minute) for minute in range(4)])
    found = await metrics.between(Span(NOON + MINUTE, NOON + 3 * MINUTE), limit=9)
    assert found == [sample(1), sample(2)]


async def test_a_minute_that_is_sampled_again_is_replaced(metrics: SystemMetrics) -> None:
    await metrics.keep([sample(0, value=1), sample(0, "rows", value=7)])
    await metrics.keep([sample(0, value=2), sample(0, dtu="garage", value=3)])
    assert [each.value for each in await metrics.between(DAY, limit=9)] == [3, 2, 7]


async def test_what_is_old_is_let_go_of_however_much_it_is(metrics: SystemMetrics) -> None:
    await metrics.keep([sample(minute, name) for minute in range(700) for name in ("a", "b", "c")])
    await metrics.forget(NOON + 690 * MINUTE)
    assert await metrics.count() == 30
    assert (await metrics.between(DAY, limit=1))[0].at == NOON + 690 * MINUTE
    await metrics.forget(NOON)
    assert await metrics.count() == 30


async def test_memory_holds_no_more_than_it_may() -> None:
    metrics = MemorySystemMetrics(keep=5 * MINUTE)
    for minute in range(60):
        await metrics.keep([sample(minute)])
    assert await metrics.count() == 6


async def test_what_is_closed_says_so(tmp_path: Path) -> None:
    statements = await statements_of_file(tmp_path)
    metrics = SystemMetricTable(statements)
    with pytest.raises(StoreError, match="not open"):
        await metrics.keep([sample(0)])
    await statements.close()
    with pytest.raises(StoreError, match="is closed"):
        await metrics.count()


async def statements_of_file(directory: Path) -> SqliteStatements:
    async with served(directory / "sunledger.db"):
        pass
    return SqliteStatements(directory / "sunledger.db")


async def test_people_see_them_under_their_old_names_in_sqlite(tmp_path: Path) -> None:
    statements = await statements_of_file(tmp_path)
    await statements.open()
    await SystemMetricTable(statements).keep([sample(0, value=0.5)])
    await statements.close()
    assert ask(tmp_path / "sunledger.db", "SELECT * FROM system_metrics") == [
        ("2026-06-21T12:00:00.000Z", "polls", 0.5, '{"dtu_name":"roof"}', milliseconds(NOON))
    ]


async def test_people_see_them_under_their_old_names_in_postgres(postgres: PostgresServer) -> None:
    name = await postgres.migrated()
    statements = PostgresStatements(postgres.address(name))
    await statements.open()
    await SystemMetricTable(statements).keep([sample(0, value=0.5)])
    await statements.close()
    seen = "SELECT timestamp, metric_name, metric_value, tags ->> 'dtu_name' FROM system_metrics"
    assert postgres.ask(seen, name) == [(NOON, "polls", 0.5, "roof")]


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=4))
def test_the_same_tags_are_the_same_text_in_whatever_order(tags: dict[str, str]) -> None:
    assert tagged(**tags) == tagged(**dict(reversed(tags.items())))
