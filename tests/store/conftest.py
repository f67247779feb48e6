"""Every store, one after the other."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path

import pytest
from tests.servers.postgres import PostgresServer
from tests.servers.timescale import kinds

from sunledger.sitetime import SystemClock
from sunledger.store.memory import MemoryStore
from sunledger.store.postgres import PostgresStore
from sunledger.store.protocol import Accounting, Store
from sunledger.store.sqlite import SqliteStore

OpenStore = Callable[[Accounting], Awaitable[Store]]


@pytest.fixture(params=["memory", "sqlite", *kinds()])
async def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[OpenStore]:
    """Opens new stores of one engine, and closes them at the end."""
    numbers = count()

    async def new(accounting: Accounting) -> Store:
        if request.param == "memory":
            return MemoryStore(accounting)
        if request.param == "sqlite":
            return SqliteStore(tmp_path / f"{next(numbers)}.db", accounting, SystemClock())
        server: PostgresServer = request.getfixturevalue(request.param)
        return PostgresStore(server.address(await server.migrated()), accounting, SystemClock())

    async with AsyncExitStack() as stack:

        async def opened(accounting: Accounting) -> Store:
            store = await new(accounting)
            await store.open()
            stack.push_async_callback(store.close)
            return store

        yield opened
