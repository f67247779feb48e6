"""Statements in memory: for dry runs and for tests."""

import sqlite3
from pathlib import Path

from sunledger.store.sqlite_statements import SqliteStatements


class MemoryStatements(SqliteStatements):
    """Tables that last as long as the process; `schema` makes them, as SQLite understands it."""

    def __init__(self, schema: str) -> None:
        super().__init__(Path(":memory:"))
        self._schema = schema

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        connection.executescript(self._schema)
        return connection
