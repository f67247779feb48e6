"""The keeper of a running Sunledger: there where the store may be away, as a database server may."""

from sunledger.app.configuration import Configuration
from sunledger.app.roles import Role
from sunledger.sitetime import Clock
from sunledger.store.keeper import Keeper
from sunledger.store.memory import MemoryStore
from sunledger.store.protocol import Store
from sunledger.store.spool import MEGABYTE, Spool
from sunledger.store.sqlite import SqliteStore

SUFFIX = ".spool"
"""What the spool's file has instead of the suffix of DATABASE_PATH."""
_OF_A_COLLECTOR = ".collector.spool"
"""The same where another process writes, perhaps on the same machine."""


def keeper_for(store: Store, configuration: Configuration, clock: Clock) -> Keeper | None:
    """The keeper before a store, not open yet.

    None for a store that is never away, being part of us, and where nothing comes that nobody else keeps.
    """
    processes = configuration.processes
    takes = processes.leads or Role.COLLECTOR in processes.does
    if isinstance(store, MemoryStore | SqliteStore) or not takes:
        return None
    suffix = SUFFIX if processes.leads else _OF_A_COLLECTOR
    path = configuration.database.database_path.with_suffix(suffix)
    return Keeper(store, Spool(path, configuration.database.spool_max_mb * MEGABYTE, clock), clock)
