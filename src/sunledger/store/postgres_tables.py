"""Our tables in PostgreSQL: their columns with types and keys, and how rows of them are put.

`site` leads every key and is not among the columns here. Times are timestamptz, but for those inside of the
fold's state, which are nobody's business and stay integers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sunledger.measurements import MEASUREMENTS
from sunledger.store.postgres_types import Milliseconds
from sunledger.store.protocol import Of
from sunledger.store.tables import (
    COLUMNS,
    INVERTER_LATEST_COLUMNS,
    PORT_LATEST_COLUMNS,
    QUARTER_COLUMNS,
    READING_TABLES,
    ROLLUP_COLUMNS,
    ROLLUP_TABLES,
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
_VALUES = {each.name: "int8" if each.quantity.bits > _NARROW else "int4" for each in MEASUREMENTS}


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
        arrays = ", ".join(f"%b::{kind}[]" for kind in self.types)
        values = [f"{name} = EXCLUDED.{name}" for name in self.columns if name not in self.key]
        return (
            f"INSERT INTO {self.name} (site, {', '.join(self.columns)}) "
            f"SELECT %s::int4, u.* FROM unnest({arrays}) AS u "
            f"ON CONFLICT (site, {', '.join(self.key)}) DO UPDATE SET {', '.join(values)}"
        ).encode()

    @property
    def copy(self) -> bytes:
        """The COPY of whole rows, the site first."""
        return f"COPY {self.name} (site, {', '.join(self.columns)}) FROM STDIN (FORMAT BINARY)".encode()

    @property
    def copy_types(self) -> tuple[str, ...]:
        """What `copy` takes."""
        return ("int4", *self.types)

    def arrays(self, rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
        """The columns of rows, as `upsert` takes them; of the same key only the last."""
        unique = {tuple(row[place] for place in self._places): row for row in rows}
        columns = zip(*unique.values(), strict=True)
        return [_typed(kind, column) for kind, column in zip(self.types, columns, strict=True)]

    @cached_property
    def _places(self) -> list[int]:
        return [self.columns.index(name) for name in self.key]


def _typed(kind: str, column: Sequence[Any]) -> list[Any]:
    if kind != "timestamptz":
        return list(column)
    return [None if at is None else Milliseconds(at) for at in column]


def _table(name: str, columns: Sequence[str], *key: str, **types: str) -> Table:
    known = {**_VALUES, **_TYPES, **types}
    return Table(name, tuple(columns), tuple(known.get(column, "int8") for column in columns), key)


READINGS = {
    of: _table(name, ("at", "series", *COLUMNS[of]), "series", "at") for of, name in READING_TABLES.items()
}
ROLLUPS = {
    of: _table(name, ROLLUP_COLUMNS[of], "tier", "series", "start") for of, name in ROLLUP_TABLES.items()
}
QUARTERS = _table("energy_quarter", QUARTER_COLUMNS, "series", "start")
LATEST = {
    Of.PORT: _table("port_latest", PORT_LATEST_COLUMNS, "series", seen_at="timestamptz"),
    Of.INVERTER: _table("inverter_latest", INVERTER_LATEST_COLUMNS, "series", seen_at="timestamptz"),
}
