"""Rollups: what the readings of a stretch of time come to, measurement by measurement.

A rollup of two stretches is the rollups of both, joined; so quarters make hours and days, exactly. Values are
stored integers, or floats where a device without a driver gave them.
"""

from collections.abc import Iterable, Sequence
from math import isclose
from typing import Any, NamedTuple

Number = int | float


class Summary(NamedTuple):
    """One measurement over a stretch of time; without any value all others are None."""

    known: int = 0
    """How many values there were."""
    total: Number | None = None
    lowest: Number | None = None
    highest: Number | None = None
    last: Number | None = None
    """The latest value there was."""

    @property
    def mean(self) -> float | None:
        """The mean of the values, each reading counting the same."""
        return None if self.total is None else self.total / self.known


EMPTY = Summary()

Rollup = tuple[Summary, ...]
"""A summary per measurement, in the catalogue's order."""

_new = tuple.__new__
"""What `Summary(…)` comes down to, in half the time: every reading passes here."""


def rolled(readings: Iterable[Sequence[Number | None]], width: int) -> Rollup:
    """Roll up readings, each a sequence of `width` values, in the order of their times."""
    columns = list(zip(*readings, strict=True)) or [()] * width
    return tuple(map(_summary, columns))


def _summary(values: Sequence[Number | None]) -> Summary:
    there = [value for value in values if value is not None]
    if not there:
        return EMPTY
    return _new(Summary, (len(there), sum(there), min(there), max(there), there[-1]))


class Summaries(NamedTuple):
    """One measurement over several stretches of time: `Summary` column by column."""

    known: Sequence[Any]
    total: Sequence[Any]
    lowest: Sequence[Any]
    highest: Sequence[Any]
    last: Sequence[Any]


def rolled_column(column: Sequence[Number | None], stretches: Sequence[slice]) -> Summaries:
    """Roll up a column of readings by stretches."""
    if type(column[0]) is int and column.count(column[0]) == len(column):
        return _constant(column[0], [each.stop - each.start for each in stretches])
    values: list[Any] = list(map(column.__getitem__, stretches))
    try:
        totals = list(map(sum, values))  # which no missing value can be in
    except TypeError:
        return Summaries(*zip(*map(_summary, values), strict=True))
    if len(stretches) == len(column):
        return Summaries([1] * len(column), column, column, column, column)
    extremes = list(map(min, values)), list(map(max, values))
    return Summaries(list(map(len, values)), totals, *extremes, [each[-1] for each in values])


def _constant(value: int, known: Sequence[int]) -> Summaries:
    """Stretches in which there is nothing but one number."""
    same = [value] * len(known)
    return Summaries(known, [value * each for each in known], same, same, same)


def joined_column(parts: Summaries, stretches: Sequence[slice]) -> Summaries:
    """Join stretches of a column to longer ones."""
    if not all(parts.known):
        each = list(map(Summary, *parts))
        return Summaries(*zip(*(_join(each[some]) for some in stretches), strict=True))
    known, totals, lowest, highest, last = (each.__getitem__ for each in parts)
    return Summaries(
        list(map(sum, map(known, stretches))),
        list(map(sum, map(totals, stretches))),
        list(map(min, map(lowest, stretches))),
        list(map(max, map(highest, stretches))),
        [last(each.stop - 1) for each in stretches],
    )


def joined(earlier: Rollup, later: Rollup) -> Rollup:
    """The rollup of two stretches of time, the second one after the first."""
    return all_joined((earlier, later))


def all_joined(parts: Sequence[Rollup]) -> Rollup:
    """The rollup of stretches of time, each after the one before."""
    return parts[0] if len(parts) == 1 else tuple(map(_join, zip(*parts, strict=True)))


def _join(parts: Sequence[Summary]) -> Summary:
    known, totals, lowest, highest, last = zip(*parts, strict=True)
    if not all(known):
        there = [part for part in parts if part.known]
        return _join(there) if there else EMPTY
    return _new(Summary, (sum(known), sum(totals), min(lowest), max(highest), last[-1]))


def alike(one: Rollup, other: Rollup) -> bool:
    """Whether two rollups are of the same readings: sums of floats depend on how they were added up."""
    return len(one) == len(other) and all(map(_alike, one, other))


def _alike(one: Summary, other: Summary) -> bool:
    if one.total is None or other.total is None or one.lowest is None or one.highest is None:
        return one == other
    largest = max(abs(one.lowest), abs(one.highest))
    near = isclose(one.total, other.total, rel_tol=0, abs_tol=_ROUNDING * one.known * largest)
    return near and one._replace(total=other.total) == other


_ROUNDING = 2.0**-45
"""By how much a sum may differ, for each of its floats: some hundred units in the last place."""
