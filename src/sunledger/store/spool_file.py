"""The spool's file: polls in the order they came, in SQLite with every commit on the disk.

Everything here blocks; `spool.py` calls it from a thread of its own.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sunledger.store.protocol import StoreError, StoreUnusable
from sunledger.store.sqlite_file import ServerLock, connect, explain, make_directory, transaction

VERSION = 1
"""The layout of the file, kept in its `user_version`."""

KEEPING_TRACK = 64
"""Bytes that the file needs for an entry besides its body."""

_LAYOUT = """
CREATE TABLE entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    spooled_at INTEGER NOT NULL,
    taken_at INTEGER NOT NULL,
    readings INTEGER NOT NULL,
    body BLOB NOT NULL,
    refused TEXT
)
"""
_WORTH_SHRINKING = 1024 * 1024
"""Bytes that an empty file may keep for next time."""


class Slip(NamedTuple):
    """One poll on its way into the file."""

    spooled_at: int
    """Milliseconds since 1970, as is `taken_at`."""
    taken_at: int
    readings: int
    body: bytes

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return len(self.body) + KEEPING_TRACK


class Waiting(NamedTuple):
    """One poll in the file."""

    id: int
    readings: int
    body: bytes

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return len(self.body) + KEEPING_TRACK


class Contents(NamedTuple):
    """What is in the file. Those set aside count as bytes only."""

    polls: int
    readings: int
    bytes: int
    oldest: int | None
    """When the oldest poll was spooled, in milliseconds."""
    latest: int | None
    """The latest time of a poll, in milliseconds."""
    set_aside: int


class SpoolFile:
    """A queue in a file, of one process. Every error is a `StoreError`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = ServerLock(path)
        self._connection: sqlite3.Connection | None = None

    def open(self) -> Contents:
        """Take the file; what was set aside gets another chance. Raises `StoreUnusable`."""
        make_directory(self._path)
        self._lock.acquire()
        try:
            connection = self._connection = connect(self._path, read_only=False)
            with self._explained(StoreUnusable):
                self._make_layout(connection)
                connection.execute("UPDATE entry SET refused = NULL WHERE refused IS NOT NULL")
            return self.contents()
        except StoreError:
            self.close()
            raise

    def _make_layout(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise StoreUnusable(
                f"{self._path} was written by a newer Sunledger (spool {version}, this program knows "
                f"{VERSION}); install that version again, nothing was changed"
            )
        if version == 0:
            with transaction(connection):
                connection.execute(_LAYOUT)
                connection.execute(f"PRAGMA user_version = {VERSION}")

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._lock.release()

    def append(self, slips: Sequence[Slip]) -> None:
        """Add polls at the end, all or none; they are on the disk when this returns."""
        with self._explained(), transaction(self._open_connection):
            self._open_connection.executemany(
                "INSERT INTO entry (spooled_at, taken_at, readings, body) VALUES (?, ?, ?, ?)", slips
            )

    def first(self, most: int) -> list[Waiting]:
        """The first polls, at most so many."""
        sql = "SELECT id, readings, body FROM entry WHERE refused IS NULL ORDER BY id LIMIT ?"
        with self._explained():
            return [Waiting(*row) for row in self._open_connection.execute(sql, (most,))]

    def drop(self, ids: Sequence[int]) -> int | None:
        """Remove polls; when the oldest of the rest was spooled."""
        with self._explained():
            with transaction(self._open_connection):
                self._open_connection.executemany(
                    "DELETE FROM entry WHERE id = ?", [(number,) for number in ids]
                )
            self._shrink()
            return self._oldest()

    def set_aside(self, number: int, reason: str) -> int | None:
        """Keep a poll out of the queue; when the oldest of the rest was spooled."""
        with self._explained():
            self._open_connection.execute("UPDATE entry SET refused = ? WHERE id = ?", (reason, number))
            return self._oldest()

    def contents(self) -> Contents:
        """What is in the file; reads all of it."""
        waiting = "refused IS NULL"
        sql = (
            f"SELECT COALESCE(SUM({waiting}), 0), COALESCE(SUM(readings * ({waiting})), 0), "
            f"COALESCE(SUM(LENGTH(body) + {KEEPING_TRACK}), 0), MIN(spooled_at), MAX(taken_at), "
            "COALESCE(SUM(refused IS NOT NULL), 0) FROM entry"
        )
        with self._explained():
            return Contents(*self._open_connection.execute(sql).fetchone())

    def _oldest(self) -> int | None:
        sql = "SELECT spooled_at FROM entry WHERE refused IS NULL ORDER BY id LIMIT 1"
        row = self._open_connection.execute(sql).fetchone()
        return row[0] if row else None

    def _shrink(self) -> None:
        """Give the disk its space back once the queue is empty."""
        connection = self._open_connection
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        if (
            pages * size > _WORTH_SHRINKING
            and not connection.execute("SELECT 1 FROM entry LIMIT 1").fetchone()
        ):
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @property
    def _open_connection(self) -> sqlite3.Connection:
        if self._connection is None:
            raise StoreError(f"the spool {self._path} is closed")
        return self._connection

    @contextmanager
    def _explained(self, kind: type[StoreError] = StoreError) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise kind(explain(self._path, error)) from error
