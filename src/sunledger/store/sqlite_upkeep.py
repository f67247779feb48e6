"""Upkeep of a SQLite file: verification beside a running server, and what a rebuild inside of it needs."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TypeVar

from sunledger.ledger.fold import State
from sunledger.ledger.judgement import Judgement, Reason
from sunledger.store import verification
from sunledger.store.audit import Audit
from sunledger.store.bookkeeper import Bookkeeper
from sunledger.store.opening import as_kept
from sunledger.store.protocol import Accounting, Of, StoreError
from sunledger.store.shelf import Quarter, Rolled, Tier
from sunledger.store.sqlite import SqliteStore
from sunledger.store.sqlite_file import existing, explain, transaction
from sunledger.store.sqlite_opening import SqliteReadOpening
from sunledger.store.sqlite_shelf import SUM_UP, SqliteShelf, among
from sunledger.store.tables import BEGINS, READING_TABLES, ROLLUP_TABLES, Stretch
from sunledger.store.upkeep import Stand, Told, UpkeepShelf

T = TypeVar("T")

_EPOCH = date(1970, 1, 1).toordinal()
_DAY_MS = 24 * 3_600_000
_STANDS = (
    "SELECT series, seen_at, open_start, open_energy, open_readings, "
    "today, today_since, lifetime, lifetime_offset FROM port_latest"
)
_FOLDED = "SELECT series, at, until, field, reason, raw, repaired, decided_at FROM judgement"
_EXTENTS = (
    *(f"SELECT MIN(at) AS first, MAX(at) AS last FROM {table}" for table in READING_TABLES.values()),
    *(
        f"SELECT MIN(start), MAX(start) FROM {table} WHERE tier = {tier:d}"
        for table in ROLLUP_TABLES.values()
        for tier in Tier
    ),
    *(
        f"SELECT MIN(start), MAX(start) FROM {table}"
        for table in ("energy_quarter", "energy_hour", "plant_hour")
    ),
    *(
        # a local day may begin on the day before in UTC, and end on the one after
        f"SELECT (MIN(day) - {_EPOCH + 1}) * {_DAY_MS}, (MAX(day) - {_EPOCH - 1}) * {_DAY_MS} FROM {table}"
        for table in ("energy_day", "plant_day")
    ),
)


class SqliteUpkeepShelf(SqliteShelf):
    """A shelf for upkeep, over a connection that is in a transaction."""

    def extent(self) -> tuple[int, int] | None:
        """The first and the last moment that anything is kept of."""
        first, last = self.connection.execute(
            f"SELECT MIN(first), MAX(last) FROM ({' UNION ALL '.join(_EXTENTS)})"
        ).fetchone()
        return None if first is None else (first, last)

    def folded(self, series: Sequence[int] | None, start: int, end: int) -> Sequence[tuple[int, Judgement]]:
        """The fold's judgements decided within."""
        rows = self.connection.execute(
            f"{_FOLDED} WHERE folded = 1 AND decided_at >= ? AND decided_at < ?{among(self._ports(series))}",
            (start, end),
        )
        return [(row[0], Judgement(row[1], row[2], row[3], Reason(row[4]), *row[5:])) for row in rows]

    def _ports(self, series: Sequence[int] | None) -> Sequence[int]:
        """The same series by name: the index of judgements begins with the series."""
        if series is not None:
            return series
        return [number for (number,) in self.connection.execute("SELECT id FROM series")]

    def checkpoints(self, series: Sequence[int], before: int) -> Mapping[int, State]:
        """The fold's states after the latest closed quarters that start before."""
        return {number: self.checkpoint(number, before) for number in series}

    def stands(self) -> Sequence[Stand]:
        """Where every port stands."""
        return [Stand(*row) for row in self.connection.execute(_STANDS)]

    def offsets(self) -> Mapping[int, int]:
        """By how much closed quarters moved the counters."""
        return dict(
            self.connection.execute(
                "SELECT series, SUM(counter_offset) FROM energy_quarter GROUP BY series"
            ).fetchall()
        )

    def replace_rollups(
        self,
        of: Of,
        tier: Tier,
        series: Sequence[int] | None,
        start: int,
        end: int,
        rollups: Sequence[Rolled],
    ) -> None:
        """Keep these and no others."""
        self.connection.execute(
            f"DELETE FROM {ROLLUP_TABLES[of]} WHERE tier = ? AND start >= ? AND start < ?{among(series)}",
            (tier, start, end),
        )
        self.put_rollups(of, tier, rollups)

    def replace_quarters(
        self, series: Sequence[int] | None, start: int, end: int, quarters: Sequence[Quarter]
    ) -> None:
        """Keep these and no others."""
        self.connection.execute(
            f"DELETE FROM energy_quarter WHERE start >= ? AND start < ?{among(series)}", (start, end)
        )
        self.put_quarters(quarters)

    def replace_hour(
        self, series: Sequence[int] | None, period: tuple[int, int], energies: Mapping[int, int]
    ) -> None:
        """Keep these and no others."""
        self.connection.execute(
            f"DELETE FROM energy_hour WHERE start >= ? AND start < ?{among(series)}", period
        )
        self.add_to_hours((period[0], number, energy) for number, energy in energies.items())
        self.sum_up_hours(*period)

    def sum_up_hours(self, start: int, end: int) -> None:
        """Sum all ports together anew within."""
        self._sum_up("hour", start, end - 1)

    def sum_up_day(self, day: int) -> None:
        """Sum all ports together anew."""
        self._sum_up("day", day, day)

    def _sum_up(self, stretch: Stretch, first: int, last: int) -> None:
        within = f"WHERE {BEGINS[stretch]} >= ? AND {BEGINS[stretch]} <= ?"
        self.connection.execute(f"DELETE FROM plant_{stretch} {within}", (first, last))
        self.connection.execute(f"{SUM_UP[stretch]} {within} GROUP BY {BEGINS[stretch]}", (first, last))

    def replace_day(self, series: Sequence[int] | None, day: int, energies: Mapping[int, int]) -> None:
        """Keep these and no others."""
        self.connection.execute(f"DELETE FROM energy_day WHERE day = ?{among(series)}", (day,))
        self.add_to_days((day, number, energy) for number, energy in energies.items())
        self.sum_up_day(day)


