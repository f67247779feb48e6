"""SQLite files of tests: opened as the product does, looked into as a user would."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from tests.store.plants import WARSAW

from sunledger.sitetime import SystemClock
from sunledger.store.protocol import Accounting
from sunledger.store.sqlite import SqliteStore


@asynccontextmanager
async def served(
    path: Path, accounting: Accounting = WARSAW, *, read_only: bool = False
) -> AsyncIterator[SqliteStore]:
    """A store on a file, open."""
    store = SqliteStore(path, accounting, SystemClock(), read_only=read_only)
    try:
        await store.open()
        yield store
    finally:
        await store.close()


def ask(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """What any program sees that opens the file."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()
