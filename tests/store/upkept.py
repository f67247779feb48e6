"""Databases of both engines: served, harmed behind the store's back, verified and rebuilt."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path
from typing import NamedTuple, Protocol

import psycopg
from tests.servers.postgres import PostgresServer
from tests.store import files
from tests.store.harm import HARM, POSTGRES_HARM, verify
from tests.store.plants import WARSAW

from sunledger.sitetime import Clock, SystemClock
from sunledger.store.audit import Audit
from sunledger.store.postgres import PostgresStore
from sunledger.store.postgres_upkeep import PostgresUpkept, verified
from sunledger.store.protocol import Accounting, Store
from sunledger.store.rebuilding import Upkept, rebuilt
from sunledger.store.sqlite_upkeep import SqliteUpkept
from sunledger.store.upkeep import Told


class Served(NamedTuple):
    """An open store, and what a rebuild sees of it."""

    store: Store
    upkept: Upkept

    async def rebuild(
        self, clock: Clock | None = None, told: Told = lambda _fraction, _at: None, kept: Accounting = WARSAW
    ) -> int:
        return await rebuilt(self.upkept, kept, clock or SystemClock(), told)


class Kept(Protocol):
    """A database."""

    def served(self, accounting: Accounting = WARSAW) -> AbstractAsyncContextManager[Served]: ...

    def harm(self, *names: str) -> None: ...

    def verify(self, accounting: Accounting = WARSAW) -> Audit: ...


MakeKept = Callable[[], Awaitable[Kept]]


class SqliteKept:
    """A file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @asynccontextmanager
    async def served(self, accounting: Accounting = WARSAW) -> AsyncIterator[Served]:
        async with files.served(self._path, accounting) as store:
            yield Served(store, SqliteUpkept(store))

    def harm(self, *names: str) -> None:
        with closing(sqlite3.connect(self._path)) as connection, connection:
            for name in names:
                connection.execute(HARM[name])

    def verify(self, accounting: Accounting = WARSAW) -> Audit:
        return verify(self._path, accounting)


class PostgresKept:
    """A database in a server."""

    def __init__(self, server: PostgresServer, name: str) -> None:
        self._server = server
        self._name = name

    @asynccontextmanager
    async def served(self, accounting: Accounting = WARSAW) -> AsyncIterator[Served]:
        store = PostgresStore(self._server.address(self._name), accounting, SystemClock())
        try:
            await store.open()
            yield Served(store, PostgresUpkept(store))
        finally:
            await store.close()

    def harm(self, *names: str) -> None:
        where = self._server.conninfo(self._name)
        with psycopg.connect(where, options="-c search_path=sunledger") as connection:
            for name in names:
                connection.execute(POSTGRES_HARM[name].encode())

    def verify(self, accounting: Accounting = WARSAW) -> Audit:
        return verified(self._server.address(self._name), accounting, lambda _fraction, _at: None)
