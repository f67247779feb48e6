"""Upkeep of a SQLite file: verification beside a running server, and a rebuild inside of it."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

from sunledger.ledger.judgement import Judgement, Reason
from sunledger.sitetime import Clock
from sunledger.store.audit import Audit, standing
from sunledger.store.bookkeeper import Bookkeeper
from sunledger.store.protocol import Accounting, Of, StoreError
from sunledger.store.rebuild import Rebuild, lifetimes_moved
from sunledger.store.rollups import Periods
from sunledger.store.shelf import QUARTER_MS, Quarter, Rolled, Tier
from sunledger.store.sqlite import SqliteStore
from sunledger.store.sqlite_file import existing, explain, transaction
from sunledger.store.sqlite_opening import kept_zone
from sunledger.store.sqlite_shelf import SqliteReader, SqliteShelf, among
from sunledger.store.tables import READING_TABLES, ROLLUP_TABLES
from sunledger.store.upkeep import Stand, Told

STEP = 0.008
"""Seconds after which a step of a rebuild lets commits in."""
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
    "SELECT MIN(start), MAX(start) FROM energy_quarter",
    # a local day may begin on the day before in UTC, and end on the one after
    f"SELECT (MIN(day) - {_EPOCH + 1}) * {_DAY_MS}, (MAX(day) - {_EPOCH - 1}) * {_DAY_MS} FROM energy_day",
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

    def replace_day(self, series: Sequence[int] | None, day: int, energies: Mapping[int, int]) -> None:
        """Keep these and no others."""
        self.connection.execute(f"DELETE FROM energy_day WHERE day = ?{among(series)}", (day,))
        self.add_to_days((day, number, energy) for number, energy in energies.items())


def kept_accounting(path: Path, accounting: Accounting) -> Accounting:
    """The same with the zone and the hour of reset that a file is kept in. Raises StoreError."""
    try:
        with closing(existing(path)) as connection:
            return _accounting(SqliteReader(connection), accounting)
    except sqlite3.Error as error:
        raise StoreError(explain(path, error)) from error


def _accounting(shelf: SqliteReader, accounting: Accounting) -> Accounting:
    kept = dict(shelf.connection.execute("SELECT key, value FROM setting").fetchall())
    return replace(
        accounting,
        zone=kept_zone(shelf.connection) or accounting.zone,
        reset_hour=int(kept.get("reset_hour", accounting.reset_hour)),
    )


def verified(path: Path, accounting: Accounting, told: Told) -> Audit:
    """Everything derived in a file recomputed and compared, as of one moment, also beside a running server.

    Raises StoreError when it cannot be read.
    """
    try:
        with closing(existing(path)) as connection, transaction(connection, "DEFERRED"):
            return _verified(SqliteUpkeepShelf(connection), accounting, told)
    except sqlite3.Error as error:
        raise StoreError(explain(path, error)) from error


def _verified(shelf: SqliteUpkeepShelf, accounting: Accounting, told: Told) -> Audit:
    kept = _accounting(shelf, accounting)
    audit = Audit(shelf, kept, mending=False)
    extent = shelf.extent()
    if extent is not None:
        _walk(audit, Periods(kept.zone), extent, told)
    audit.stands()
    return audit


def _walk(audit: Audit, periods: Periods, extent: tuple[int, int], told: Told) -> None:
    """Every quarter, hour and day that touches the extent."""
    first = start = periods.of(Tier.DAY, extent[0] - extent[0] % QUARTER_MS)[0]
    last = extent[1]
    while start <= last or start != periods.of(Tier.DAY, start)[0]:
        end = start + QUARTER_MS
        for of in Of:
            audit.quarter(of, start, None)
            for tier in (Tier.HOUR, Tier.DAY):
                if periods.of(tier, start)[1] == end:
                    audit.period(of, tier, periods.of(tier, start), None)
        start = end
        told(min(1.0, (start - first) / (last + QUARTER_MS - first)), start)


async def rebuilt(store: SqliteStore, accounting: Accounting, clock: Clock, told: Told) -> int:
    """Everything derived made anew in a store that is open and goes on being written to; what was mended.

    `accounting` is the store's own. Raises StoreError.
    """
    extent = await store.ask(lambda shelf: SqliteUpkeepShelf(shelf.connection).extent())
    if extent is None:
        return 0
    rebuild = Rebuild(extent)
    while not rebuild.done:
        await store.between_commits(lambda books, shelf: _step(rebuild, books, shelf, clock))
        told(rebuild.fraction, rebuild.at)
    moved = await store.ask(lambda shelf: _lifetimes(shelf, accounting))
    if moved:
        await store.between_commits(
            lambda books, shelf: lifetimes_moved(books, SqliteUpkeepShelf(shelf.connection), moved)
        )
    return rebuild.mended + len(moved)


def _step(rebuild: Rebuild, books: Bookkeeper, shelf: SqliteShelf, clock: Clock) -> Callable[[], None]:
    end = clock.monotonic() + STEP
    return rebuild.step(books, SqliteUpkeepShelf(shelf.connection), lambda: clock.monotonic() >= end)


def _lifetimes(shelf: SqliteReader, accounting: Accounting) -> dict[int, int]:
    """By how much the lifetime counter of each port is wrong."""
    stands = standing(SqliteUpkeepShelf(shelf.connection), accounting)
    moved = {stored.series: right.lifetime_offset - stored.lifetime_offset for stored, right in stands}
    return {series: by for series, by in moved.items() if by}
