"""The keeper of a running Sunledger: there where the store may be away, as a database server may."""

from sunledger.app.configuration import Configuration
from sunledger.sitetime import Clock
from sunledger.store.keeper import Keeper
from sunledger.store.memory import MemoryStore
from sunledger.store.protocol import Store
from sunledger.store.spool import MEGABYTE, Spool
from sunledger.store.sqlite import SqliteStore

SUFFIX = ".spool"
"""What the spool's file has instead of the suffix of DATABASE_PATH."""


def keeper_for(store: Store, configuration: Configuration, clock: Clock) -> Keeper | None:
    """The keeper before a store, not open yet; None for a store that is never away, being part of us."""
    if isinstance(store, MemoryStore | SqliteStore):
        return None
    path = configuration.database.database_path.with_suffix(SUFFIX)
    return Keeper(store, Spool(path, configuration.database.spool_max_mb * MEGABYTE, clock), clock)
