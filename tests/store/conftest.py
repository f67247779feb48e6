"""Every store, one after the other."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path

import pytest

from sunledger.sitetime import SystemClock
from sunledger.store.memory import MemoryStore
from sunledger.store.protocol import Accounting, Store
from sunledger.store.sqlite import SqliteStore

OpenStore = Callable[[Accounting], Awaitable[Store]]


@pytest.fixture(params=["memory", "sqlite"])
async def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[OpenStore]:
    """Opens new stores of one engine, and closes them at the end."""
    numbers = count()
    async with AsyncExitStack() as stack:

        async def opened(accounting: Accounting) -> Store:
            store: Store = (
                MemoryStore(accounting)
                if request.param == "memory"
                else SqliteStore(tmp_path / f"{next(numbers)}.db", accounting, SystemClock())
            )
            await store.open()
            stack.push_async_callback(store.close)
            return store

        yield opened
