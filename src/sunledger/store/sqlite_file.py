"""A SQLite file made ready: whose it is, that nobody else serves it, and that its schema is today's."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sunledger.store.protocol import StoreForeign, StoreInUse, StoreUnusable
from sunledger.store.views import sqlite_views

HEAD = "0007"
"""The schema that this program reads and writes; the newest of the migrations."""

_NOT_FOR_STRANGERS = 0o640
"""A new file holds keys that sign tokens, too: its owner writes, its group may read. So for its WAL."""

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
        self._served = path
        self._path = path.with_name(path.name + ".lock")
        self._connection: sqlite3.Connection | None = None

    def acquire(self) -> None:
        """Take the lock or say who has it. Raises `StoreUnusable`."""
        try:
            self._connection = sqlite3.connect(
                self._path, timeout=0, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            self.release()
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise StoreUnusable(explain(self._path, error)) from error
            raise StoreInUse(
                f"another Sunledger serves {self._served} already; "
                "stop it, or give this one a file of its own with DATABASE_PATH"
            ) from error

    def release(self) -> None:
        """Let go of it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def connect(
    path: Path, *, read_only: bool, factory: type[sqlite3.Connection] = sqlite3.Connection
) -> sqlite3.Connection:
    """A connection in autocommit mode: transactions are begun by name. Raises `StoreUnusable`."""
    target = f"{path.resolve().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    try:
        connection = sqlite3.connect(
            target, uri=True, isolation_level=None, check_same_thread=False, factory=factory
        )
        for pragma in _PRAGMAS if not read_only else _PRAGMAS[3:]:
            connection.execute(pragma)
    except sqlite3.Error as error:
        raise StoreUnusable(explain(path, error)) from error
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


def prepare(path: Path, factory: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
    """The writing connection to a file whose schema is today's, made or migrated as needed."""
    version = schema_version(path)  # before writing: choosing WAL alone would alter a foreign file
    connection = connect(path, read_only=False, factory=factory)
    try:
        if version is None:
            with suppress(OSError):  # a file system without permissions
                path.chmod(_NOT_FOR_STRANGERS)
        if version != HEAD:
            migrate(path)
        refresh_views(connection)
    except sqlite3.Error as error:
        connection.close()
        raise StoreUnusable(explain(path, error)) from error
    except StoreUnusable:
        connection.close()
        raise
    return connection


def existing(path: Path) -> sqlite3.Connection:
    """A reading connection to a file that is there and up to date. Raises `StoreUnusable`."""
    version = schema_version(path)
    if version is None:
        raise StoreUnusable(f"there is no database at {path} yet; name another file with DATABASE_PATH")
    if version != HEAD:
        raise StoreUnusable(
            f"{path} has an older schema ({version}, today's is {HEAD}); start the server once to migrate it"
        )
    return connect(path, read_only=True)


def schema_version(path: Path) -> str | None:
    """The schema's version; None for no file or an empty one. A foreign or newer one is refused.

    Nothing is altered. Raises `StoreUnusable`.
    """
    if path.is_dir():
        raise StoreUnusable(f"{path} is a directory; name a file in it with DATABASE_PATH")
    _undo_unfinished(path)
    if not path.exists() or path.stat().st_size == 0:
        return None
    with closing(connect(path, read_only=True)) as connection:
        try:
            return _version(connection, path)
        except sqlite3.Error as error:
            raise StoreUnusable(explain(path, error)) from error


def _undo_unfinished(path: Path) -> None:
    """Undo what a process that died was in the middle of; a connection that only reads may not do it."""
    if not path.with_name(path.name + "-journal").exists():
        return
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("SELECT COUNT(*) FROM sqlite_master")
    except sqlite3.Error as error:
        raise StoreUnusable(explain(path, error)) from error


def _version(connection: sqlite3.Connection, path: Path) -> str | None:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return None
    if "alembic_version" not in tables or "port_reading" not in tables:
        raise StoreForeign(
            f"{path} is a database of another program ({', '.join(sorted(tables)[:3])} …), which is never "
            "altered; name a file of Sunledger's own with DATABASE_PATH"
        )
    (version,) = connection.execute("SELECT MAX(version_num) FROM alembic_version").fetchone()
    if version > HEAD:
        raise StoreUnusable(
            f"{path} was written by a newer Sunledger (schema {version}, this program knows {HEAD}); "
            "install that version again, nothing was changed"
        )
    return str(version)


def migrate(path: Path) -> None:
    """Bring the schema to HEAD, all or nothing, by Alembic, imported only now. Raises `StoreUnusable`."""
    import sqlalchemy  # noqa: PLC0415  heavy, and needed once per schema
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    engine = sqlalchemy.create_engine(
        "sqlite://", creator=lambda: connect(path, read_only=False), poolclass=sqlalchemy.NullPool
    )
    # sqlite3 itself begins no transaction before DDL: a process that died would leave half a schema
    sqlalchemy.event.listen(engine, "begin", lambda begun: begun.exec_driver_sql("BEGIN IMMEDIATE"))
    config = Config()
    config.set_main_option("script_location", "sunledger:store/migrations")
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except sqlalchemy.exc.DBAPIError as error:
        raise StoreUnusable(explain(path, error.orig or error)) from error


def refresh_views(connection: sqlite3.Connection) -> None:
    """Make our views anew where the catalogue has changed them; views that a user has made stay."""
    wanted = {name: f"CREATE VIEW {name} AS {select}" for name, select in sqlite_views().items()}
    views = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'").fetchall()
    kept = {name: sql for name, sql in views if name in wanted}
    if kept == wanted:
        return
    with transaction(connection):
        for name in kept:
            connection.execute(f"DROP VIEW {name}")
        for statement in wanted.values():
            connection.execute(statement)


def explain(path: Path, error: BaseException) -> str:
    """What an error of SQLite's means to an owner, and what to do."""
    text = str(error)
    if "not a database" in text or "malformed" in text:
        return f"{path} is damaged or not a SQLite database ({text}); move it away or restore a backup"
    if "readonly" in text or "unable to open" in text:
        return (
            f"cannot open {path} ({text}); check that it is a file, and the owner and permissions of it "
            "and of its directory, or name another place with DATABASE_PATH"
        )
    if "full" in text:
        return f"no space left for {path} ({text}); free some and try again"
    return f"cannot use {path}: {text}"
