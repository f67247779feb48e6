"""The size of a site in PostgreSQL by table and tier, and how fast it grows."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from sunledger.sitetime import instant
from sunledger.store.postgres_disk import disk_of
from sunledger.store.postgres_energies import HOURS_OF_PLANT
from sunledger.store.postgres_shelf import PostgresReader
from sunledger.store.postgres_site import ends
from sunledger.store.postgres_tables import LATEST, READINGS
from sunledger.store.postgres_types import Milliseconds
from sunledger.store.shelf import Tier
from sunledger.store.storage import Disk, Piece, Storage, TierName
from sunledger.store.tables import READING_TABLES, ROLLUP_TABLES, TALLIES
from sunledger.store.timescale_chunks import compressed, sizes

LARGE = 64_000_000
"""Bytes from which on a table is not counted row by row. Readings never are: they were at commit."""
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
_TABLES = (
    "SELECT c.relname, pg_total_relation_size(c.oid) + COALESCE((SELECT "
    "SUM(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = c.oid), 0)::int8, "
    "c.reltuples::int8 "
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'sunledger' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1"
)
_OF_READINGS = {table: TALLIES[of] for of, table in READING_TABLES.items()}


class _Table(NamedTuple):
    name: str
    rows: int
    size: int


def measured(reader: PostgresReader) -> Storage:
    """The site as it is now, over a connection in a transaction that sees one moment."""
    larger = sizes(reader.connection)
    found = [(name, larger.get(name, size), guess) for name, size, guess in reader.ask(_TABLES)]
    tables = [_Table(name, _rows(reader, name, size, guess), size) for name, size, guess in found]
    disk = disk_of(reader.connection)
    return Storage(
        engine="postgres",
        size=sum(table.size for table in tables),
        exact=True,
        counted=not any(_is_guessed(*each) for each in found),
        pieces=[piece for table in tables for piece in _pieces(reader, table)],
        rows_a_day=_rows_a_day(reader),
        disk=disk if isinstance(disk, Disk) else None,
        disk_unknown=None if isinstance(disk, Disk) else disk,
        compressed=compressed(reader.connection),
    )


def _is_guessed(name: str, size: int, guess: int) -> bool:
    """Whether the server's own estimate of the rows has to do, which it has once it has vacuumed."""
    return name not in _OF_READINGS and size >= LARGE and guess >= 0


def _rows(reader: PostgresReader, name: str, size: int, guess: int) -> int:
    if _is_guessed(name, size, guess):
        return guess
    if name in _OF_READINGS:
        sql = "SELECT entries FROM tally WHERE site = %s AND name = %s"
        counted = reader.ask(sql, reader.site, _OF_READINGS[name])
    else:
        counted = reader.ask(f"SELECT COUNT(*) FROM {name}")
    return int(counted[0][0]) if counted else 0


def _pieces(reader: PostgresReader, table: _Table) -> Iterator[Piece]:
    """The table by tier, with the first and the last moment of each."""
    if table.name in _OF_READINGS:
        yield Piece(table.name, "raw", table.rows, table.size, *_extent(reader, table.name, "at"))
    elif table.name in ROLLUP_TABLES.values():
        yield from _rollups(reader, table)
    elif table.name in _ENERGY:
        extent = _extent(reader, table.name, "start")
        yield Piece(table.name, _ENERGY[table.name], table.rows, table.size, *extent)
    else:
        yield Piece(table.name, "day" if table.name in _DAYS else "other", table.rows, table.size)


def _rollups(reader: PostgresReader, table: _Table) -> Iterator[Piece]:
    count = f"SELECT COUNT(*) FROM {table.name} WHERE site = %s AND tier = %s"
    longer = {tier: reader.ask(count, reader.site, int(tier))[0][0] for tier in (Tier.HOUR, Tier.DAY)}
    # the quarters are most of the table, and what the others leave
    rows = {Tier.QUARTER: max(0, table.rows - sum(longer.values()))} | longer
    sizes = {tier: table.size * number // max(1, sum(rows.values())) for tier, number in longer.items()}
    for tier, number in rows.items():
        size = sizes.get(tier, table.size - sum(sizes.values()))
        extent = _extent(reader, table.name, "start", f" AND t.tier = {tier:d}")
        yield Piece(table.name, _NAMES[tier], number, size, *extent)


def _extent(
    reader: PostgresReader, table: str, column: str, where: str = ""
) -> tuple[datetime | None, datetime | None]:
    sql = HOURS_OF_PLANT if table == "plant_hour" else ends(table, column, where)
    ((first, last),) = reader.ask(sql, reader.site)
    return None if first is None else instant(first), None if last is None else instant(last)


def _rows_a_day(reader: PostgresReader) -> float | None:
    """The rows of the latest days that there are readings of."""
    seen = " UNION ALL ".join(f"SELECT site, seen_at FROM {table.name}" for table in LATEST.values())
    ((newest,),) = reader.ask(f"SELECT MAX(seen_at) FROM ({seen}) t WHERE site = %s", reader.site)
    if newest is None:
        return None
    rows, oldest = 0, newest
    which, known = reader.among(None)
    for table in READINGS.values():
        ((count, first),) = reader.ask(
            f"SELECT COUNT(*), MIN(at) FROM {table.name} WHERE {which} AND at > %s",
            *known, Milliseconds(newest - _LATEST_DAYS * _DAY_MS),
        )  # fmt: skip
        rows, oldest = rows + count, oldest if first is None else min(oldest, first)
    return float(rows / max(1, -(-(newest - oldest) // _DAY_MS)))
