"""The shelf: what bookkeeping asks of an engine inside one transaction.

The bookkeeping (how polls become rows, quarters, days and corrections) is written once; an engine keeps rows.
Times are milliseconds since 1970, values stored integers, days proleptic ordinals of the site's local days.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple, Protocol

from sunledger.ledger.fold import Shown, State
from sunledger.ledger.judgement import Judgement
from sunledger.ledger.rollup import Rollup
from sunledger.measurements import PORT
from sunledger.store.records import Identity, Of, Row, Series

QUARTER_MS = 15 * 60_000
TOGETHER = 0
"""The series of what was summed over all ports; ids of series begin at 1."""
POWER = 2 + PORT.index("pv_power")
"""Where a port's stored row has its power."""


def quarter_start(at: int) -> int:
    """The start of the UTC quarter of an hour that holds the moment."""
    return at - at % QUARTER_MS


RollupRow = tuple[float | None, ...]
"""A rollup as it is stored: its tier, start, series and readings, then the fields of each summary."""


class Tier(IntEnum):
    """How long the stretches of time are that rollups are kept of."""

    QUARTER = 0
    """A quarter of an hour in UTC."""
    HOUR = 1
    """An hour on the site's clock."""
    DAY = 2
    """A day of the site's."""


class Rolled(NamedTuple):
    """What a stretch of time of one series came to."""

    start: int
    series: int
    readings: int
    rollup: Rollup


class Quarter(NamedTuple):
    """What a quarter of an hour of one port came to, and where the fold stood after it."""

    series: int
    start: int
    energy: int = 0
    """Wh credited to readings in it."""
    offset: int = 0
    """By how much it moved the continuous counter away from the device's."""
    readings: int = 0
    power_sum: int = 0
    power_count: int = 0
    state: State = State()


class PortStanding(NamedTuple):
    """Where a port stands: its open quarter, its continuous counters and its latest good reading."""

    open: Quarter
    """The quarter of the latest reading, not closed yet."""
    lifetime_offset: int = 0
    today: int = 0
    today_since: int = 0
    frozen_from: int | None = None
    """The first frozen reading of the open quarter."""
    latest: Row | None = None
    """The latest reading that was not set aside."""

    @property
    def seen_at(self) -> int:
        """The time of the latest reading."""
        return self.open.state.seen_at

    @property
    def lifetime(self) -> int | None:
        """The continuous lifetime counter in Wh."""
        accepted = self.open.state.accepted
        return None if accepted is None else accepted.total + self.lifetime_offset


class Standing(NamedTuple):
    """Where a series stands that nothing is folded of."""

    series: int
    seen_at: int = -1
    latest: Row | None = None


class ReadShelf(Protocol):
    """Looking things up, consistently, as of one moment."""

    def row(self, of: Of, series: int, at: int) -> Row | None:
        """One stored row."""

    def rows(self, of: Of, series: Sequence[int] | None, start: int, end: int) -> Sequence[Row]:
        """Stored rows with start <= at < end, by (at, series)."""

    def rollups(
        self,
        of: Of,
        tier: Tier,
        series: Sequence[int] | None,
        start: int,
        end: int,
        measurements: Sequence[str] | None = None,
    ) -> Sequence[Rolled]:
        """Rollups of closed quarters with start <= their start < end, by (start, series).

        Of some measurements only, in the order given, or of all in the catalogue's.
        """

    def open_starts(self, of: Of, series: Sequence[int] | None) -> Sequence[tuple[int, int]]:
        """(start, series) of the quarter of each series that is not closed yet."""

    def shown(self, series: int, start: int, end: int) -> Sequence[Shown]:
        """A port's rows with start <= at < end in time order, as the fold takes them."""

    def checkpoint(self, series: int, before: int) -> State:
        """The fold's state after the latest closed quarter that starts before; fresh if there is none."""

    def quarters(self, series: Sequence[int] | None, start: int, end: int) -> Sequence[Quarter]:
        """Closed quarters with start <= their start < end, by (start, series)."""

    def quarters_of(self, series: int, start: int, end: int, most: int) -> Sequence[Quarter]:
        """The first closed quarters of a port with start <= their start < end, at most so many."""

    def energies(self, series: Sequence[int] | None, start: int, end: int) -> Iterable[tuple[int, int, int]]:
        """(start, series, Wh) of closed quarters with start <= their start < end, by (start, series)."""

    def hours(
        self, series: Sequence[int] | None, start: int, end: int, *, together: bool
    ) -> Iterable[tuple[int, int, int]]:
        """(start, series, Wh) of closed quarters by local hour and series; or together, as series 0.

        All series together are kept as such: a row an hour, however many ports there are.
        """

    def days(
        self, series: Sequence[int] | None, first: int, last: int, *, together: bool
    ) -> Iterable[tuple[int, int, int]]:
        """(day, series, Wh) of closed quarters, for first <= day <= last, like `hours`."""

    def open_quarters(self, series: Sequence[int] | None) -> Sequence[Quarter]:
        """The open quarter of each port."""


class Shelf(ReadShelf, Protocol):
    """Looking up and writing inside a transaction that the engine commits or rolls back as a whole."""

    def new_series(self, of: Of, identity: Identity) -> Series:
        """Open a series."""

    def put_rows(self, of: Of, rows: Sequence[Row], *, new: int) -> None:
        """Store rows, of which `new` were not there before and the others replace one."""

    def put_quarters(self, quarters: Sequence[Quarter]) -> None:
        """Store closed quarters, replacing earlier versions."""

    def add_quarters(self, quarters: Sequence[Quarter]) -> None:
        """Store closed quarters of which there is no earlier version."""

    def add_to_hours(self, energies: Iterable[tuple[int, int, int]]) -> None:
        """Add (start of a local hour, series, Wh) to the hours, and to those of all ports together."""

    def add_to_days(self, energies: Iterable[tuple[int, int, int]]) -> None:
        """Add (day, series, Wh) to the days, too; a day appears with its first quarter, be it of 0 Wh."""

    def put_rollups(self, of: Of, tier: Tier, rollups: Sequence[Rolled]) -> None:
        """Store rollups, replacing earlier versions."""

    def add_rollups(self, of: Of, rows: Sequence[RollupRow]) -> None:
        """Store rollups, as `tables.rollup_row` makes them, of which there is no earlier version."""

    def grow_rollups(self, of: Of, rows: Sequence[RollupRow]) -> None:
        """Join rollups to those of the same hour or day that are stored, which they follow; or store them."""

    def drop_rollups(self, of: Of, tiers: Sequence[Tier]) -> None:
        """Remove all rollups of some tiers."""

    def put_judgements(self, series: int, judgements: Iterable[Judgement], *, folded: bool) -> None:
        """Store judgements; `folded` marks those that the fold makes again whenever it runs again."""

    def drop_folded(self, series: int, start: int, end: int) -> None:
        """Remove the fold's judgements that were decided at start <= at < end."""

    def drop_frozen(self, series: int, at: int) -> None:
        """Remove the fold's judgement on the frozen run that begins at a moment."""

    def put_ports(self, standings: Sequence[PortStanding]) -> None:
        """Store where ports stand."""

    def put_standings(self, of: Of, standings: Sequence[Standing]) -> None:
        """Store where series stand that nothing is folded of."""

    def put_seen(self, dtu_name: str, inverter_type: str, seen: Mapping[str, tuple[int, int]]) -> None:
        """Note which inverters a DTU showed, by serial number, first and last."""
