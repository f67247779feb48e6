"""The least that keeping polls takes: their rows, already integers, by bare SQL into tables of their kind."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from sunledger.measurements import INVERTER, PORT, Poll
from sunledger.sitetime import milliseconds
from sunledger.store.sqlite_file import connect

_TABLES = {"port": PORT.columns, "inverter": INVERTER.columns}

Rows = Sequence[Sequence[int | None]]


class BarePoll(NamedTuple):
    """A poll as rows of (time, series, values …)."""

    ports: Rows
    inverters: Rows


def bare_poll(poll: Poll) -> BarePoll:
    """A poll's rows; series are numbered in its own order."""
    at = milliseconds(poll.taken_at)
    return BarePoll(
        [(at, number, *PORT.encode(reading)) for number, reading in enumerate(poll.ports)],
        [(at, number, *INVERTER.encode(reading)) for number, reading in enumerate(poll.inverters)],
    )


def bare_polls(polls: Sequence[Poll]) -> BarePoll:
    """The rows of several polls of the same home, as of one."""
    rows = [bare_poll(poll) for poll in polls]
    return BarePoll(
        [row for poll in rows for row in poll.ports], [row for poll in rows for row in poll.inverters]
    )


class Bare(Protocol):
    """Tables of readings that rows are put into."""

    def put_rows(self, rows: BarePoll) -> None:
        """Keep rows, durably, in one transaction."""

    def close(self) -> None:
        """Let go of the database."""


class BareTables:
    """Tables of readings and of the latest of each series, with the product's pragmas."""

    def __init__(self, path: Path) -> None:
        self.connection: sqlite3.Connection = connect(path, read_only=False)
        for kind, columns in _TABLES.items():
            values = ", ".join(f"{column} INTEGER" for column in columns)
            self.connection.execute(
                f"CREATE TABLE {kind} (at INTEGER NOT NULL, series INTEGER NOT NULL, {values}, "
                "PRIMARY KEY (at, series)) WITHOUT ROWID"
            )
            self.connection.execute(
                f"CREATE TABLE {kind}_latest (series INTEGER PRIMARY KEY, at INTEGER, {values})"
            )

    def put(self, poll: BarePoll) -> None:
        """Keep a poll: four statements in one transaction."""
        self.connection.execute("BEGIN IMMEDIATE")
        for kind, rows in (("port", poll.ports), ("inverter", poll.inverters)):
            self.connection.executemany(_INSERT[kind], rows)
            self.connection.executemany(_INSERT_LATEST[kind], rows)
        self.connection.execute("COMMIT")

    def put_rows(self, rows: BarePoll) -> None:
        """Keep rows and nothing else: two statements in one transaction."""
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.executemany(_INSERT["port"], rows.ports)
        self.connection.executemany(_INSERT["inverter"], rows.inverters)
        self.connection.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()


def _insert(table: str, leading: str, columns: Sequence[str]) -> str:
    """Every row is (at, series, …), in whichever order the table has them."""
    order = leading.split()
    numbers = [1 + ("at", "series").index(name) for name in order] + list(range(3, 3 + len(columns)))
    places = ", ".join(f"?{number}" for number in numbers)
    return f"INSERT OR REPLACE INTO {table} ({', '.join([*order, *columns])}) VALUES ({places})"


_INSERT = {kind: _insert(kind, "at series", columns) for kind, columns in _TABLES.items()}
_INSERT_LATEST = {kind: _insert(f"{kind}_latest", "series at", columns) for kind, columns in _TABLES.items()}
