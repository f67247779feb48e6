"""Statements as spans: what is done to what, never with which values, and only where something is traced."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from sunledger.app.tracing.postgres import traced_cursor
from sunledger.app.tracing.sqlite import traced_connection
from sunledger.app.tracing.statements import Statements, named, without_values
from sunledger.store.postgres_connections import connect

if TYPE_CHECKING:
    from tests.servers.postgres import PostgresServer


class Traces:
    """A tracer whose spans are kept."""

    def __init__(self) -> None:
        self._kept = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self._kept))
        self.tracer = provider.get_tracer("tests")

    @contextmanager
    def poll(self) -> Iterator[None]:
        with self.tracer.start_as_current_span("poll"):
            yield

    @property
    def told(self) -> list[tuple[str, object]]:
        spans = [span for span in self._kept.get_finished_spans() if span.name != "poll"]
        return [(span.name, (span.attributes or {})["db.query.text"]) for span in spans]

    @property
    def failed(self) -> list[str]:
        return [span.name for span in self._kept.get_finished_spans() if not span.status.is_ok]


@pytest.mark.parametrize(
    ("sql", "text", "name"),
    [
        ("SELECT 1", "SELECT ?", "SELECT"),
        ("SELECT a\n FROM  t\nWHERE b = 'x''y' AND c IN (1, 2.5)",
         "SELECT a FROM t WHERE b = ? AND c IN (?, ?)", "SELECT t"),
        (b"INSERT INTO s.port_reading (a1) VALUES (%s)", "INSERT INTO s.port_reading (a1) VALUES (%s)",
         "INSERT s.port_reading"),
        ("update t set x = 'secret'", "update t set x = ?", "UPDATE t"),
        ("COPY t (a) FROM STDIN (FORMAT BINARY)", "COPY t (a) FROM STDIN (FORMAT BINARY)", "COPY t"),
        ("", "", "nothing"),
    ],
)  # fmt: skip
def test_a_statement_is_told_without_values(sql: object, text: str, name: str) -> None:
    assert without_values(sql) == text
    assert named(text) == name


class TestSqlite:
    def connection(self, traces: Traces) -> sqlite3.Connection:
        factory = traced_connection(Statements(traces.tracer, "sqlite"))
        return sqlite3.connect(":memory:", isolation_level=None, factory=factory)

    def test_each_is_a_span_and_so_is_fetching_its_rows(self) -> None:
        traces = Traces()
        connection = self.connection(traces)
        with traces.poll():
            connection.execute("CREATE TABLE t (a)")
            connection.executemany("INSERT INTO t VALUES (?)", [("hush",), ("hush-hush",)])
            assert len(connection.execute("SELECT a FROM t").fetchall()) == 2
            assert [a for (a,) in connection.execute("SELECT a FROM t WHERE a = ?", ("hush",))] == ["hush"]
            assert connection.cursor().execute("SELECT 5").fetchone() == (5,)
        assert [name for name, _ in traces.told] == [
            "CREATE t", "INSERT t", "SELECT t", "SELECT t fetch", "SELECT t", "SELECT",
        ]  # fmt: skip
        assert "hush" not in str(traces.told)
        connection.close()

    def test_one_that_fails_is_a_failed_span(self) -> None:
        traces = Traces()
        connection = self.connection(traces)
        with traces.poll(), pytest.raises(sqlite3.OperationalError):
            connection.execute("SELECT a FROM nowhere")
        assert traces.failed == ["SELECT nowhere"]
        connection.close()

    def test_what_belongs_to_nothing_traced_is_not_told(self) -> None:
        traces = Traces()
        connection = self.connection(traces)
        connection.execute("SELECT 5").fetchall()
        assert traces.told == []
        connection.close()


def test_postgres_tells_of_statements_batches_and_copies(postgres: "PostgresServer") -> None:
    traces = Traces()
    address = postgres.address("postgres", cursors=traced_cursor(Statements(traces.tracer, "postgresql")))
    with connect(address) as connection, traces.poll():
        connection.execute("CREATE TEMPORARY TABLE t (a TEXT)")
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO t VALUES (%s)", [("hush",), ("hush-hush",)])
            with cursor.copy("COPY t (a) FROM STDIN") as copy:
                copy.write_row(("hush",))
        assert connection.execute(b"SELECT COUNT(*) FROM t").fetchone() == (3,)
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("SELECT a FROM nowhere")
    names = [name for name, _ in traces.told]
    assert names == ["CREATE t", "INSERT t", "COPY t", "SELECT t", "SELECT nowhere"]
    assert traces.failed == ["SELECT nowhere"]
    assert "hush" not in str(traces.told)
