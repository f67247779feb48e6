"""Statements in the database of a PostgreSQL store, which has made the schema."""

import asyncio
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, TypeVar

from psycopg import Connection, errors

from sunledger.sitetime import milliseconds
from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.postgres_calls import Call, answered
from sunledger.store.postgres_connections import configure, connect, pool
from sunledger.store.postgres_schema import existing, schema_version
from sunledger.store.postgres_types import Milliseconds
from sunledger.store.statements import KeyTaken, Parameters, Step, require_rows

ANSWER_WITHIN = 10.0
"""Seconds after which a server is given up that does not answer."""
_MOST = 2
"""Connections: what is asked and changed here is little."""
_NAMES = re.compile(r"(?<!:):(\w+)")

T = TypeVar("T")


async def has_documents(address: PostgresAddress) -> bool:
    """Whether the database has our schema. Raises `StoreError`, `StoreUnusable` when it is not ours."""

    def look(call: Call) -> bool:
        with connect(address) as connection, call.using(connection):
            configure(connection)
            return schema_version(connection) is not None

    executor = ThreadPoolExecutor(1, "store-statements")
    try:
        return await answered(address, executor, ANSWER_WITHIN, look)
    finally:
        executor.shutdown(wait=False)


async def has_schema_of_today(address: PostgresAddress) -> None:
    """Raise `StoreNotReady` unless the database has it, `StoreError` where it is away or not ours."""

    def look(call: Call) -> None:
        with connect(address) as connection, call.using(connection):
            configure(connection)
            existing(connection)

    executor = ThreadPoolExecutor(1, "store-statements")
    try:
        await answered(address, executor, ANSWER_WITHIN, look)
    finally:
        executor.shutdown(wait=False)


class PostgresStatements:
    """Statements in a server; connects when it is first asked."""

    def __init__(self, address: PostgresAddress) -> None:
        self._address = address
        self._threads = ThreadPoolExecutor(_MOST, "store-statements")
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

    async def ask(self, question: str, parameters: Parameters) -> Sequence[Sequence[Any]]:
        """The rows that answer."""
        sql, known = _named(question), _adapted(parameters)
        return await self._run(lambda connection: connection.execute(sql, known, binary=True).fetchall())

    async def change(self, statement: str, each: Sequence[Parameters], *, synced: bool = True) -> int:
        """Change rows in one transaction."""
        sql, rows = _named(statement), [_adapted(parameters) for parameters in each]
        return await self._run(lambda connection: _change(connection, sql, rows, synced=synced))

    async def change_together(self, steps: Sequence[Step]) -> None:
        """Do different things in one transaction, synced."""
        await self._run(lambda connection: _change_together(connection, steps))

    async def _run(self, work: Callable[[Connection], T]) -> T:
        def run(call: Call) -> T:
            with call.borrowing(self._pool, self._address) as connection:
                return work(connection)

        return await answered(self._address, self._threads, ANSWER_WITHIN, run)


def _change(connection: Connection, statement: bytes, rows: Sequence[Parameters], *, synced: bool) -> int:
    try:
        with connection.transaction(), connection.cursor() as cursor:
            if not synced:
                cursor.execute("SET LOCAL synchronous_commit = off")
            cursor.executemany(statement, rows)
            return cursor.rowcount
    except errors.UniqueViolation as error:
        raise KeyTaken(str(error)) from error


def _change_together(connection: Connection, steps: Sequence[Step]) -> None:
    with connection.transaction():
        for number, step in enumerate(steps):
            try:
                changed = connection.execute(_named(step.statement), _adapted(step.parameters)).rowcount
            except errors.UniqueViolation as error:
                raise KeyTaken(str(error), number) from error
            require_rows(number, step.rows, changed)


def _named(statement: str) -> bytes:
    """The statement with parameters named as the driver wants it."""
    return _NAMES.sub(r"%(\1)s", statement).encode()


def _adapted(parameters: Parameters) -> dict[str, object]:
    """The parameters, times as the driver knows them."""
    return {
        name: Milliseconds(milliseconds(value)) if isinstance(value, datetime) else value
        for name, value in parameters.items()
    }
