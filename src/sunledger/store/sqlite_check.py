"""Whether a SQLite file is sound: its pages and indexes, and what it has counted itself."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from sunledger.store.protocol import StoreError
from sunledger.store.sqlite_file import existing, explain, transaction

_COUNTED = {"inverter_data": "inverter_reading", "port_data": "port_reading"}


def faults(path: Path, told: Callable[[float, str], None]) -> list[str]:
    """What is wrong with the file, as of one moment, also beside a running server; `told` hears the tables.

    Raises StoreError when it cannot be read at all.
    """
    try:
        with closing(existing(path)) as connection, transaction(connection, "DEFERRED"):
            return [*_unsound(connection, told), *_orphans(connection), *_miscounted(connection)]
    except sqlite3.Error as error:
        raise StoreError(explain(path, error)) from error


def _unsound(connection: sqlite3.Connection, told: Callable[[float, str], None]) -> Iterator[str]:
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
    )
    tables = [name for (name,) in found.fetchall()]
    for number, table in enumerate(tables):
        told(number / len(tables), table)
        for (said,) in connection.execute(f"PRAGMA integrity_check('{table}')"):
            if said != "ok":
                yield f"{table}: {said}"


def _orphans(connection: sqlite3.Connection) -> Iterator[str]:
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"{table}: row {row} refers to nothing in {parent}"


def _miscounted(connection: sqlite3.Connection) -> Iterator[str]:
    tally = dict(connection.execute("SELECT name, entries FROM tally").fetchall())
    for name, table in _COUNTED.items():
        (rows,) = connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
        if tally.get(name, 0) != rows:
            yield f"{table}: {rows} rows, but {tally.get(name, 0)} were counted"
