"""Upkeep of a site in PostgreSQL: verification beside a running server, and what a rebuild inside needs."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from sunledger.ledger.fold import State
from sunledger.ledger.judgement import Judgement, Reason
from sunledger.store import verification
from sunledger.store.audit import Audit
from sunledger.store.bookkeeper import Bookkeeper
from sunledger.store.opening import as_kept
from sunledger.store.postgres import SITE, PostgresStore
from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.postgres_beside import beside
from sunledger.store.postgres_energies import HOURS_OF_PLANT, sum_up
from sunledger.store.postgres_opening import PostgresReadOpening
from sunledger.store.postgres_shelf import PostgresShelf
from sunledger.store.postgres_site import ends
from sunledger.store.postgres_tables import QUARTERS, READINGS, ROLLUPS
from sunledger.store.postgres_types import Milliseconds
from sunledger.store.protocol import Accounting, Of
from sunledger.store.shelf import Quarter, Rolled, Tier
from sunledger.store.tables import STATE_COLUMNS, state
from sunledger.store.upkeep import Stand, Told, UpkeepShelf

T = TypeVar("T")

_STANDS = (
    "SELECT series, seen_at, open_start, open_energy, open_readings, "
    "today, today_since, lifetime, lifetime_offset FROM port_latest WHERE site = %s"
)
_FOLDED = "SELECT series, at, until, field, reason, raw, repaired, decided_at FROM judgement"


_EXTENTS = (
    *(ends(table.name, "at") for table in READINGS.values()),
    *(ends(table.name, "start", f" AND t.tier = {tier:d}") for table in ROLLUPS.values() for tier in Tier),
    ends(QUARTERS.name, "start"),
    ends("energy_hour", "start"),
    HOURS_OF_PLANT,
    *(
        # a local day may begin on the day before in UTC, and end on the one after
        f"SELECT (MIN(day) - 1)::timestamptz, (MAX(day) + 2)::timestamptz FROM {table} WHERE site = %s"
        for table in ("energy_day", "plant_day")
    ),
)


class PostgresUpkeepShelf(PostgresShelf):
    """A shelf for upkeep, over a connection that is in a transaction."""

    def extent(self) -> tuple[int, int] | None:
        """The first and the last moment that anything is kept of."""
        found = [self.ask(sql, self.site)[0] for sql in _EXTENTS]
        known = [(first, last) for first, last in found if first is not None]
        return (min(first for first, _ in known), max(last for _, last in known)) if known else None

    def folded(self, series: Sequence[int] | None, start: int, end: int) -> Sequence[tuple[int, Judgement]]:
        """The fold's judgements decided within."""
        which, known = self.among(series)
        rows = self.ask(
            f"{_FOLDED} WHERE {which} AND folded AND decided_at >= %s AND decided_at < %s",
            *known, Milliseconds(start), Milliseconds(end),
        )  # fmt: skip
        return [(row[0], Judgement(row[1], row[2], row[3], Reason(row[4]), *row[5:])) for row in rows]

    def checkpoints(self, series: Sequence[int], before: int) -> Mapping[int, State]:
        """The fold's states after the latest closed quarters that start before."""
        rows = self.ask(
            "SELECT w.series, q.* FROM unnest(%s::int4[]) AS w (series) CROSS JOIN LATERAL ("
            f"SELECT {', '.join(STATE_COLUMNS)} FROM energy_quarter "
            "WHERE site = %s AND series = w.series AND start < %s ORDER BY start DESC LIMIT 1) AS q",
            list(series), self.site, Milliseconds(before),
        )  # fmt: skip
        return dict.fromkeys(series, State()) | {row[0]: state(row[1:]) for row in rows}

    def stands(self) -> Sequence[Stand]:
        """Where every port stands."""
        return [Stand(*row) for row in self.ask(_STANDS, self.site)]

    def offsets(self) -> Mapping[int, int]:
        """By how much closed quarters moved the counters."""
        return dict(
            self.ask(
                "SELECT series, SUM(counter_offset)::int8 FROM energy_quarter WHERE site = %s GROUP BY 1",
                self.site,
            )
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
        self._drop(ROLLUPS[of].name, series, start, end, f" AND tier = {tier:d}")
        self.put_rollups(of, tier, rollups)

    def replace_quarters(
        self, series: Sequence[int] | None, start: int, end: int, quarters: Sequence[Quarter]
    ) -> None:
        """Keep these and no others."""
        self._drop(QUARTERS.name, series, start, end)
        self.put_quarters(quarters)

    def replace_hour(
        self, series: Sequence[int] | None, period: tuple[int, int], energies: Mapping[int, int]
    ) -> None:
        """Keep these and no others."""
        self._drop("energy_hour", series, *period)
        self.add_to_hours((period[0], number, energy) for number, energy in energies.items())
        self.sum_up_hours(*period)

    def sum_up_hours(self, start: int, end: int) -> None:
        """Sum all ports together anew within."""
        sum_up(self, "hour", start, end - 1)

    def sum_up_day(self, day: int) -> None:
        """Sum all ports together anew."""
        sum_up(self, "day", day, day)

    def replace_day(self, series: Sequence[int] | None, day: int, energies: Mapping[int, int]) -> None:
        """Keep these and no others."""
        which, known = self.among(series)
        self.connection.execute(
            f"DELETE FROM energy_day WHERE {which} AND day = %s".encode(), [*known, date.fromordinal(day)]
        )
        self.add_to_days((day, number, energy) for number, energy in energies.items())
        self.sum_up_day(day)

    def _drop(self, table: str, series: Sequence[int] | None, start: int, end: int, more: str = "") -> None:
        which, known = self.among(series)
        self.connection.execute(
            f"DELETE FROM {table} WHERE {which}{more} AND start >= %s AND start < %s".encode(),
            [*known, Milliseconds(start), Milliseconds(end)],
        )


class PostgresUpkept:
    """An open store, as a rebuild sees it."""

    def __init__(self, store: PostgresStore) -> None:
        self._store = store

    async def look(self, question: Callable[[UpkeepShelf], T]) -> T:
        """Answer a question."""
        return await self._store.ask(
            lambda reader: question(PostgresUpkeepShelf(reader.connection, reader.site))
        )

    async def mend(self, work: Callable[[Bookkeeper, UpkeepShelf], Callable[[], T]]) -> T:
        """Write between two commits."""
        return await self._store.between_commits(
            lambda books, shelf: work(books, PostgresUpkeepShelf(shelf.connection, shelf.site))
        )


def kept_accounting(address: PostgresAddress, accounting: Accounting) -> Accounting:
    """The same with the zone and the hour of reset that are stored. Raises StoreError."""
    with beside(address) as connection:
        return as_kept(accounting, PostgresReadOpening(connection, SITE))


def verified(address: PostgresAddress, accounting: Accounting, told: Told) -> Audit:
    """Everything derived recomputed and compared, as of one moment, also beside a running server.

    Raises StoreError when it cannot be read.
    """
    with beside(address) as connection:
        kept = as_kept(accounting, PostgresReadOpening(connection, SITE))
        return verification.verified(PostgresUpkeepShelf(connection, SITE), kept, told)
