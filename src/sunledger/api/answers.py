"""Answers as bytes: JSON by orjson, and tables in the format asked for, sent while they are read."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Literal, get_args

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from sunledger.api.arrow import arrow_pieces, parquet_pieces, require_arrow
from sunledger.api.columns import column_pieces
from sunledger.api.lines import csv_head, csv_lines, json_lines, json_objects
from sunledger.api.tables import Table

Format = Literal["json", "columns", "csv", "ndjson", "arrow", "parquet"]
FORMATS: tuple[Format, ...] = get_args(Format)

MEDIA_TYPES: Mapping[str, Format] = {
    "application/json": "json",
    "text/csv": "csv",
    "application/x-ndjson": "ndjson",
    "application/ndjson": "ndjson",
    "application/jsonl": "ndjson",
    "application/vnd.apache.arrow.stream": "arrow",
    "application/vnd.apache.parquet": "parquet",
}

_CONTENT_TYPES: Mapping[Format, str] = {
    "json": "application/json",
    "columns": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
    "ndjson": "application/x-ndjson",
    "arrow": "application/vnd.apache.arrow.stream",
    "parquet": "application/vnd.apache.parquet",
}
TABLE_TYPES = ("text/csv", "application/x-ndjson", *(_CONTENT_TYPES[of] for of in ("arrow", "parquet")))
"""Media types of tables besides JSON."""


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


async def streamed(table: Table, format_: Format) -> Response:
    """Send rows while they are read.

    The first piece is made before anything is sent, so that an error still has a status. Raises Problem.
    """
    written = pieces(table, format_)
    first = await anext(written, b"")
    return StreamingResponse(_continued(first, written), media_type=_CONTENT_TYPES[format_])


def pieces(table: Table, format_: Format) -> AsyncIterator[bytes]:
    """The table in a format, piece by piece. Raises Problem where the format is not to be had."""
    if format_ in {"arrow", "parquet"}:
        require_arrow()
    return _WRITERS[format_](table)


async def _csv(table: Table) -> AsyncIterator[bytes]:
    """Its names first, also where there is no row."""
    head = csv_head(table.columns)
    async for chunk in table.chunks:
        yield head + csv_lines(chunk)
        head = b""
    yield head


async def _ndjson(table: Table) -> AsyncIterator[bytes]:
    async for chunk in table.chunks:
        yield json_lines(table.columns, chunk)


async def _array(table: Table) -> AsyncIterator[bytes]:
    before = b"["
    async for chunk in table.chunks:
        yield before + json_objects(table.columns, chunk)
        before = b","
    yield b"]" if before == b"," else b"[]"


async def array(table: Table) -> orjson.Fragment:
    """The whole table as a JSON array of objects, for a place in an answer that is bounded."""
    return orjson.Fragment(b"".join([piece async for piece in _array(table)]))


_WRITERS: Mapping[Format, Callable[[Table], AsyncIterator[bytes]]] = {
    "json": _array,
    "columns": column_pieces,
    "csv": _csv,
    "ndjson": _ndjson,
    "arrow": arrow_pieces,
    "parquet": parquet_pieces,
}


async def _continued(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in pieces:
        yield piece
