"""SQLite's statements as spans: one when it begins to run, another when all of its rows are fetched."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from sunledger.app.tracing.statements import Statements


def traced_connection(statements: Statements) -> type[sqlite3.Connection]:
    """A connection whose statements are traced."""

    class TracedCursor(sqlite3.Cursor):
        """Runs statements in spans."""

        _sql = ""

        def execute(self, sql: str, parameters: Any = (), /) -> "TracedCursor":
            self._sql = sql
            with statements.span(sql):
                super().execute(sql, parameters)
            return self

        def executemany(self, sql: str, parameters: Iterable[Any], /) -> "TracedCursor":
            with statements.span(sql):
                super().executemany(sql, parameters)
            return self

        def fetchall(self) -> list[Any]:
            with statements.span(self._sql, suffix=" fetch"):
                return super().fetchall()

    class TracedConnection(sqlite3.Connection):
        """Makes cursors that are traced, also where none is asked for."""

        def cursor(self, factory: Any = TracedCursor) -> Any:
            return super().cursor(factory)

        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
            return TracedCursor(self).execute(sql, parameters)

        def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
            return TracedCursor(self).executemany(sql, parameters)

    return TracedConnection
