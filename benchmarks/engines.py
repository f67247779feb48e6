"""The databases that benchmarks of size write into and ask, on both engines, on a disk that is a disk.

PostgreSQL is a private server, as careful as one that people run: with fsync, and with autovacuum. Without
one on this machine its figures are left out.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from tests.servers.postgres import PASSWORD, SUPERUSER, PostgresServer, installed

from benchmarks.bare import Bare, BareTables
from benchmarks.bare_postgres import BarePostgres
from benchmarks.home import ZONE
from sunledger.sitetime import SystemClock
from sunledger.store.postgres import PostgresStore
from sunledger.store.protocol import Accounting, Store
from sunledger.store.sqlite import SqliteStore
from sunledger.store.sqlite_file import connect

REAL_DISK = Path("/var/tmp")
"""Where files survive a restart; /tmp is often memory."""
ACCOUNTING = Accounting(zone=ZONE)
CAREFUL = (
    "fsync=on",
    "full_page_writes=on",
    "autovacuum=on",
    "shared_buffers=256MB",
    "max_wal_size=2GB",
)
"""What a server of people's own is set to, unlike that of the tests."""


class Engine(Protocol):
    """A kind of database, and how benchmarks get at one of a name."""

    name: str

    def store(self, name: str) -> Store:
        """The product's store, not open yet."""

    def bare(self, name: str) -> Bare:
        """Tables of the same shape without the product."""

    def exists(self, name: str) -> bool:
        """Whether there is such a database."""

    def rename(self, name: str, new: str) -> None:
        """Give a database another name."""

    def drop(self, name: str) -> None:
        """Remove a database, if it is there."""

    def sizes(self, name: str) -> Mapping[str, int]:
        """The bytes of each table with its indices."""

    def settings(self, name: str) -> Mapping[str, str]:
        """What `sunledger serve` has to be told to serve it."""


class SqliteEngine:
    """Files in a directory."""

    name = "SQLite"

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def file(self, name: str) -> Path:
        """Where it is."""
        return self._directory / f"{name}.db"

    def store(self, name: str) -> Store:
        """A store in a file."""
        return SqliteStore(self.file(name), ACCOUNTING, SystemClock())

    def bare(self, name: str) -> Bare:
        """Tables in a file."""
        return BareTables(self.file(name))

    def exists(self, name: str) -> bool:
        """Whether the file is there."""
        return self.file(name).exists()

    def rename(self, name: str, new: str) -> None:
        """Move the file, which must not be open."""
        self.file(name).rename(self.file(new))

    def drop(self, name: str) -> None:
        """Remove the file and what SQLite has beside it."""
        for file in self._directory.glob(f"{name}.db*"):
            file.unlink()

    def sizes(self, name: str) -> Mapping[str, int]:
        """By pages; SQLite must have `dbstat`."""
        connection = connect(self.file(name), read_only=True)
        rows = connection.execute(
            "SELECT tbl_name, SUM(pgsize) FROM dbstat JOIN sqlite_master USING (name) GROUP BY 1"
        ).fetchall()
        connection.close()
        return dict(rows)

    def settings(self, name: str) -> Mapping[str, str]:
        """The file's path."""
        return {"DATABASE_PATH": str(self.file(name).resolve()), "TIMEZONE": ZONE.key}


class PostgresEngine:
    """Databases of a private server."""

    name = "PostgreSQL"

    def __init__(self, server: PostgresServer, spools: Path) -> None:
        """`spools` is where a served Sunledger has its spool."""
        self.server = server
        self._spools = spools

    def store(self, name: str) -> Store:
        """A store in a database, which is made if it is not there."""
        self._make(name)
        return PostgresStore(self.server.address(name), ACCOUNTING, SystemClock())

    def bare(self, name: str) -> Bare:
        """Tables in a database."""
        self._make(name)
        return BarePostgres(self.server.conninfo(name))

    def _make(self, name: str) -> None:
        if not self.exists(name):
            self.server.ask(f'CREATE DATABASE "{name}"')
            if self.server.timescale:
                self.server.ask("CREATE EXTENSION timescaledb", name)

    def exists(self, name: str) -> bool:
        """Whether the server has it."""
        return bool(self.server.ask(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))

    def rename(self, name: str, new: str) -> None:
        """Rename the database, which nobody must use."""
        self.server.ask(f'ALTER DATABASE "{name}" RENAME TO "{new}"')
        with psycopg.connect(self.server.conninfo(new), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")

    def drop(self, name: str) -> None:
        """Drop the database."""
        self.server.ask(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def sizes(self, name: str) -> Mapping[str, int]:
        """Those of all its months together for a partitioned table."""
        rows = self.server.ask(
            "SELECT c.relname, CASE c.relkind WHEN 'r' THEN pg_total_relation_size(c.oid) ELSE "
            "(SELECT SUM(pg_total_relation_size(relid))::int8 FROM pg_partition_tree(c.oid)) END "
            "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'sunledger' AND c.relkind IN ('r', 'p') AND NOT c.relispartition",
            name,
        )
        return dict(rows)

    def settings(self, name: str) -> Mapping[str, str]:
        """The server's address."""
        return {
            "DB_TYPE": "postgres",
            "DB_HOST": "127.0.0.1",
            "DB_PORT": str(self.server.port),
            "DB_NAME": name,
            "DB_USER": SUPERUSER,
            "DB_PASSWORD": PASSWORD,
            "DATABASE_PATH": str(self._spools / f"{name}.db"),
            "TIMEZONE": ZONE.key,
        }


@contextmanager
def engines(directory: Path | None) -> Iterator[Sequence[Engine]]:
    """Those of this machine; in a directory where they stay, or in one that goes again."""
    with ExitStack() as stack:
        if directory is None:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=REAL_DISK)))
        directory.mkdir(parents=True, exist_ok=True)
        found: list[Engine] = [SqliteEngine(directory)]
        versions = installed()
        if versions:
            server = stack.enter_context(serving(versions[min(versions)], directory))
            found.append(PostgresEngine(server, directory))
        else:
            print("PostgreSQL is not installed: its figures are left out", flush=True)
        yield found


@contextmanager
def serving(programs: Path, directory: Path, *, timescale: bool = False) -> Iterator[PostgresServer]:
    """A server whose data is in the directory, kept from last time or made."""
    server = PostgresServer(programs, *CAREFUL, timescale=timescale)
    home = directory / ("timescale" if timescale else "postgres")
    home.mkdir(exist_ok=True)
    directory.chmod(0o755)
    server.hand_over(home)
    server.data = home / "data"
    try:
        if not server.data.exists():
            server.make()
        server.start()
        yield server
        server.stop()
    finally:
        server.remove()
