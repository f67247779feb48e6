"""Numbers packed as PostgreSQL's binary format has them, many at once: columns as arrays, rows as a COPY.

psycopg packs value by value, which costs more than all that the server does with them. The format of arrays
is that of the server's `array_send`, the format of a COPY is documented with the statement.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, repeat
from operator import add, is_
from struct import Struct
from typing import Any

from psycopg.adapt import Dumper
from psycopg.postgres import types
from psycopg.pq import Format

EPOCH = 946_684_800_000
"""PostgreSQL counts microseconds from the year 2000; in milliseconds since 1970."""

_CODES = {"int2": "h", "int4": "i", "int8": "q", "float8": "d", "timestamptz": "q"}
_COUNT = Struct(">h")
_NO_LENGTH = -1
_NULL = Struct(">i").pack(_NO_LENGTH)
_ARRAY = Struct(">iiIii")
_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = _COUNT.pack(-1)


class Packed(bytes):
    """A parameter that is packed already; its type is told in the statement."""


class PackedDumper(Dumper):
    """Hands a packed parameter on."""

    format = Format.BINARY
    oid = 0

    def dump(self, obj: Packed) -> bytes:
        """The same bytes."""
        return obj


def packed_array(kind: str, column: Sequence[Any]) -> Packed:
    """A column as an array of a type. Raises OverflowError for a number that the type cannot hold."""
    values = _values(kind, column)
    packing, (length,) = _packing((kind,), (False,))
    try:
        body = list(map(packing.pack, repeat(length), values))
    except struct.error:
        body = [_NULL if value is None else _packed(packing, length, value) for value in values]
    return Packed(_ARRAY.pack(1, 1, types[kind].oid, len(body), 1) + b"".join(body))


def packed_rows(kinds: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows of these types as a whole COPY. Raises OverflowError like `packed_array`."""
    kinds = tuple(kinds)
    try:
        body = list(_alike(kinds, (False,) * len(kinds), rows))
    except struct.error:
        body = list(_with_gaps(kinds, rows))
    return b"".join((_SIGNATURE, *body, _TRAILER))


def _with_gaps(kinds: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Rows of which some lack values: those together that lack the same; a COPY needs no order."""
    groups: dict[tuple[bool, ...], list[Sequence[Any]]] = {}
    for row in rows:
        groups.setdefault(tuple(map(is_, row, repeat(None))), []).append(row)
    try:
        for missing, some in groups.items():
            yield from _alike(kinds, missing, some)
    except struct.error as error:
        raise OverflowError(f"one of {', '.join(kinds)}: {error}") from error


def _alike(
    kinds: tuple[str, ...], missing: tuple[bool, ...], rows: Sequence[Sequence[Any]]
) -> Iterator[bytes]:
    """Rows that lack the same values."""
    packing, lengths = _packing(kinds, missing)
    columns = zip(*rows, strict=True)
    fields = (
        (repeat(length),) if lacks else (repeat(length), _values(kind, column))
        for kind, lacks, length, column in zip(kinds, missing, lengths, columns, strict=True)
    )
    count = repeat(_COUNT.pack(len(kinds)), len(rows))
    return map(add, count, map(packing.pack, *chain.from_iterable(fields)))


@lru_cache
def _packing(kinds: tuple[str, ...], missing: tuple[bool, ...]) -> tuple[Struct, tuple[int, ...]]:
    """How values are packed of which some are missing, each after its length; that of none is -1."""
    codes = ["" if lacks else _CODES[kind] for kind, lacks in zip(kinds, missing, strict=True)]
    lengths = (Struct(f">{code}").size if code else _NO_LENGTH for code in codes)
    return Struct(">" + "".join(f"i{code}" for code in codes)), tuple(lengths)


def _packed(packing: Struct, length: int, value: float) -> bytes:
    try:
        return packing.pack(length, value)
    except struct.error as error:
        raise OverflowError(f"{value}: {error}") from error


def _values(kind: str, column: Sequence[Any]) -> Sequence[Any]:
    """A column in the numbers of its type."""
    if kind != "timestamptz":
        return column
    return [None if at is None else (at - EPOCH) * 1000 for at in column]
