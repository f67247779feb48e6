"""The size of a SQLite file by table and tier: measured with `dbstat` where SQLite has it, else estimated."""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sunledger.sitetime import instant
from sunledger.store.protocol import StoreError
from sunledger.store.shelf import Tier
from sunledger.store.sqlite_file import existing, explain, transaction
from sunledger.store.storage import Disk, Piece, Storage, TierName
from sunledger.store.tables import READING_TABLES, ROLLUP_TABLES

_DAY_MS = 24 * 3_600_000
_LATEST_DAYS = 7
"""Days that the rate of growth is taken from."""
_NAMES: Mapping[Tier, TierName] = {Tier.QUARTER: "quarter", Tier.HOUR: "hour", Tier.DAY: "day"}
_ENERGY: Mapping[str, TierName] = {
    "energy_quarter": "quarter",
    "energy_hour": "hour",
    "plant_hour": "hour",
}
_DAYS = ("energy_day", "plant_day")
_PAGES = (
    "SELECT s.tbl_name, SUM(d.pgsize), "
    # an inner page of a table without row ids holds rows as well
    "SUM(CASE WHEN d.name = s.tbl_name AND (l.wr OR d.pagetype = 'leaf') THEN d.ncell END) "
    "FROM dbstat d JOIN sqlite_master s ON s.name = d.name "
    "JOIN pragma_table_list l ON l.name = s.tbl_name AND l.schema = 'main' GROUP BY s.tbl_name"
)
_TABLES = (
    "SELECT s.name, (SELECT COUNT(*) FROM pragma_table_info(s.name)) FROM sqlite_master s "
    "WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite%'"
)


class _Table(NamedTuple):
    name: str
    rows: int
    size: int


def measured(path: Path, *, estimating: bool = False) -> Storage:
    """The file as it is now, also beside a running server. Raises StoreError.

    It is read from its first page to its last where `dbstat` is there, unless `estimating`.
    """
    try:
        with closing(existing(path)) as connection, transaction(connection, "DEFERRED"):
            return _measured(path, connection, estimating=estimating)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(explain(path, error)) from error


def _measured(path: Path, connection: sqlite3.Connection, *, estimating: bool) -> Storage:
    page, free = (
        connection.execute(f"PRAGMA {each}").fetchone()[0] for each in ("page_size", "freelist_count")
    )
    files = (path, path.with_name(path.name + "-wal"))
    size = sum(file.stat().st_size for file in files if file.exists())
    exact = not estimating and _has_dbstat(connection)
    tables = list(_by_pages(connection) if exact else _by_shares(connection, size - free * page))
    usage = shutil.disk_usage(path.parent)
    return Storage(
        engine="sqlite",
        size=size,
        reusable=free * page,
        exact=exact,
        pieces=[piece for table in tables for piece in _pieces(connection, table)],
        rows_a_day=_rows_a_day(connection),
        disk=Disk(usage.total, usage.free),
    )


def _has_dbstat(connection: sqlite3.Connection) -> bool:
    found = connection.execute("SELECT 1 FROM pragma_module_list WHERE name = 'dbstat'").fetchone()
    return found is not None


def _by_pages(connection: sqlite3.Connection) -> Iterator[_Table]:
    for name, size, rows in connection.execute(_PAGES):
        if not name.startswith("sqlite_"):
            yield _Table(name, rows, size)


def _by_shares(connection: sqlite3.Connection, size: int) -> Iterator[_Table]:
    """Every table's share of the file by its rows and columns."""
    counted = [
        (name, connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0], columns)
        for name, columns in connection.execute(_TABLES).fetchall()
    ]
    values = sum(rows * columns for _, rows, columns in counted) or 1
    for name, rows, columns in counted:
        yield _Table(name, rows, size * rows * columns // values)


def _pieces(connection: sqlite3.Connection, table: _Table) -> Iterator[Piece]:
    """The table by tier, with the first and the last moment of each."""
    if table.name in READING_TABLES.values():
        yield Piece(table.name, "raw", table.rows, table.size, *_extent(connection, table.name, "at"))
    elif table.name in ROLLUP_TABLES.values():
        yield from _rollups(connection, table)
    elif table.name in _ENERGY:
        extent = _extent(connection, table.name, "start")
        yield Piece(table.name, _ENERGY[table.name], table.rows, table.size, *extent)
    else:
        yield Piece(table.name, "day" if table.name in _DAYS else "other", table.rows, table.size)


def _rollups(connection: sqlite3.Connection, table: _Table) -> Iterator[Piece]:
    count = f"SELECT COUNT(*) FROM {table.name} WHERE tier = ?"
    longer = {
        tier: connection.execute(count, (tier,)).fetchone()[0] for tier in (Tier.HOUR, Tier.DAY)
    }  # the quarters are most of the table, and what the others leave
    sizes = {tier: table.size * number // max(1, table.rows) for tier, number in longer.items()}
    rows = {Tier.QUARTER: table.rows - sum(longer.values())} | longer
    for tier, number in rows.items():
        size = sizes.get(tier, table.size - sum(sizes.values()))
        extent = _extent(connection, table.name, "start", f" WHERE tier = {tier:d}")
        yield Piece(table.name, _NAMES[tier], number, size, *extent)


def _extent(
    connection: sqlite3.Connection, table: str, column: str, where: str = ""
) -> tuple[datetime | None, datetime | None]:
    ends = (f"(SELECT {end}({column}) FROM {table}{where})" for end in ("MIN", "MAX"))
    first, last = connection.execute(f"SELECT {', '.join(ends)}").fetchone()
    return None if first is None else instant(first), None if last is None else instant(last)


def _rows_a_day(connection: sqlite3.Connection) -> float | None:
    """The rows of the latest days that there are readings of."""
    latest = "SELECT MAX(latest) FROM ({})".format(
        " UNION ALL ".join(f"SELECT MAX(at) AS latest FROM {table}" for table in READING_TABLES.values())
    )
    (newest,) = connection.execute(latest).fetchone()
    if newest is None:
        return None
    rows, oldest = 0, newest
    for table in READING_TABLES.values():
        count, first = connection.execute(
            f"SELECT COUNT(*), MIN(at) FROM {table} WHERE at > ?", (newest - _LATEST_DAYS * _DAY_MS,)
        ).fetchone()
        rows, oldest = rows + count, oldest if first is None else min(oldest, first)
    return float(rows / max(1, -(-(newest - oldest) // _DAY_MS)))
