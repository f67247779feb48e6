"""A database in PostgreSQL as its owner looks after it."""

from collections.abc import Callable

from sunledger.sitetime import Clock
from sunledger.store import postgres_check, postgres_upkeep, postgres_vacuum
from sunledger.store.audit import Audit
from sunledger.store.database import Checked, Vacuumed
from sunledger.store.postgres import SITE, PostgresStore
from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.postgres_beside import beside, is_served
from sunledger.store.postgres_connections import named
from sunledger.store.postgres_shelf import PostgresReader
from sunledger.store.postgres_storage import measured
from sunledger.store.protocol import Accounting, StoreInUse
from sunledger.store.rebuilding import rebuilt
from sunledger.store.storage import Storage
from sunledger.store.upkeep import Told


class PostgresDatabase:
    """What is at an address."""

    engine = "postgres"
    sound = "Schema, months, indexes and counts are sound."
    remedy = "dump it with pg_dump, then mend what is named or restore a backup"

    def __init__(self, address: PostgresAddress) -> None:
        self._address = address
        self.name = f"PostgreSQL, {named(address)}"

    def kept_accounting(self, accounting: Accounting) -> Accounting:
        """How it counts."""
        return postgres_upkeep.kept_accounting(self._address, accounting)

    def verified(self, accounting: Accounting, told: Told) -> Audit:
        """What differs."""
        return postgres_upkeep.verified(self._address, accounting, told)

    async def rebuilt(self, accounting: Accounting, clock: Clock, told: Told) -> int:
        """Make everything derived anew."""
        with beside(self._address) as connection:
            if is_served(connection):  # opening the store would wait for it
                raise StoreInUse(f"somebody writes into {self.name} already")
        store = PostgresStore(self._address, accounting, clock)
        try:
            await store.open()
            return await rebuilt(postgres_upkeep.PostgresUpkept(store), accounting, clock, told)
        finally:
            await store.close()

    def measured(self) -> Storage:
        """How much is kept."""
        with beside(self._address) as connection:
            return measured(PostgresReader(connection, SITE))

    def checked(self, told: Callable[[float, str], None]) -> Checked:
        """Whether it is sound."""
        return postgres_check.checked(self._address, told)

    def vacuumed(self, told: Callable[[float, str], None]) -> Vacuumed:
        """Vacuum it, also while a server runs."""
        return postgres_vacuum.vacuum(self._address, told)
