"""Work on a thread over a connection, which is given up from outside when the server does not answer.

A frozen server's machine still keeps the line alive, so neither libpq nor the kernel would ever notice.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from contextvars import copy_context
from typing import TypeVar

import psycopg
from psycopg import Connection
from psycopg_pool import ConnectionPool, PoolTimeout

from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.postgres_connections import CONNECT_WITHIN, answers, connect
from sunledger.store.postgres_errors import explain, is_hopeless
from sunledger.store.protocol import StoreError, StoreUnusable

T = TypeVar("T")


class Call:
    """Some work on a thread; the connection that it uses can be cut off from another one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self.late = False

    @contextlib.contextmanager
    def using(self, connection: Connection) -> Iterator[None]:
        """Use a connection for as long as nobody gives up."""
        with self._lock:
            if self.late:
                raise psycopg.OperationalError("it took too long to get a connection")
            self._connection = connection
        try:
            yield
        finally:
            with self._lock:
                self._connection = None

    @contextlib.contextmanager
    def borrowing(self, pool: ConnectionPool[Connection], address: PostgresAddress) -> Iterator[Connection]:
        """Use a connection of a pool that has just been tried."""
        while not self.late:
            with _given_by(pool, address) as connection, self.using(connection):
                if answers(connection):
                    yield connection
                    return
                connection.close()
            pool.drain()  # what one of them met while it waited, most of them met
        raise psycopg.OperationalError("none of its connections answered")

    def give_up(self) -> None:
        """Let the work end with an error, now, whatever the server does."""
        with self._lock:
            self.late = True
            if self._connection is not None and not self._connection.closed:
                _hang_up(self._connection)


def _given_by(
    pool: ConnectionPool[Connection], address: PostgresAddress
) -> AbstractContextManager[Connection]:
    """A connection of a pool. Where it has none, the server itself is asked why."""
    for _ in range(CONNECT_WITHIN):
        with contextlib.suppress(PoolTimeout):
            return _returned(pool, pool.getconn(timeout=1.0))
        connect(address).close()
    raise PoolTimeout("all connections are busy")


@contextlib.contextmanager
def _returned(pool: ConnectionPool[Connection], connection: Connection) -> Iterator[Connection]:
    try:
        yield connection
    finally:
        pool.putconn(connection)


def _hang_up(connection: Connection) -> None:
    """Close the line under a connection; its thread wakes up as if the server had done it."""
    line = socket.socket(fileno=connection.pgconn.socket)
    try:
        with contextlib.suppress(OSError):  # gone already
            line.shutdown(socket.SHUT_RDWR)
    finally:
        line.detach()


async def answered(
    address: PostgresAddress, executor: ThreadPoolExecutor, seconds: float, work: Callable[[Call], T]
) -> T:
    """Do something on a thread within `seconds` of real time; raises `StoreError`."""
    call = Call()
    loop = asyncio.get_running_loop()
    try:
        answer = loop.run_in_executor(executor, copy_context().run, work, call)
    except RuntimeError as error:
        raise StoreError("the store is closed") from error
    patience = loop.call_later(seconds, call.give_up)
    try:
        return await answer
    except psycopg.Error as error:
        late = f" (given up after {seconds:g} s without an answer)" if call.late else ""
        kind = StoreUnusable if is_hopeless(error) and not call.late else StoreError
        raise kind(explain(address, error) + late) from error
    finally:
        if not answer.cancelled():  # else the thread goes on, and stays watched
            patience.cancel()
