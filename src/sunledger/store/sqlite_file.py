"""A SQLite file made ready: whose it is, that nobody else serves it, and that its schema is today's."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sunledger.store.protocol import StoreUnusable
from sunledger.store.views import sqlite_views

HEAD = "0001"
"""The schema that this program reads and writes; the newest of the migrations."""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # NORMAL lost acknowledged rows in power-cut tests, FULL none: docs/decisions/0003-sqlite.md
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -4096",
    "PRAGMA busy_timeout = 5000",
)


class ServerLock:
    """Keeps a second server off the same file, for as long as this process lives.

    A write lock on a small database beside it: portable, and let go of by the system when a process dies.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + ".lock")
        self._connection: sqlite3.Connection | None = None

    def acquire(self) -> None:
        """Take the lock or say who has it."""
        connection = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            connection.close()
            raise StoreUnusable(
                f"another Sunledger serves {self._path.with_suffix('')} already; "
                "stop it, or give this one a file of its own with DATABASE_PATH"
            ) from error
        self._connection = connection

    def release(self) -> None:
        """Let go of it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """A connection in autocommit mode: transactions are begun by name. Raises `StoreUnusable`."""
    target = f"{path.resolve().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    try:
        connection = sqlite3.connect(target, uri=True, isolation_level=None, check_same_thread=False)
        for pragma in _PRAGMAS if not read_only else _PRAGMAS[3:]:
            connection.execute(pragma)
    except sqlite3.Error as error:
        raise StoreUnusable(_why(path, error)) from error
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection, mode: str = "IMMEDIATE") -> Iterator[None]:
    """Commit at the end, or roll everything back on any error."""
    connection.execute(f"BEGIN {mode}")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def make_directory(path: Path) -> None:
    """Make the directory that a file is to stand in."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnusable(
            f"cannot make the directory {path.parent}: {error.strerror}; "
            "give a writable place with DATABASE_PATH"
        ) from error


def prepare(path: Path) -> sqlite3.Connection:
    """The writing connection to a file whose schema is today's, made or migrated as needed."""
    connection = connect(path, read_only=False)
    try:
        version = schema_version(connection, path)
        if version != HEAD:
            migrate(path)
        refresh_views(connection)
    except sqlite3.Error as error:
        connection.close()
        raise StoreUnusable(_why(path, error)) from error
    except StoreUnusable:
        connection.close()
        raise
    return connection


def schema_version(connection: sqlite3.Connection, path: Path) -> str | None:
    """The schema's version; None for an empty file. A foreign or newer one is refused and left as it is."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return None
    if "alembic_version" not in tables or "port_reading" not in tables:
        raise StoreUnusable(
            f"{path} is a database of another program ({', '.join(sorted(tables)[:3])} …), which is never "
            "altered; name a file of Sunledger's own with DATABASE_PATH"
        )
    (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if version > HEAD:
        raise StoreUnusable(
            f"{path} was written by a newer Sunledger (schema {version}, this program knows {HEAD}); "
            "install that version again, nothing was changed"
        )
    return str(version)


def migrate(path: Path) -> None:
    """Bring the schema to HEAD by Alembic, imported only now."""
    import sqlalchemy  # noqa: PLC0415  heavy, and needed once per schema
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    engine = sqlalchemy.create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", "sunledger:store/migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()


def refresh_views(connection: sqlite3.Connection) -> None:
    """Make the views anew where the catalogue has changed them."""
    kept = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'").fetchall())
    wanted = {name: f"CREATE VIEW {name} AS {select}" for name, select in sqlite_views().items()}
    if kept == wanted:
        return
    with transaction(connection):
        for name in kept:
            connection.execute(f"DROP VIEW {name}")
        for statement in wanted.values():
            connection.execute(statement)


def _why(path: Path, error: sqlite3.Error) -> str:
    """What an error of SQLite's means to an owner, and what to do."""
    text = str(error)
    if "not a database" in text or "malformed" in text:
        return f"{path} is damaged or not a SQLite database ({text}); move it away or restore a backup"
    if "readonly" in text or "unable to open" in text:
        return f"cannot write {path} ({text}); check the owner and permissions of it and of its directory"
    if "full" in text:
        return f"no space left for {path} ({text}); free some and start again"
    return f"cannot use {path}: {text}"
