"""Documents in the database of a PostgreSQL store, which has made the schema."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from psycopg import Connection, errors

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
from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.postgres_calls import Call, answered
from sunledger.store.postgres_connections import configure, connect, pool
from sunledger.store.postgres_schema import schema_version
from sunledger.store.postgres_types import Milliseconds

ANSWER_WITHIN = 10.0
"""Seconds after which a server is given up that does not answer."""
_MOST = 2
"""Connections: documents are few and change seldom."""
_TIMES = ("at", "created_at", "updated_at", "start", "end", "after_at")
_NAMES = re.compile(r":(\w+)")

T = TypeVar("T")


async def has_documents(address: PostgresAddress) -> bool:
    """Whether the database has our schema. Raises `StoreError`, `StoreUnusable` when it is not ours."""

    def look(call: Call) -> bool:
        with connect(address) as connection, call.using(connection):
            configure(connection)
            return schema_version(connection) is not None

    executor = ThreadPoolExecutor(1, "store-documents")
    try:
        return await answered(address, executor, ANSWER_WITHIN, look)
    finally:
        executor.shutdown(wait=False)


class PostgresDocuments:
    """Documents in a server; connects when it is first asked."""

    def __init__(self, address: PostgresAddress) -> None:
        self._address = address
        self._threads = ThreadPoolExecutor(_MOST, "store-documents")
        self._pool = pool(address, 0, _MOST, writing=True)

    async def open(self) -> None:
        """Be ready to connect."""
        self._pool.open(wait=False)

    async def close(self) -> None:
        """Finish what was begun, then leave the server."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._threads.shutdown()
        self._pool.close()

    async def append(self, *documents: Document) -> None:
        """Keep new versions, on the server's disk, all or none."""
        rows = [_parameters(row(each)) for each in documents]
        await self._run(lambda connection: _append(connection, rows))

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
        sql, known = _named(question), _parameters(parameters)
        rows = await self._run(lambda connection: connection.execute(sql, known, binary=True).fetchall())
        return [document(each) for each in rows]

    async def _run(self, work: Callable[[Connection], T]) -> T:
        def run(call: Call) -> T:
            with call.borrowing(self._pool, self._address) as connection:
                return work(connection)

        return await answered(self._address, self._threads, ANSWER_WITHIN, run)


def _append(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    try:
        with connection.transaction():
            connection.cursor().executemany(_named(APPEND), rows)
    except errors.UniqueViolation as error:
        raise VersionTaken(str(error)) from error


def _named(question: str) -> bytes:
    """The question with parameters named as the driver wants it."""
    return _NAMES.sub(r"%(\1)s", question).encode()


def _parameters(given: Mapping[str, object]) -> dict[str, object]:
    """The parameters, times as times."""
    return {
        name: Milliseconds(value) if name in _TIMES and isinstance(value, int) else value
        for name, value in given.items()
    }
