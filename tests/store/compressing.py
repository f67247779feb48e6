"""Databases with TimescaleDB, as tests of it serve and compress them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from tests.servers.postgres import PostgresServer
from tests.store.plants import START, WARSAW

from sunledger.sitetime import ManualClock, SystemClock
from sunledger.store.postgres import PostgresStore
from sunledger.store.postgres_database import PostgresDatabase
from sunledger.store.storage import Compressed
from sunledger.store.timescale_compression import Compression

AT_ONCE = timedelta(0)
LATER = START + timedelta(days=120)
"""When every chunk that the tests fill has ended long ago."""


@asynccontextmanager
async def served(server: PostgresServer, name: str, **more: object) -> AsyncIterator[PostgresStore]:
    store = PostgresStore(server.address(name, **more), WARSAW, SystemClock())
    try:
        await store.open()
        yield store
    finally:
        await store.close()


async def compressed(server: PostgresServer, name: str, **more: object) -> Compressed:
    """Compress what is due, and say how far that is."""
    compression = Compression(
        server.address(name, **more), ManualClock(LATER), timedelta(days=7), settled=AT_ONCE
    )
    await compression.do()
    await compression.close()
    found = PostgresDatabase(server.address(name)).measured().compressed
    assert found is not None
    return found
