"""Statements in the file of a SQLite store, which has made the schema.

They have a connection and a thread of their own: what they change is little, and a poll's commit waits for it
no longer than for any other writer of the file.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from typing import Any, TypeVar

from sunledger.store.protocol import StoreError
from sunledger.store.sqlite_file import connect, explain, schema_version, transaction
from sunledger.store.statements import KeyTaken, Parameters, Step, in_milliseconds, require_rows

FIRST_SCHEMA = "0002"
"""The schema that brought documents."""

T = TypeVar("T")


def has_documents(path: Path) -> bool:
    """Whether there is a file that can have documents. Raises `StoreUnusable` when it is not ours."""
    version = schema_version(path)
    return version is not None and version >= FIRST_SCHEMA


class SqliteStatements:
    """Statements in a file. `read_only` looks at it beside a running server, or before it starts."""

    def __init__(
        self, path: Path, *, read_only: bool = False, factory: type[sqlite3.Connection] = sqlite3.Connection
    ) -> None:
        self._path = path
        self._factory = factory
        self._read_only = read_only
        self._thread = ThreadPoolExecutor(1, "store-statements")
        self._opened: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Connect to the file."""
        self._opened = await self._run(self._connect)

    def _connect(self) -> sqlite3.Connection:
        return connect(self._path, read_only=self._read_only, factory=self._factory)

    async def close(self) -> None:
        """Finish what was begun, then let go of the file."""
        await asyncio.to_thread(self._thread.shutdown)
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    async def ask(self, question: str, parameters: Parameters) -> Sequence[Sequence[Any]]:
        """The rows that answer."""
        known = in_milliseconds(parameters)
        return await self._run(lambda: self._connection.execute(question, known).fetchall())

    async def change(self, statement: str, each: Sequence[Parameters], *, synced: bool = True) -> int:
        """Change rows in one transaction."""
        rows = [in_milliseconds(parameters) for parameters in each]
        return await self._run(lambda: self._change(statement, rows, "FULL" if synced else "NORMAL"))

    def _change(self, statement: str, rows: Sequence[Parameters], synchronous: str) -> int:
        self._connection.execute(f"PRAGMA synchronous = {synchronous}")
        try:
            with transaction(self._connection):
                return self._connection.executemany(statement, rows).rowcount
        except sqlite3.IntegrityError as error:
            raise KeyTaken(str(error)) from error

    async def change_together(self, steps: Sequence[Step]) -> None:
        """Do different things in one transaction, synced."""
        known = [step._replace(parameters=in_milliseconds(step.parameters)) for step in steps]
        await self._run(lambda: self._change_together(known))

    def _change_together(self, steps: Sequence[Step]) -> None:
        self._connection.execute("PRAGMA synchronous = FULL")
        with transaction(self._connection):
            for number, step in enumerate(steps):
                try:
                    changed = self._connection.execute(step.statement, step.parameters).rowcount
                except sqlite3.IntegrityError as error:
                    raise KeyTaken(str(error), number) from error
                require_rows(number, step.rows, changed)

    @property
    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            raise StoreError(f"{self._path} is not open")
        return self._opened

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            answer = asyncio.get_running_loop().run_in_executor(self._thread, copy_context().run, work)
        except RuntimeError as error:
            raise StoreError(f"{self._path} is closed") from error
        try:
            return await answer
        except sqlite3.Error as error:
            raise StoreError(explain(self._path, error)) from error
