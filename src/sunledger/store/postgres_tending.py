"""Looking after a PostgreSQL store that is being served."""

from sunledger.sitetime import Clock
from sunledger.store.postgres import PostgresStore
from sunledger.store.postgres_storage import measured
from sunledger.store.postgres_upkeep import PostgresUpkept
from sunledger.store.protocol import Accounting
from sunledger.store.rebuilding import rebuilt
from sunledger.store.storage import Storage
from sunledger.store.tending import Chore, Tending
from sunledger.store.upkeep import Told


def tending(
    store: PostgresStore, accounting: Accounting, clock: Clock, chore: Chore | None = None
) -> Tending:
    """Measures the site and rebuilds it where we write; the store counts by this accounting."""

    async def measure() -> Storage:
        return await store.ask(measured)

    async def rebuild(told: Told) -> int:
        return await rebuilt(PostgresUpkept(store), accounting, clock, told)

    return Tending(clock, measure, rebuild if store.writes else None, chore)
