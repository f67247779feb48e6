"""Upkeep: what it asks of an engine besides a shelf, and what it finds."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from sunledger.ledger.fold import State
from sunledger.ledger.judgement import Judgement
from sunledger.sitetime import instant
from sunledger.store.protocol import Of
from sunledger.store.shelf import TOGETHER, Quarter, Rolled, Shelf, Tier

Told = Callable[[float, int], None]
"""Is told how far some work has come, from 0 to 1, and to which moment in milliseconds."""


class Difference(NamedTuple):
    """Something kept that is not what it should be."""

    what: str
    series: int
    at: int
    """The start of the stretch of time, in milliseconds."""
    stored: object
    """None where it is missing."""
    expected: object
    """None where nothing should be."""

    def __str__(self) -> str:
        at = f"{instant(self.at):%Y-%m-%d %H:%M} UTC"
        series = "" if self.series == TOGETHER else f" series {self.series},"
        return f"{self.what},{series} {at}: kept {self.stored}, right {self.expected}"


class Stand(NamedTuple):
    """Where a port stands, as it is stored."""

    series: int
    seen_at: int
    open_start: int
    open_energy: int
    open_readings: int
    today: int
    today_since: int
    lifetime: int | None
    lifetime_offset: int


class UpkeepShelf(Shelf, Protocol):
    """What upkeep asks of an engine besides."""

    def extent(self) -> tuple[int, int] | None:
        """The first and the last moment that anything is kept of; None while there is nothing."""

    def folded(self, series: Sequence[int] | None, start: int, end: int) -> Sequence[tuple[int, Judgement]]:
        """(series, judgement) of those that the fold decided at start <= at < end."""

    def checkpoints(self, series: Sequence[int], before: int) -> Mapping[int, State]:
        """`checkpoint` of several series at once."""

    def stands(self) -> Sequence[Stand]:
        """Where every port stands."""

    def offsets(self) -> Mapping[int, int]:
        """By how much the closed quarters of each port moved its continuous counter."""

    def replace_rollups(
        self,
        of: Of,
        tier: Tier,
        series: Sequence[int] | None,
        start: int,
        end: int,
        rollups: Sequence[Rolled],
    ) -> None:
        """Keep these, and nothing else of these series with start <= their start < end."""

    def replace_quarters(
        self, series: Sequence[int] | None, start: int, end: int, quarters: Sequence[Quarter]
    ) -> None:
        """Keep these, and nothing else of these series with start <= their start < end."""

    def replace_hour(
        self, series: Sequence[int] | None, period: tuple[int, int], energies: Mapping[int, int]
    ) -> None:
        """Keep the Wh of an hour by series, and nothing else of these series within it."""

    def replace_day(self, series: Sequence[int] | None, day: int, energies: Mapping[int, int]) -> None:
        """Keep the Wh of a day by series, and nothing else of these series for it."""

    def sum_up_hours(self, start: int, end: int) -> None:
        """Sum all ports together anew for the hours with start <= their start < end."""

    def sum_up_day(self, day: int) -> None:
        """Sum all ports together anew for a day."""
