"""Compressing hypertables while they are served: chunk after chunk, each once it is old enough.

A compressed chunk takes late readings as rows beside its columns. Once there are many of them it is unpacked
and compressed anew, in one transaction: TimescaleDB's own way of packing them in (up to 2.29 at least) hides
rows from whoever began to read before.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple, TypeVar

from psycopg import Connection, errors

from sunledger.sitetime import Clock
from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.postgres_calls import Call, answered
from sunledger.store.postgres_connections import configure, connect
from sunledger.store.timescale import timescale

ROWS_BESIDE = 1 << 20
"""Bytes of rows beside its columns from which on a chunk is compressed anew."""
_WITHIN = 3600.0
"""Seconds after which a server is given up that does not get one chunk compressed."""
_LOCK_WITHIN = "1s"
"""Who reads a chunk for long is not waited for, as others would queue behind us."""
_DUE = (
    "SELECT hypertable_name, chunk, is_compressed FROM (SELECT c.*, "
    "quote_ident(chunk_schema) || '.' || quote_ident(chunk_name) AS chunk "
    "FROM timescaledb_information.chunks c JOIN timescaledb_information.hypertables h "
    "USING (hypertable_schema, hypertable_name) WHERE hypertable_schema = 'sunledger' "
    "AND compression_enabled AND range_end <= %s AND COALESCE(chunk_creation_time <= now() - %s, TRUE)) t "
    "WHERE pg_relation_size(chunk::regclass) >= CASE WHEN is_compressed THEN %s ELSE 1 END "
    "ORDER BY range_start, hypertable_name"
)

T = TypeVar("T")


class Chunk(NamedTuple):
    """A part of a hypertable."""

    table: str
    name: str
    is_compressed: bool


class Compression:
    """Compresses chunks that ended so long ago, unless they were made a moment ago to be filled with history.

    *State: the call under way.*
    """

    def __init__(
        self,
        address: PostgresAddress,
        clock: Clock,
        after: timedelta,
        settled: timedelta = timedelta(hours=1),
    ) -> None:
        self._address = address
        self._clock = clock
        self._after = after
        self._settled = settled
        self._thread = ThreadPoolExecutor(1, "store-compression")
        self._call: Call | None = None

    async def do(self) -> None:
        """Compress what is due, resting as long as each chunk took. Raises `StoreError`."""
        before, changed = self._clock.now() - self._after, set[str]()
        for chunk in await self._run(lambda connection: due(connection, before, self._settled)):
            begun = self._clock.monotonic()
            if await self._run(partial(compress, chunk)):
                changed.add(chunk.table)
            await self._clock.sleep(self._clock.monotonic() - begun)
        for table in sorted(changed):
            await self._run(partial(count_anew, table))

    async def close(self) -> None:
        """Give up what is under way; the server undoes it."""
        if self._call is not None:
            self._call.give_up()
        await asyncio.to_thread(self._thread.shutdown)

    async def _run(self, work: Callable[[Connection], T]) -> T:
        def over_a_connection(call: Call) -> T:
            self._call = call
            with connect(self._address) as connection, call.using(connection):
                configure(connection)
                connection.execute("SET statement_timeout = 0")
                return work(connection)

        return await answered(self._address, self._thread, _WITHIN, over_a_connection)


def due(connection: Connection, before: datetime, settled: timedelta) -> list[Chunk]:
    """The chunks to compress, oldest first: those that ended before, and were not made just now."""
    found = timescale(connection)
    if found is None or not found.compresses:
        return []
    return [Chunk(*row) for row in connection.execute(_DUE, (before, settled, ROWS_BESIDE))]


def compress(chunk: Chunk, connection: Connection) -> bool:
    """Compress one, for the first time or anew; False when somebody reads it, so that it has to wait."""
    found = timescale(connection)
    if found is None:
        return False
    with suppress(errors.LockNotAvailable), connection.transaction():
        connection.execute("SELECT set_config('lock_timeout', %s, TRUE)", (_LOCK_WITHIN,))
        if chunk.is_compressed:
            connection.execute(f"SELECT {found.schema}.decompress_chunk(%s)".encode(), (chunk.name,))
        connection.execute(f"SELECT {found.schema}.compress_chunk(%s)".encode(), (chunk.name,))
        return True
    return False


def count_anew(table: str, connection: Connection) -> None:
    """Have the server know what it plans questions by: of chunks that it never counted it expects much."""
    connection.execute(f"ANALYZE sunledger.{table}".encode())
