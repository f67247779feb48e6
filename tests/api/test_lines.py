"""Rows as bytes: whatever a value holds, what is read back is what was written."""

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from sunledger.api.lines import csv_lines, json_lines, json_objects
from sunledger.api.tables import Column, Content, transposed

TEXTS = st.text(st.characters(codec="utf-8")) | st.sampled_from(
    [',\n  "', "},{", "\\", "\r\n", '"', "%b", "\u2028"]
)
NUMBERS = st.none() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
ROWS = st.lists(st.tuples(NUMBERS, st.none() | TEXTS, TEXTS), min_size=1, max_size=5)
COLUMNS = (Column("a", Content.NUMBER), Column("b", Content.TEXT), Column("c", Content.TEXT))
NAMES = tuple(column.name for column in COLUMNS)


@given(rows=ROWS)
def test_json_lines_hold_the_values(rows: list[tuple[object, ...]]) -> None:
    lines = json_lines(COLUMNS, transposed(rows)).split(b"\n")
    assert lines.pop() == b""
    assert [tuple(json.loads(line).values()) for line in lines] == rows
    assert all(tuple(json.loads(line)) == NAMES for line in lines)
    together = json.loads(b"[" + json_objects(COLUMNS, transposed(rows)) + b"]")
    assert together == [json.loads(line) for line in lines]


@given(rows=ROWS)
def test_csv_lines_hold_the_values(rows: list[tuple[object, ...]]) -> None:
    found = list(csv.reader(io.StringIO(csv_lines(transposed(rows)).decode(), newline="")))
    assert found == [["" if value is None else str(value) for value in row] for row in rows]
