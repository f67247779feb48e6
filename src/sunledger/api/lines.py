"""Rows as text: lines of CSV (RFC 4180), and JSON objects."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime

import orjson

from sunledger.api.tables import Chunk, Column, Content


def csv_lines(chunk: Chunk) -> bytes:
    """Rows as CSV; None is an empty field, a moment ISO 8601 in UTC with Z."""
    text = io.StringIO()
    csv.writer(text).writerows(zip(*map(_readable, chunk), strict=True))
    return text.getvalue().encode()


def csv_head(columns: Sequence[Column]) -> bytes:
    """The names as a line of CSV."""
    return csv_lines([[column.name] for column in columns])


def _readable(values: Sequence[object]) -> Sequence[object]:
    moments: dict[object, str] = {each: utc(each) for each in set(values) if isinstance(each, datetime)}
    return [moments[value] for value in values] if moments else values


def json_lines(columns: Sequence[Column], chunk: Chunk) -> bytes:
    """Rows as newline-delimited JSON objects."""
    return _objects(columns, chunk, b"}\n")


def json_objects(columns: Sequence[Column], chunk: Chunk) -> bytes:
    """Rows as JSON objects with commas between them: what is inside of an array."""
    return _objects(columns, chunk, b"},")[:-1]


def _objects(columns: Sequence[Column], chunk: Chunk, end: bytes) -> bytes:
    """Names and values by turns, laid out column by column: quicker than an object for each row."""
    rows, width = len(chunk[0]), 2 * len(columns) + 1
    parts = [end] * (rows * width)
    for place, (column, values) in enumerate(zip(columns, chunk, strict=True)):
        parts[2 * place :: width] = [(b"," if place else b"{") + orjson.dumps(column.name) + b":"] * rows
        parts[2 * place + 1 :: width] = _texts(column, values)
    return b"".join(parts)


def _texts(column: Column, values: Sequence[object]) -> list[bytes]:
    """Each value as JSON, made by one call."""
    if column.content is not Content.TEXT:
        return orjson.dumps(values, option=orjson.OPT_UTC_Z)[1:-1].split(b",")
    # inside of a string a comma may stand, but a newline is escaped
    return orjson.dumps(values, option=orjson.OPT_INDENT_2)[4:-2].split(b",\n  ")


def utc(at: datetime) -> str:
    """A moment in UTC as ISO 8601 with Z."""
    return at.isoformat().removesuffix("+00:00") + "Z"