class SqliteUpkept:
    """An open store, as a rebuild sees it."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    async def look(self, question: Callable[[UpkeepShelf], T]) -> T:
        """Answer a question."""
        return await self._store.ask(lambda shelf: question(SqliteUpkeepShelf(shelf.connection)))

    async def mend(self, work: Callable[[Bookkeeper, UpkeepShelf], Callable[[], T]]) -> T:
        """Write between two commits."""
        return await self._store.between_commits(
            lambda books, shelf: work(books, SqliteUpkeepShelf(shelf.connection))
        )


def kept_accounting(path: Path, accounting: Accounting) -> Accounting:
    """The same with the zone and the hour of reset that a file is kept in. Raises StoreError."""
    try:
        with closing(existing(path)) as connection:
            return as_kept(accounting, SqliteReadOpening(connection))
    except sqlite3.Error as error:
        raise StoreError(explain(path, error)) from error


def verified(path: Path, accounting: Accounting, told: Told) -> Audit:
    """Everything derived in a file recomputed and compared, as of one moment, also beside a running server.

    Raises StoreError when it cannot be read.
    """
    try:
        with closing(existing(path)) as connection, transaction(connection, "DEFERRED"):
            kept = as_kept(accounting, SqliteReadOpening(connection))
            return verification.verified(SqliteUpkeepShelf(connection), kept, told)
    except sqlite3.Error as error:
        raise StoreError(explain(path, error)) from error
