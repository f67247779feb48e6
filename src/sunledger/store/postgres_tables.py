"""Our tables in PostgreSQL: their columns with types and keys, and how rows of them are put.

`site` leads every key and is not among the columns here. Times are timestamptz, but for those inside of the
fold's state, which are nobody's business and stay integers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any

from sunledger.store.postgres_packing import Packed, packed_array
from sunledger.store.records import Of
from sunledger.store.tables import (
    COLUMNS,
    LATEST_COLUMNS,
    LATEST_TABLES,
    QUARTER_COLUMNS,
    READING_TABLES,
    ROLLUP_COLUMNS,
    ROLLUP_TABLES,
    SUMMARY_COLUMNS,
    growth,
)

_NARROW = 16
"""Bits of a device's register that an int4 holds, signed or not, at any resolution."""
_TYPES = {
    "at": "timestamptz",
    "start": "timestamptz",
    "open_start": "timestamptz",
    "today_since": "timestamptz",
    "series": "int4",
    "readings": "int4",
    "open_readings": "int4",
    "power_count": "int4",
    "tier": "int2",
}
"""The type of a column by its name; every other is a bigint."""
_SUMS = {f"{name}_{word}": "float8" for name in COLUMNS[Of.TELEMETRY] for word in SUMMARY_COLUMNS[1:]}


@dataclass(frozen=True)
class Table:
    """A table without the site."""

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    key: tuple[str, ...]

    @cached_property
    def upsert(self) -> bytes:
        """A statement that takes the site and an array per column, and replaces rows of the same key.

        One text for any number of rows, so that it is planned once.
        """
        values = [f"{name} = EXCLUDED.{name}" for name in self.columns if name not in self.key]
        return self.insert_or(", ".join(values))

    def insert_or(self, change: str) -> bytes:
        """The same that changes rows of the same key otherwise."""
        arrays = ", ".join(f"%b::{kind}[]" for kind in self.types)
        return (
            f"INSERT INTO {self.name} (site, {', '.join(self.columns)}) "
            f"SELECT %s::int4, u.* FROM unnest({arrays}) AS u "
            f"ON CONFLICT (site, {', '.join(self.key)}) DO UPDATE SET {change}"
        ).encode()

    @property
    def copy(self) -> bytes:
        """The COPY of whole rows, the site first."""
        return f"COPY {self.name} (site, {', '.join(self.columns)}) FROM STDIN (FORMAT BINARY)".encode()

    @property
    def copy_types(self) -> tuple[str, ...]:
        """What `copy` takes."""
        return ("int4", *self.types)

    def arrays(self, rows: Sequence[Sequence[Any]]) -> list[Packed]:
        """The columns of rows, as `upsert` takes them; of the same key only the last."""
        unique = dict(zip(map(itemgetter(*self._places), rows), rows, strict=True))
        columns = zip(*unique.values(), strict=True)
        return [packed_array(kind, column) for kind, column in zip(self.types, columns, strict=True)]

    @cached_property
    def _places(self) -> list[int]:
        return [self.columns.index(name) for name in self.key]


def _values(of: Of) -> dict[str, str]:
    """The types of what readings of a kind measure."""
    quantities = {each.name: each.quantity for each in of.kind.measurements}
    return {
        name: "float8" if quantity.resolution is None else "int8" if quantity.bits > _NARROW else "int4"
        for name, quantity in quantities.items()
    }


def _table(name: str, columns: Sequence[str], *key: str, **types: str) -> Table:
    known = {**_TYPES, **types}
    return Table(name, tuple(columns), tuple(known.get(column, "int8") for column in columns), key)


READINGS = {
    of: _table(name, ("at", "series", *COLUMNS[of]), "series", "at", **_values(of))
    for of, name in READING_TABLES.items()
}
ROLLUPS = {
    of: _table(name, ROLLUP_COLUMNS[of], "tier", "series", "start", **_SUMS if of is Of.TELEMETRY else {})
    for of, name in ROLLUP_TABLES.items()
}
GROW_ROLLUPS = {of: table.insert_or(growth(of, "LEAST", "GREATEST")) for of, table in ROLLUPS.items()}
QUARTERS = _table("energy_quarter", QUARTER_COLUMNS, "series", "start")
LATEST = {
    of: _table(name, LATEST_COLUMNS[of], "series", seen_at="timestamptz", **_values(of))
    for of, name in LATEST_TABLES.items()
}
