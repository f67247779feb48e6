"""PostgreSQL's statements as spans; within a pipeline they last as long as it takes to send them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Copy, Cursor

from sunledger.app.tracing.statements import Statements


def traced_cursor(statements: Statements) -> type[Cursor[Any]]:
    """A cursor whose statements are traced."""

    class TracedCursor(Cursor[Any]):
        """Runs statements in spans."""

        def execute(self, query: Any, params: Any = None, **options: Any) -> "TracedCursor":
            with statements.span(query):
                super().execute(query, params, **options)
            return self

        def executemany(self, query: Any, params_seq: Iterable[Any], **options: Any) -> None:
            with statements.span(query):
                super().executemany(query, params_seq, **options)

        @contextmanager
        def copy(self, statement: Any, params: Any = None, **options: Any) -> Iterator[Copy]:
            with statements.span(statement), super().copy(statement, params, **options) as copy:
                yield copy

    return TracedCursor
