"""Columns and rows are packed as psycopg packs them value by value."""

import struct
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.adapt import PyFormat, Transformer

from sunledger.store.postgres_packing import packed_array, packed_rows
from sunledger.store.postgres_types import ADAPTERS, Milliseconds

KINDS = ("timestamptz", "int4", "int8", "float8", "int2")
LENGTHS = {"timestamptz": 8, "int4": 4, "int8": 8, "float8": 8, "int2": 2}
VALUES = {
    "timestamptz": st.integers(-(10**13), 10**13),
    "int4": st.integers(-(2**31), 2**31 - 1),
    "int8": st.integers(-(2**63), 2**63 - 1),
    "float8": st.floats(allow_nan=False),
    "int2": st.integers(-(2**15), 2**15 - 1),
}
rows = st.lists(st.tuples(*(st.none() | VALUES[kind] for kind in KINDS)), min_size=1)


def dumped(kind: str, value: float | None) -> bytes:
    """The value as psycopg has it, after its length."""
    if value is None:
        return struct.pack(">i", -1)
    if kind in ("int2", "int4"):
        return struct.pack(">i", LENGTHS[kind]) + int(value).to_bytes(LENGTHS[kind], "big", signed=True)
    known = Milliseconds(int(value)) if kind == "timestamptz" else value
    (data,) = Transformer.from_context(ADAPTERS_HOLDER).dump_sequence([known], [PyFormat.BINARY])
    assert data is not None
    return struct.pack(">i", len(data)) + bytes(data)


class _Holder:
    adapters = ADAPTERS
    connection = None


ADAPTERS_HOLDER = _Holder()


@given(rows)
def test_rows_of_a_copy_are_there_each_once_whatever_they_lack(given: list[Sequence[float | None]]) -> None:
    packed = packed_rows(KINDS, given)
    assert packed[:19] == b"PGCOPY\n\xff\r\n\0" + bytes(8)
    assert packed[-2:] == b"\xff\xff"
    single = [struct.pack(">h", len(KINDS)) + b"".join(map(dumped, KINDS, row)) for row in given]
    assert sorted(_split(packed[19:-2])) == sorted(single)


def _split(packed: bytes) -> list[bytes]:
    """The rows of a COPY."""
    found, at = [], 0
    while at < len(packed):
        begin, at = at, at + 2
        for _ in KINDS:
            (length,) = struct.unpack_from(">i", packed, at)
            at += 4 + max(0, length)
        found.append(packed[begin:at])
    return found


@pytest.mark.parametrize("kind", KINDS)
@given(st.data())
def test_an_array_is_its_values_one_after_the_other(kind: str, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.none() | VALUES[kind], min_size=1))
    packed = packed_array(kind, values)
    assert struct.unpack_from(">ii", packed) == (1, 1)
    assert struct.unpack_from(">ii", packed, 12) == (len(values), 1)
    assert packed[20:] == b"".join(dumped(kind, value) for value in values)


def test_what_a_type_cannot_hold_is_said() -> None:
    with pytest.raises(OverflowError, match="2147483648"):
        packed_array("int4", [1, 2**31])
    with pytest.raises(OverflowError, match="int4"):
        packed_rows(("int4", "int8"), [(2**31, None), (1, 1)])
