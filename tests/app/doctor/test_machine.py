"""What the doctor finds at the machine: its clock, its disk, its database."""

import os
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.app.desk import Desk
from tests.app.doctor.clinic import attentions, said
from tests.store.plants import START, poll

from sunledger.app.configuration import Configuration
from sunledger.app.databases import accounting_of
from sunledger.app.doctor.machine import clock_findings, examine_machine, is_served, place_findings
from sunledger.sitetime import Clock, ManualClock
from sunledger.store.sqlite import SqliteStore

NOW = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture
def configuration(desk: Desk) -> Configuration:
    return desk.load({"DATABASE_PATH": str(desk.directory / "data" / "s.db")}).configuration


@pytest.fixture
def clock() -> Clock:
    return ManualClock(NOW)


async def serving(configuration: Configuration, clock: Clock) -> SqliteStore:
    """A server's store with one poll in it."""
    store = SqliteStore(configuration.database.database_path, accounting_of(configuration), clock)
    await store.open()
    await store.commit(poll(START, (1000, 2000)))
    return store


class TestTheClock:
    def test_of_this_year_is_right(self) -> None:
        (finding,) = clock_findings(NOW, NOW - timedelta(minutes=1))
        assert finding.said == "The clock shows 2026-07-01 00:00:00 UTC."

    @pytest.mark.parametrize("year", [1970, 2000, 2025])
    def test_of_an_earlier_year_was_never_set(self, year: int) -> None:
        (finding,) = attentions(list(clock_findings(NOW.replace(year=year), None)))
        assert "which cannot be" in finding.said
        assert "NTP" in finding.changes[0]

    def test_behind_the_latest_reading_is_suspicious(self) -> None:
        (finding,) = attentions(list(clock_findings(NOW, NOW + timedelta(hours=1))))
        assert "there are readings of 2026-07-01 01:00:00" in finding.said


class TestThePlace:
    def test_need_not_exist_yet_and_is_not_made(self, tmp_path: Path) -> None:
        path = tmp_path / "not" / "yet" / "s.db"
        found = list(place_findings(path))
        assert attentions(found) == []
        assert f"are free for {path}" in said(found)
        assert list(tmp_path.iterdir()) == []

    def test_without_space_needs_attention(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        usage = shutil.disk_usage(tmp_path)._replace(free=12_345_678)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
        (finding,) = attentions(list(place_findings(tmp_path / "s.db")))
        assert finding.said.startswith("12.3 MB are free")
        assert "DATABASE_PATH" in finding.changes[0]

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
    def test_that_cannot_be_written_needs_attention(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o500)
        (finding,) = attentions(list(place_findings(tmp_path / "data" / "s.db")))
        tmp_path.chmod(0o700)
        assert "cannot be written by this user" in finding.said
        assert "DATABASE_PATH" in finding.changes[0]


class TestTheDatabase:
    async def test_that_is_not_there_will_be_made(self, configuration: Configuration, clock: Clock) -> None:
        found = await examine_machine(configuration, clock)
        assert attentions(found) == []
        assert "`sunledger serve` makes it" in said(found)
        assert not configuration.database.database_path.parent.exists()

    async def test_that_nobody_serves_is_described(self, configuration: Configuration, clock: Clock) -> None:
        await (await serving(configuration, clock)).close()
        found = await examine_machine(configuration, clock)
        assert attentions(found) == []
        assert "and 3 readings, the latest of 2026-03-28 06:00:00 UTC" in said(found)
        assert "A server uses" not in said(found)

    async def test_that_a_server_uses_says_so_and_the_server_goes_on(
        self, configuration: Configuration, clock: Clock
    ) -> None:
        store = await serving(configuration, clock)
        assert is_served(configuration.database.database_path)
        found = await examine_machine(configuration, clock)
        assert "A server uses the database now." in said(found)
        receipt = await store.commit(poll(START + timedelta(minutes=1), (1001, 2001)))
        assert receipt.stored == 3
        await store.close()
        assert not is_served(configuration.database.database_path)

    async def test_of_another_program_needs_attention(
        self, configuration: Configuration, clock: Clock
    ) -> None:
        path = configuration.database.database_path
        path.parent.mkdir()
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE theirs (id)")
        connection.close()
        (finding,) = attentions(await examine_machine(configuration, clock))
        assert "database of another program" in finding.said

    async def test_that_is_no_database_needs_attention(
        self, configuration: Configuration, clock: Clock
    ) -> None:
        path = configuration.database.database_path
        path.parent.mkdir()
        path.write_text("just words, and enough of them to fill the header of a file, and some more " * 9)
        (finding,) = attentions(await examine_machine(configuration, clock))
        assert "damaged or not a SQLite database" in finding.said

    async def test_of_an_older_schema_will_be_migrated(
        self, configuration: Configuration, clock: Clock
    ) -> None:
        await (await serving(configuration, clock)).close()
        connection = sqlite3.connect(configuration.database.database_path)
        with connection:
            connection.execute("UPDATE alembic_version SET version_num = '0000'")
        connection.close()
        found = await examine_machine(configuration, clock)
        assert attentions(found) == []
        assert "schema 0000; `sunledger serve` will bring it to" in said(found)

    async def test_is_not_looked_for_when_nothing_is_kept(self, desk: Desk, clock: Clock) -> None:
        found = await examine_machine(desk.load({"DRY_RUN": "true"}).configuration, clock)
        assert "kept in memory only" in said(found)
