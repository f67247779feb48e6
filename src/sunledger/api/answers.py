"""Answers as bytes: JSON by orjson, and CSV or NDJSON sent in pieces while they are read."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

Format = Literal["json", "csv", "ndjson"]


MEDIA_TYPES: Mapping[str, Format] = {
    "application/json": "json",
    "text/csv": "csv",
    "application/x-ndjson": "ndjson",
    "application/ndjson": "ndjson",
    "application/jsonl": "ndjson",
}

_CONTENT_TYPES: Mapping[Format, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
    "ndjson": "application/x-ndjson",
}


class Json(Response):
    """JSON straight from plain values; datetimes become ISO 8601, in UTC with Z."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        """The bytes of the answer."""
        return encoded(content)


def encoded(content: object) -> bytes:
    """JSON of plain values and datetimes."""
    return orjson.dumps(content, option=orjson.OPT_UTC_Z)


def wanted(request: Request, format_: Format | None) -> Format:
    """The format asked for: by `format=`, else the first known type of Accept, else JSON."""
    if format_ is not None:
        return format_
    for part in request.headers.get("accept", "").split(","):
        known = MEDIA_TYPES.get(part.partition(";")[0].strip().lower())
        if known is not None:
            return known
    return "json"


Rows = Iterable[Sequence[object]]


class Table(NamedTuple):
    """Rows of any number, read chunk by chunk while they are used, so that none needs much memory."""

    names: Sequence[str]
    chunks: AsyncIterator[Rows]


async def streamed(table: Table, format_: Format) -> Response:
    """Send rows while they are read.

    The first chunk is read before anything is sent, so that an error still has a status.
    """
    written = pieces(table, format_)
    first = await anext(written, b"")
    return StreamingResponse(_continued(first, written), media_type=_CONTENT_TYPES[format_])


async def pieces(table: Table, format_: Format) -> AsyncIterator[bytes]:
    """The table as CSV, its names first, as NDJSON, or as a JSON array of objects."""
    names = table.names
    if format_ == "json":
        async for piece in _array(table):
            yield piece
        return
    head = csv_lines([names]) if format_ == "csv" else b""
    async for rows in table.chunks:
        yield head + (csv_lines(rows) if format_ == "csv" else json_lines(names, rows))
        head = b""
    yield head


async def _array(table: Table) -> AsyncIterator[bytes]:
    before = b"["
    async for rows in table.chunks:
        # a newline inside of a string is escaped: these part objects
        objects = json_lines(table.names, rows).removesuffix(b"\n").replace(b"\n", b",")
        if objects:
            yield before + objects
            before = b","
    yield b"]" if before == b"," else b"[]"


async def _continued(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in pieces:
        yield piece


def csv_lines(rows: Rows) -> bytes:
    """Rows as CSV (RFC 4180); None is an empty field, a moment ISO 8601 in UTC with Z."""
    columns = [_readable(column) for column in zip(*rows, strict=True)]
    text = io.StringIO()
    csv.writer(text).writerows(zip(*columns, strict=True))
    return text.getvalue().encode()


def _readable(column: Sequence[object]) -> Sequence[object]:
    moments: dict[object, str] = {each: utc(each) for each in set(column) if isinstance(each, datetime)}
    return [moments[value] for value in column] if moments else column


def json_lines(names: Sequence[str], rows: Rows) -> bytes:
    """Rows as newline-delimited JSON objects."""
    line = b"{" + b",".join([encoded(name) + b":%b" for name in names]) + b"}\n"
    columns = [_texts(column) for column in zip(*rows, strict=True)]
    return b"".join([line % texts for texts in zip(*columns, strict=True)])


def _texts(column: Sequence[object]) -> Sequence[bytes]:
    """Each value as JSON, made by one call; inside of strings newlines are escaped, so these part values."""
    return orjson.dumps(column, option=orjson.OPT_UTC_Z | orjson.OPT_INDENT_2)[4:-2].split(b",\n  ")


def utc(at: datetime) -> str:
    """A moment in UTC as ISO 8601 with Z."""
    return at.isoformat().removesuffix("+00:00") + "Z"
