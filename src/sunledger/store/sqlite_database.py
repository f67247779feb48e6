"""A SQLite file as its owner looks after it."""

from collections.abc import Callable
from pathlib import Path

from sunledger.sitetime import Clock
from sunledger.store import sqlite_check, sqlite_storage, sqlite_upkeep, sqlite_vacuum
from sunledger.store.audit import Audit
from sunledger.store.database import Checked, Vacuumed
from sunledger.store.protocol import Accounting
from sunledger.store.rebuilding import rebuilt
from sunledger.store.sqlite import SqliteStore
from sunledger.store.storage import Storage
from sunledger.store.upkeep import Told


class SqliteDatabase:
    """A file."""

    engine = "sqlite"
    sound = "Pages, indexes and counts are sound."
    remedy = "keep a copy of it, then restore a backup"

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = str(path)

    def kept_accounting(self, accounting: Accounting) -> Accounting:
        """How it counts."""
        return sqlite_upkeep.kept_accounting(self._path, accounting)

    def verified(self, accounting: Accounting, told: Told) -> Audit:
        """What differs."""
        return sqlite_upkeep.verified(self._path, accounting, told)

    async def rebuilt(self, accounting: Accounting, clock: Clock, told: Told) -> int:
        """Make everything derived anew."""
        store = SqliteStore(self._path, accounting, clock)
        try:
            await store.open()
            return await rebuilt(sqlite_upkeep.SqliteUpkept(store), accounting, clock, told)
        finally:
            await store.close()

    def measured(self) -> Storage:
        """How much is kept."""
        return sqlite_storage.measured(self._path)

    def checked(self, told: Callable[[float, str], None]) -> Checked:
        """Whether it is sound."""
        return Checked(sqlite_check.faults(self._path, told))

    def vacuumed(self, told: Callable[[float, str], None]) -> Vacuumed:
        """Write it anew; only while no server runs."""
        return sqlite_vacuum.vacuum(self._path, lambda fraction: told(fraction, f"writing {self._path} anew"))
