"""Rollups of whole columns, put where nothing is stored yet, and joined to their hours and days.

What `rollups.py` does with one quarter of an hour after the other, for many of a series at once.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from operator import itemgetter

from sunledger.ledger.fold_columns import Beat
from sunledger.ledger.rollup import Number, Summaries, joined_column, rolled_column
from sunledger.store.records import Of
from sunledger.store.rollups import Periods, compose
from sunledger.store.shelf import QUARTER_MS, Rolled, RollupRow, Shelf, Tier
from sunledger.store.tables import COLUMNS


@dataclass(frozen=True, slots=True)
class Stretches:
    """What several stretches of time of one series came to, column by column."""

    series: int
    starts: Sequence[int]
    """The first quarter with a reading of each."""
    readings: Sequence[int]
    measured: Sequence[Summaries]
    """Those of each measurement, in the catalogue's order."""

    @classmethod
    def of(cls, series: int, values: Sequence[Sequence[Number | None]], beat: Beat) -> "Stretches":
        """The quarters of columns."""
        readings = [end - begin for begin, end in beat.bounds]
        return cls(
            series, beat.starts, readings, [rolled_column(column, beat.stretches) for column in values]
        )

    def part(self, first: int, last: int) -> "Stretches":
        """Those from a first one up to, but not with, a last one; from the end where that is negative."""
        if first == 0 and last == len(self.starts):
            return self
        cut = slice(first, last)
        measured = [Summaries(*(column[cut] for column in each)) for each in self.measured]
        return Stretches(self.series, self.starts[cut], self.readings[cut], measured)

    def after(self, before: Rolled | None) -> "Stretches":
        """The same with one before the first."""
        if before is None:
            return self
        return Stretches(
            self.series,
            [before.start, *self.starts],
            [before.readings, *self.readings],
            [
                Summaries(*([first, *column] for first, column in zip(summary, columns, strict=True)))
                for summary, columns in zip(before.rollup, self.measured, strict=True)
            ],
        )

    def joined(self, longer: Sequence[slice]) -> "Stretches":
        """Some each together."""
        starts = [self.starts[each.start] for each in longer]
        readings = [sum(self.readings[each]) for each in longer]
        return Stretches(
            self.series, starts, readings, [joined_column(each, longer) for each in self.measured]
        )

    def rows(self, tier: Tier, starts: Sequence[int]) -> list[RollupRow]:
        """As they are stored, by these starts."""
        measured = chain.from_iterable(self.measured)
        return list(zip(repeat(int(tier)), starts, repeat(self.series), self.readings, *measured))


def put_stretches(shelf: Shelf, periods: Periods, of: Of, every: Sequence[Stretches]) -> None:
    """Put quarters of several series, and grow their hours and days, of which nothing comes after them."""
    every = [each for each in every if each.starts]
    if every:
        shelf.add_rollups(of, _in_order([each.rows(Tier.QUARTER, each.starts) for each in every]))
        for tier in (Tier.HOUR, Tier.DAY):
            every = _put_together(shelf, periods, of, tier, every)


def put_past(shelf: Shelf, periods: Periods, of: Of, every: Sequence[Stretches]) -> None:
    """The same with quarters that others come after; from the first to the last there was none yet."""
    if not every:
        return
    put_stretches(shelf, periods, of, every)
    numbers = sorted(each.series for each in every)
    last = max(each.starts[-1] for each in every)
    for tier in (Tier.HOUR, Tier.DAY):
        period = periods.of(tier, last)
        after = shelf.rollups(of, Tier.QUARTER, numbers, last + QUARTER_MS, period[1], COLUMNS[of][:1])
        if after:
            shelf.put_rollups(
                of, tier, compose(shelf, of, tier, period, sorted({each.series for each in after}))
            )


def _put_together(
    shelf: Shelf, periods: Periods, of: Of, tier: Tier, every: Sequence[Stretches]
) -> list[Stretches]:
    """Join stretches to the hours or days that they are in; what they come to by themselves."""
    cuts: dict[tuple[int, ...], tuple[list[int], list[slice]]] = {}
    together, rows = [], []
    for each in every:
        starts = tuple(each.starts)
        if starts not in cuts:
            cuts[starts] = _cut(periods, tier, starts)
        begins, longer = cuts[starts]
        together.append(each.joined(longer))
        rows.append(together[-1].rows(tier, begins))
    shelf.grow_rollups(of, _in_order(rows))
    return together


def _cut(periods: Periods, tier: Tier, starts: Sequence[int]) -> tuple[list[int], list[slice]]:
    """The hours or days of some quarters: when each begins, and which are in it."""
    begins, cut, first = [], [], 0
    while first < len(starts):
        begin, end = periods.of(tier, starts[first])
        last = bisect_left(starts, end, first)
        begins.append(begin)
        cut.append(slice(first, last))
        first = last
    return begins, cut


def _in_order(rows: Iterable[list[RollupRow]]) -> list[RollupRow]:
    """Rows of several series by start and series, the order in which SQLite keeps them."""
    return sorted(chain.from_iterable(rows), key=itemgetter(1, 2))
