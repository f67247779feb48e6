"""Rows as Arrow: an IPC stream, or a Parquet file. Needs pyarrow, which is imported only for them.

Whole numbers are int64 and moments timestamps in ms, UTC. A number with a resolution is a float64: the double
nearest to the decimal that the device sent, as NumPy and pandas compute with it; `round(value / resolution)`
is the stored integer again, exactly. `unit` and `resolution` stand in the metadata of the field.
In Parquet integers and moments are DELTA_BINARY_PACKED, all else goes by dictionary; all of it zstd.
"""

import asyncio
import io
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

from sunledger.api.problems import Problem, Trouble
from sunledger.api.tables import Chunk, Column, Content, Table

if TYPE_CHECKING:
    import pyarrow as pa

ROW_GROUP = 50_000
"""Rows that are kept in memory for a row group of Parquet."""


def require_arrow() -> None:
    """Raise a `Problem` unless pyarrow is there."""
    try:
        import pyarrow as pa  # noqa: F401, PLC0415  an extra
    except ImportError:
        detail = (
            "format: arrow and parquet need pyarrow, which is not installed here. "
            "Install sunledger[arrow], or ask for format=columns, csv or ndjson."
        )
        raise Problem(Trouble.NOT_INSTALLED, detail, parameter="format") from None


async def arrow_pieces(table: Table) -> AsyncIterator[bytes]:
    """The table as an Arrow IPC stream; the schema goes first, so that one without rows is whole, too."""
    import pyarrow as pa  # noqa: PLC0415

    schema, sink = _schema(table.columns), _Sink()
    with pa.ipc.new_stream(sink, schema) as writer:
        yield sink.taken()
        async for chunk in table.chunks:
            writer.write_batch(_batch(chunk, schema))
            yield sink.taken()
    yield sink.taken()


async def parquet_pieces(table: Table) -> AsyncIterator[bytes]:
    """The table as a Parquet file, a row group at a time."""
    from pyarrow import parquet  # noqa: PLC0415

    schema, sink = _schema(table.columns), _Sink()
    packed = {
        column.name: "DELTA_BINARY_PACKED"
        for column in table.columns
        if column.content in {Content.MOMENT, Content.WHOLE}
    }
    others = [column.name for column in table.columns if column.name not in packed]
    with parquet.ParquetWriter(
        sink, schema, compression="zstd", use_dictionary=others, column_encoding=packed
    ) as writer:
        async for batches in _groups(table, schema):
            await asyncio.to_thread(_write_group, writer, batches)
            yield sink.taken()
    yield sink.taken()


def _write_group(writer: Any, batches: "Sequence[pa.RecordBatch]") -> None:
    import pyarrow as pa  # noqa: PLC0415

    writer.write_table(pa.Table.from_batches(batches), row_group_size=ROW_GROUP)


async def _groups(table: Table, schema: "pa.Schema") -> "AsyncIterator[Sequence[pa.RecordBatch]]":
    batches: list[pa.RecordBatch] = []
    rows = 0
    async for chunk in table.chunks:
        batches.append(_batch(chunk, schema))
        rows += len(chunk[0])
        if rows >= ROW_GROUP:
            yield batches
            batches, rows = [], 0
    if batches:
        yield batches


def _schema(columns: Sequence[Column]) -> "pa.Schema":
    import pyarrow as pa  # noqa: PLC0415

    types = {
        Content.TEXT: pa.string(),
        Content.MOMENT: pa.timestamp("ms", "UTC"),
        Content.WHOLE: pa.int64(),
        Content.NUMBER: pa.float64(),
    }
    return pa.schema(
        [pa.field(column.name, types[column.content], metadata=_metadata(column)) for column in columns]
    )


def _metadata(column: Column) -> dict[str, str] | None:
    said = {"unit": column.unit, "resolution": "" if column.resolution is None else str(column.resolution)}
    return {key: value for key, value in said.items() if value} or None


def _batch(chunk: Chunk, schema: "pa.Schema") -> "pa.RecordBatch":
    import pyarrow as pa  # noqa: PLC0415

    arrays = [_array(values, field.type) for values, field in zip(chunk, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(values: Sequence[object], type_: Any) -> "pa.Array":
    import pyarrow as pa  # noqa: PLC0415

    if pa.types.is_timestamp(type_) and isinstance(values[0], str):
        return pa.array(values, pa.string()).cast(type_)
    return pa.array(values, type_)


class _Sink(io.RawIOBase):
    """A file to write to, whose content is taken away as it grows.

    *State: what has been written and not taken.*
    """

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, content: Any) -> int:
        """Keep a copy of bytes."""
        piece = bytes(content)
        self._pieces.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        """What has been written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
