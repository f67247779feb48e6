"""Rows as one JSON object of arrays, a column each: `pandas.DataFrame(answer.json())` takes it as it is.

An array ends only where the whole table does. So each column waits in a file of its own until then, in memory
while it is short: a year needs no more of it than a day.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile

import orjson

from sunledger.api.tables import Chunk, Table

_IN_MEMORY = 256 * 1024
_PIECE = 64 * 1024

_File = SpooledTemporaryFile[bytes]


async def column_pieces(table: Table) -> AsyncIterator[bytes]:
    """The table as a JSON object, in pieces."""
    with ExitStack() as files:
        waiting = [files.enter_context(SpooledTemporaryFile(_IN_MEMORY)) for _ in table.columns]
        async for chunk in table.chunks:
            _append(waiting, chunk)
        before = b"{"
        for name, file in zip(table.names, waiting, strict=True):
            yield before + orjson.dumps(name) + b":["
            file.seek(1 if file.tell() else 0)  # a comma precedes what is there
            while piece := file.read(_PIECE):
                yield piece
            before = b"],"
        yield b"]}"


def _append(waiting: Sequence[_File], chunk: Chunk) -> None:
    for file, values in zip(waiting, chunk, strict=True):
        file.write(b"," + orjson.dumps(values, option=orjson.OPT_UTC_Z)[1:-1])
