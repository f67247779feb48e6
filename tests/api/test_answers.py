"""Rows as bytes: whatever a value holds, what is read back is what was written."""

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from sunledger.api.answers import csv_lines, json_lines

TEXTS = st.text(st.characters(codec="utf-8")) | st.sampled_from(
    [',\n  "', "},{", "\\", "\r\n", '"', "%b", "\u2028"]
)
VALUES = st.none() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
ROWS = st.lists(st.tuples(VALUES, VALUES, TEXTS), max_size=5)


@given(rows=ROWS)
def test_json_lines_hold_the_values(rows: list[tuple[object, ...]]) -> None:
    names = ("a", "b", "c")
    lines = json_lines(names, rows).split(b"\n")
    assert lines.pop() == b""
    assert [tuple(json.loads(line).values()) for line in lines] == rows
    assert all(tuple(json.loads(line)) == names for line in lines)


@given(rows=ROWS)
def test_csv_lines_hold_the_values(rows: list[tuple[object, ...]]) -> None:
    found = list(csv.reader(io.StringIO(csv_lines(rows).decode(), newline="")))
    assert found == [["" if value is None else str(value) for value in row] for row in rows]
