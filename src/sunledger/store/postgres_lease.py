"""A lease: of several processes on one database, the one that does what only one should.

It is an advisory lock of the database, held by a connection of its own: a process that dies loses it at once,
a machine that vanishes after half a minute.

*State: that connection.*
"""

from concurrent.futures import ThreadPoolExecutor
from enum import IntEnum

from psycopg import Connection

from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.postgres_calls import Call, answered
from sunledger.store.postgres_connections import configure, connect
from sunledger.store.postgres_partitions import LOCK_CLASS

ANSWER_WITHIN = 10.0
"""Seconds after which a server is given up that does not answer."""


class Work(IntEnum):
    """What only one process does; the number is that of its lock."""

    COLLECTOR = 1
    JOBS = 2


class PostgresLease:
    """One process's claim to some work."""

    def __init__(self, address: PostgresAddress, work: Work) -> None:
        self._address = address
        self._work = work
        self._connection: Connection | None = None
        self._thread = ThreadPoolExecutor(1, "store-lease")

    async def take(self) -> bool:
        """Have the lease, or still have it; False where somebody else has. Raises StoreError."""
        return await answered(self._address, self._thread, ANSWER_WITHIN, self._take)

    def _take(self, call: Call) -> bool:
        connection, self._connection = self._connection, None
        try:
            if connection is None or connection.closed:
                connection = connect(self._address)
            with call.using(connection):
                taken = self._is_ours(connection) or self._try(connection)
        except BaseException:
            if connection is not None:
                connection.close()
            raise
        self._connection = connection
        return taken

    def _is_ours(self, connection: Connection) -> bool:
        held = connection.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() "
            "AND classid = %s::int8::oid AND objid = %s::int8::oid AND granted)",
            (LOCK_CLASS + 1, int(self._work)),
        ).fetchone()
        return held is not None and bool(held[0])

    def _try(self, connection: Connection) -> bool:
        configure(connection)
        taken = connection.execute(
            "SELECT pg_try_advisory_lock(%s::int4, %s::int4)", (LOCK_CLASS + 1, int(self._work))
        ).fetchone()
        return taken is not None and bool(taken[0])

    async def close(self) -> None:
        """Leave the work to others."""
        self._thread.shutdown(wait=True)
        if self._connection is not None:
            self._connection.close()
