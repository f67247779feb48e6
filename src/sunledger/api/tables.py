"""Tables: columns with what they hold, and their values, read chunk by chunk while they are used."""

from collections.abc import AsyncIterator, Iterable, Sequence
from enum import Enum, auto
from typing import NamedTuple

Chunk = Sequence[Sequence[object]]
"""The values of some rows, column by column, in the order of the table's columns; never of no row."""


class Content(Enum):
    """What the values of a column are; any may be None."""

    TEXT = auto()
    MOMENT = auto()
    """Datetimes in UTC, or ISO 8601 in UTC with Z."""
    WHOLE = auto()
    NUMBER = auto()


class Column(NamedTuple):
    """A column of a table."""

    name: str
    content: Content
    unit: str = ""
    resolution: float | None = None
    """The step of its values, in the unit; None where they have none, or not the same one."""


class Table(NamedTuple):
    """Rows of any number, that need little memory, since they are read while they are used."""

    columns: Sequence[Column]
    chunks: AsyncIterator[Chunk]

    @property
    def names(self) -> tuple[str, ...]:
        """Of the columns."""
        return tuple(column.name for column in self.columns)

    def only(self, names: Sequence[str] | None) -> "Table":
        """The table with these of its columns, in this order; None for all."""
        if names is None:
            return self
        places = [self.names.index(name) for name in names]
        return Table([self.columns[place] for place in places], _picked(self.chunks, places))


async def _picked(chunks: AsyncIterator[Chunk], places: Sequence[int]) -> AsyncIterator[Chunk]:
    async for chunk in chunks:
        yield [chunk[place] for place in places]


def of_rows(columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> Table:
    """A table of rows that are known."""
    return of_chunk(columns, transposed(rows))


def of_chunk(columns: Sequence[Column], chunk: Chunk) -> Table:
    """A table of one chunk, or of no row at all where it is empty."""
    return Table(columns, _once(chunk))


async def _once(chunk: Chunk) -> AsyncIterator[Chunk]:
    if chunk:
        yield chunk


def transposed(rows: Iterable[Sequence[object]]) -> Chunk:
    """Rows as a chunk; without rows it is empty, and no chunk."""
    return list(zip(*rows, strict=True))
