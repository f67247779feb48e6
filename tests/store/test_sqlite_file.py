"""Whose a file is: one server's at a time, never another program's, never a newer Sunledger's."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.store.answers import keep, snapshot
from tests.store.files import ask, served
from tests.store.plants import START, day, poll
from tests.store.processes import committing, next_line

from sunledger.store.protocol import StoreUnusable
from sunledger.store.sqlite_file import HEAD, ServerLock


async def refused(path: Path, *, read_only: bool = False) -> str:
    """What the owner is told."""
    with pytest.raises(StoreUnusable) as told:
        async with served(path, read_only=read_only):
            pass
    return str(told.value)


def names(directory: Path) -> set[str]:
    """The files that are there."""
    return {each.name for each in directory.iterdir()}


async def test_a_second_server_on_the_same_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sun.ledger.db"
    async with served(path) as first:
        told = await refused(path)
        assert told.startswith(f"another Sunledger serves {path} already; stop it, or ")
        assert "DATABASE_PATH" in told
        await keep(first, poll(START, (1,)))
    async with served(path) as second:
        assert await second.latest_time() == START


async def test_other_users_of_the_machine_cannot_read_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "sunledger.db"
    async with served(path) as store:
        await keep(store, poll(START, (1,)))
        found = [path.with_name(path.name + end) for end in ("", "-wal", "-shm")]
        assert {oct(file.stat().st_mode & 0o777) for file in found} == {"0o640"}
    path.chmod(0o644)
    async with served(path):
        assert path.stat().st_mode & 0o777 == 0o644, "an owner who lets others read has a reason"


async def test_a_server_in_another_process_keeps_the_file_until_it_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "sunledger.db"
    with committing(path) as process:
        assert next_line(process) == "open"
        assert "another Sunledger serves" in await refused(path)
        process.kill()
        process.wait()
        async with served(path) as store:
            await keep(store, *day(START, 3))


async def test_a_store_that_could_not_open_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "sunledger.db"
    path.write_bytes(b"no database " * 1000)
    await refused(path)
    lock = ServerLock(path)
    lock.acquire()
    lock.release()


def foreign(path: Path) -> None:
    """A database of S-Miles, in SQLite's own journal mode."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE inverters (serial_number TEXT, dtu_name TEXT)")
        connection.execute("CREATE TABLE port_data (serial_number TEXT, pv_power REAL)")
        connection.execute("INSERT INTO inverters VALUES ('114100000001', 'roof')")
        connection.commit()


def migrated_by_somebody(path: Path) -> None:
    """A database of another program that uses Alembic, too."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('9c2f')")
        connection.commit()


def no_database(path: Path) -> None:
    path.write_bytes(b"timestamp,power\n" * 500)


def torn(path: Path) -> None:
    """The header of a database, and then nothing that makes sense."""
    path.write_bytes(b"SQLite format 3\x00" + bytes(range(256)) * 40)


@pytest.mark.parametrize(
    ("make", "way_out"),
    [
        (
            foreign,
            "is a database of another program (inverters, port_data …), which is never altered; name",
        ),
        (migrated_by_somebody, "is a database of another program (alembic_version …)"),
        (
            no_database,
            "is damaged or not a SQLite database (file is not a database); move it away or restore",
        ),
        (torn, "move it away or restore a backup"),
    ],
)
@pytest.mark.parametrize("read_only", [False, True])
async def test_a_file_that_is_not_ours_is_refused_and_left_as_it_is(
    tmp_path: Path, make: Callable[[Path], None], way_out: str, read_only: bool
) -> None:
    path = tmp_path / "solar.db"
    make(path)
    before = path.read_bytes()
    told = await refused(path, read_only=read_only)
    assert told.startswith(str(path))
    assert way_out in told
    assert path.read_bytes() == before
    assert names(tmp_path) <= {"solar.db", "solar.db.lock"}


@pytest.mark.parametrize("read_only", [False, True])
async def test_a_newer_schema_is_refused_and_left_as_it_is(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "sunledger.db"
    async with served(path) as store:
        await keep(store, *day(START, 3))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
        connection.commit()
    before = path.read_bytes()
    told = await refused(path, read_only=read_only)
    assert told == (
        f"{path} was written by a newer Sunledger (schema 0999, this program knows {HEAD}); "
        "install that version again, nothing was changed"
    )
    assert path.read_bytes() == before


async def test_a_reader_does_not_migrate(tmp_path: Path) -> None:
    path = tmp_path / "sunledger.db"
    async with served(path):
        pass
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
        connection.commit()
    assert "start the server once to migrate it" in await refused(path, read_only=True)


async def test_a_reader_makes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "nothing.db"
    assert await refused(path, read_only=True) == (
        f"there is no database at {path} yet; name another file with DATABASE_PATH"
    )
    assert names(tmp_path) == set()


async def test_a_path_that_is_a_directory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.mkdir()
    assert await refused(path) == f"{path} is a directory; name a file in it with DATABASE_PATH"


async def test_a_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    told = await refused(tmp_path / "file" / "sunledger.db")
    assert told.startswith(f"cannot make the directory {tmp_path / 'file'}: ")
    assert "DATABASE_PATH" in told


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no directory here that not even root may write")
async def test_a_directory_without_write_permission_is_refused() -> None:
    told = await refused(Path("/proc/sunledger.db"))
    assert told.startswith("cannot open /proc/sunledger.db")
    assert "permissions" in told


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind root")
async def test_a_file_without_write_permission_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sunledger.db"
    async with served(path):
        pass
    path.chmod(0o400)
    assert "check that it is a file, and the owner and permissions" in await refused(path)


async def test_directories_on_the_way_are_made(tmp_path: Path) -> None:
    path = tmp_path / "some" / "where" / "sunledger.db"
    async with served(path):
        assert path.exists()


async def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "sunledger.db"
    path.touch()
    async with served(path) as store:
        await keep(store, *day(START, 3))
    assert ask(path, "SELECT COUNT(*) FROM port_data") == [(6,)]


async def test_every_commit_is_synced_into_a_write_ahead_log(tmp_path: Path) -> None:
    path = tmp_path / "sunledger.db"
    async with served(path) as store:
        assert store._shelf is not None
        assert store._shelf.connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert ask(path, "PRAGMA journal_mode") == [("wal",)]


async def test_after_closing_there_is_one_file_to_copy(tmp_path: Path) -> None:
    path, copy = tmp_path / "sunledger.db", tmp_path / "copy.db"
    async with served(path) as store:
        await keep(store, *day(START, 20))
        before = await snapshot(store)
    assert names(tmp_path) == {"sunledger.db", "sunledger.db.lock"}
    copy.write_bytes(path.read_bytes())
    async with served(copy) as store:
        assert await snapshot(store) == before
