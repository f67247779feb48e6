"""Documents: versions are only ever added, on every engine, and are read as they were written."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.servers.postgres import PostgresServer
from tests.store.files import ask, served

from sunledger.sitetime import Span, milliseconds
from sunledger.store.document_table import DocumentTable
from sunledger.store.documents import Document, Documents, VersionTaken
from sunledger.store.documents import Place as Page
from sunledger.store.memory_documents import MemoryDocuments
from sunledger.store.postgres_statements import PostgresStatements
from sunledger.store.protocol import StoreError
from sunledger.store.sqlite_statements import SqliteStatements, has_documents

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
Engine = str | PostgresServer

Work = Callable[[Documents], Awaitable[None]]


@asynccontextmanager
async def documents_of(engine: Engine, directory: Path) -> AsyncIterator[Documents]:
    """Documents of an engine, open."""
    path = directory / "sunledger.db"
    if engine == "memory":
        yield MemoryDocuments()
        return
    async with AsyncExitStack() as stack:
        documents: Documents
        if isinstance(engine, PostgresServer):
            documents = DocumentTable(PostgresStatements(engine.address(await engine.migrated())))
        else:
            await stack.enter_async_context(served(path))
            documents = DocumentTable(SqliteStatements(path))
        await documents.open()
        try:
            yield documents
        finally:
            await documents.close()


@pytest.fixture(scope="session", params=["memory", "sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.param
    return request.getfixturevalue("postgres") if found == "postgres" else found


@pytest.fixture
async def documents(engine: Engine, tmp_path: Path) -> AsyncIterator[Documents]:
    async with documents_of(engine, tmp_path) as opened:
        yield opened


def site(name: str, /, **content: object) -> Document:
    return Document(kind="site", id=name, content=content, created_at=NOON, updated_at=NOON)


async def test_a_document_comes_back_as_it_was_written(documents: Documents) -> None:
    content = {"name": "Dach \N{SUN}", "arrays": [{"capacity": 410.5}], "place": None, "on": True}
    written = replace(site("home", **content), at=NOON + timedelta(milliseconds=7))
    await documents.append(written)
    assert await documents.newest("site", "home") == written
    assert await documents.newest("site", "elsewhere") is None
    assert await documents.newest("customer", "home") is None


async def test_a_change_is_a_next_version_and_the_old_one_stays(documents: Documents) -> None:
    first = site("home", zone="UTC")
    second = first.following({"zone": "Europe/Warsaw"}, NOON + MINUTE)
    await documents.append(first)
    await documents.append(second)
    assert list(await documents.versions("site", "home")) == [first, second]
    assert (second.version, second.created_at, second.updated_at) == (2, NOON, NOON + MINUTE)
    assert list(await documents.listed("site", limit=9)) == [second]


async def test_of_two_changes_to_one_version_only_one_succeeds(documents: Documents) -> None:
    first = site("home", zone="UTC")
    await documents.append(first)
    await documents.append(first.following({"zone": "Asia/Tokyo"}, NOON))
    with pytest.raises(VersionTaken):
        await documents.append(site("garden"), first.following({"zone": "Europe/Paris"}, NOON))
    newest = await documents.newest("site", "home")
    assert newest is not None
    assert newest.content == {"zone": "Asia/Tokyo"}
    assert await documents.newest("site", "garden") is None, "all or none"


async def test_what_was_removed_is_not_listed_but_remembered(documents: Documents) -> None:
    first = site("home")
    gone = first.removed(NOON + MINUTE)
    await documents.append(first, gone)
    assert await documents.listed("site", limit=9) == []
    assert await documents.newest("site", "home") == gone
    again = gone.following({}, NOON + 2 * MINUTE)
    await documents.append(again)
    assert (again.version, again.active, again.created_at) == (3, True, NOON + 2 * MINUTE)
    assert list(await documents.listed("site", limit=9)) == [again]


async def test_pages_of_a_timeline_neither_lose_nor_repeat(documents: Documents) -> None:
    sessions = [
        Document(
            kind="charging_session", id=f"s{number}", content={}, created_at=NOON, updated_at=NOON,
            at=NOON + (number // 3) * MINUTE,
        )
        for number in range(10)
    ]  # fmt: skip
    await documents.append(*reversed(sessions), site("home"))
    span = Span(NOON, NOON + 3 * MINUTE)
    found: list[Document] = []
    after = None
    while page := await documents.timeline("charging_session", span, limit=2, after=after):
        found += page
        assert page[-1].at is not None
        after = Page(milliseconds(page[-1].at), page[-1].id)
    assert found == sessions[:9]


async def test_what_is_not_open_says_so(tmp_path: Path) -> None:
    documents = DocumentTable(SqliteStatements(tmp_path / "sunledger.db"))
    with pytest.raises(StoreError, match="not open"):
        await documents.newest("site", "home")
    await documents.close()
    with pytest.raises(StoreError, match="is closed"):
        await documents.open()


async def test_a_file_without_documents_is_told_from_one_with_them(tmp_path: Path) -> None:
    path = tmp_path / "sunledger.db"
    assert not has_documents(path)
    async with served(path):
        pass
    assert has_documents(path)


IDS = st.sampled_from(["home", "Home", "a-1", "a_1", "z"])
CHANGES = st.lists(st.tuples(IDS, st.none() | st.integers(-(2**53), 2**53) | st.text()), max_size=30)


@given(changes=CHANGES, limit=st.integers(1, 3))
@settings(max_examples=40)
def test_whatever_was_done_every_version_is_there(
    engine: Engine, changes: list[tuple[str, str | int | None]], limit: int
) -> None:
    """`None` removes; anything else is a new value. A dictionary of lists is what must come out."""
    expected: dict[str, list[Document]] = {}

    async def act(documents: Documents) -> None:
        for step, (name, value) in enumerate(changes):
            now = NOON + step * MINUTE
            before = await documents.newest("site", name)
            if value is None and (before is None or not before.active):
                continue
            after = replace(site(name, value=value), created_at=now, updated_at=now)
            if before is not None:
                after = before.removed(now) if value is None else before.following({"value": value}, now)
            await documents.append(after)
            expected.setdefault(name, []).append(after)
        for name, versions in expected.items():
            assert list(await documents.versions("site", name)) == versions
            assert [each.version for each in versions] == list(range(1, len(versions) + 1))
        await pages(documents)

    async def pages(documents: Documents) -> None:
        found: list[Document] = []
        while page := await documents.listed("site", limit=limit, after=found[-1].id if found else ""):
            found += page
        assert found == [expected[name][-1] for name in sorted(expected) if expected[name][-1].active]

    run(engine, act)


def run(engine: Engine, work: Work) -> None:
    async def within(directory: str) -> None:
        async with documents_of(engine, Path(directory)) as documents:
            await work(documents)

    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(within(directory))


async def test_settings_sessions_and_reports_are_seen_under_their_old_names(tmp_path: Path) -> None:
    iso, at = "2026-06-21T12:00:00.000Z", milliseconds(NOON)
    money = {"average_price": 0.5, "total_cost": 2.0}
    session = {
        "end_time": None,
        "battery_soc_start": 20,
        "energy_charged_kwh": 4.0,
        "status": "active",
    } | money
    setting = Document(
        kind="setting", id="value_multipliers", content={"value": {"pv_power": 0.001}}, created_at=NOON,
        updated_at=NOON,
    )  # fmt: skip
    async with documents_of("sqlite", tmp_path) as documents:
        await documents.append(setting, setting.following({"value": {}}, NOON + MINUTE))
        for name, currency in (("a", "PLN"), ("b", "EUR")):
            await documents.append(
                Document(
                    kind="charging_session", id=name, content=session | {"currency": currency}, at=NOON,
                    created_at=NOON, updated_at=NOON,
                )
            )  # fmt: skip
        report = {"report_type": "daily", "report_date": "2026-06-21", "report_data": {"energy": 7}}
        await documents.append(
            Document(kind="analytics_report", id="r", content=report, created_at=NOON, updated_at=NOON)
        )
    path = tmp_path / "sunledger.db"
    later = "2026-06-21T12:01:00.000Z"
    assert ask(path, "SELECT * FROM system_configs ORDER BY version") == [
        ("value_multipliers", '{"pv_power":0.001}', 1, 0, iso, iso),
        ("value_multipliers", "{}", 2, 1, iso, later),
    ]
    assert ask(path, "SELECT * FROM charging_sessions ORDER BY session_id") == [
        ("a", iso, None, 20, None, 4.0, 0.5, 2.0, "PLN", 0.5, 2.0, "active", iso, at),
        ("b", iso, None, 20, None, 4.0, 0.5, 2.0, "EUR", None, None, "active", iso, at),
    ]
    assert ask(path, "SELECT * FROM analytics_reports") == [("daily", "2026-06-21", '{"energy":7}', iso)]
