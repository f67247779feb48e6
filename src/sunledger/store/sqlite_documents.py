"""Documents in the file of a SQLite store, which has made the schema.

They have a connection and a thread of their own: they change seldom, and a poll's commit waits for such a
change no longer than for any other writer of the file.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sunledger.sitetime import Span
from sunledger.store.documents import (
    APPEND,
    LISTED,
    NEWEST,
    TIMELINE,
    VERSIONS,
    Document,
    Place,
    VersionTaken,
    document,
    row,
    timeline_question,
)
from sunledger.store.protocol import StoreError
from sunledger.store.sqlite_file import connect, explain, schema_version, transaction

FIRST_SCHEMA = "0002"
"""The schema that brought documents."""

T = TypeVar("T")


def has_documents(path: Path) -> bool:
    """Whether there is a file that can have documents. Raises `StoreUnusable` when it is not ours."""
    version = schema_version(path)
    return version is not None and version >= FIRST_SCHEMA


class SqliteDocuments:
    """Documents in a file. `read_only` looks at them beside a running server, or before it starts."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path = path
        self._read_only = read_only
        self._thread = ThreadPoolExecutor(1, "store-documents")
        self._opened: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Connect to the file."""
        self._opened = await self._run(lambda: connect(self._path, read_only=self._read_only))

    async def close(self) -> None:
        """Finish what was begun, then let go of the file."""
        await asyncio.to_thread(self._thread.shutdown)
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    async def append(self, *documents: Document) -> None:
        """Keep new versions, synced to the disk, all or none."""
        await self._run(lambda: self._append([row(each) for each in documents]))

    def _append(self, rows: Sequence[Mapping[str, object]]) -> None:
        try:
            with transaction(self._connection):
                self._connection.executemany(APPEND, rows)
        except sqlite3.IntegrityError as error:
            raise VersionTaken(str(error)) from error

    async def newest(self, kind: str, id: str) -> Document | None:  # noqa: A002
        """The newest version."""
        return next(iter(await self._ask(NEWEST, {"kind": kind, "id": id})), None)

    async def versions(self, kind: str, id: str) -> Sequence[Document]:  # noqa: A002
        """All versions, oldest first."""
        return await self._ask(VERSIONS, {"kind": kind, "id": id})

    async def listed(self, kind: str, *, limit: int, after: str = "") -> Sequence[Document]:
        """Documents in force by id."""
        return await self._ask(LISTED, {"kind": kind, "after": after, "limit": limit})

    async def timeline(
        self, kind: str, span: Span, *, limit: int, after: Place | None = None
    ) -> Sequence[Document]:
        """Documents in force within the span."""
        return await self._ask(TIMELINE, timeline_question(kind, span, limit, after))

    async def _ask(self, question: str, parameters: Mapping[str, object]) -> list[Document]:
        rows = await self._run(lambda: self._connection.execute(question, parameters).fetchall())
        return [document(each) for each in rows]

    @property
    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            raise StoreError(f"the documents of {self._path} are not open")
        return self._opened

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            answer = asyncio.get_running_loop().run_in_executor(self._thread, work)
        except RuntimeError as error:
            raise StoreError(f"{self._path} is closed") from error
        try:
            return await answer
        except sqlite3.Error as error:
            raise StoreError(explain(self._path, error)) from error
