"""Looking after a SQLite store that is being served."""

import asyncio
from pathlib import Path

from sunledger.sitetime import Clock
from sunledger.store.protocol import Accounting
from sunledger.store.rebuilding import rebuilt
from sunledger.store.sqlite import SqliteStore
from sunledger.store.sqlite_storage import measured
from sunledger.store.sqlite_upkeep import SqliteUpkept
from sunledger.store.storage import Storage
from sunledger.store.tending import Tending
from sunledger.store.upkeep import Told


def tending(store: SqliteStore, path: Path, accounting: Accounting, clock: Clock) -> Tending:
    """Measures the file and rebuilds the store, which counts by this accounting."""

    async def measure() -> Storage:
        return await asyncio.to_thread(measured, path)

    async def rebuild(told: Told) -> int:
        return await rebuilt(SqliteUpkept(store), accounting, clock, told)

    return Tending(clock, measure, rebuild)
