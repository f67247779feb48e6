"""Rollups: what the readings of a stretch of time come to, measurement by measurement.

A rollup of two stretches is the rollups of both, joined; so quarters make hours and days, exactly. Values are
stored integers, or floats where a device without a driver gave them.
"""

from collections.abc import Iterable, Sequence
from itertools import repeat
from math import isclose
from operator import itemgetter
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


def rolled_columns(
    columns: Iterable[Sequence[Number | None]], bounds: Sequence[tuple[int, int]]
) -> list[Rollup]:
    """Roll up stretches of readings that stand column by column; bounds say where each begins and ends."""
    return list(zip(*(_summaries(column, bounds) for column in columns), strict=True))


def _summaries(column: Sequence[Number | None], bounds: Sequence[tuple[int, int]]) -> Iterable[Summary]:
    stretches: list[Any] = [column[begin:end] for begin, end in bounds]
    try:
        totals = list(map(sum, stretches))  # which no missing value can be in
    except TypeError:
        return map(_summary, stretches)
    known = map(len, stretches)
    extremes = map(min, stretches), map(max, stretches)
    return map(_new, repeat(Summary), zip(known, totals, *extremes, map(_last, stretches), strict=True))


_last = itemgetter(-1)


def joined(earlier: Rollup, later: Rollup) -> Rollup:
    """The rollup of two stretches of time, the second one after the first."""
    return tuple(map(_join, earlier, later))


def _join(earlier: Summary, later: Summary) -> Summary:
    known, total, lowest, highest, _ = earlier
    more, adding, least, most, last = later
    if total is None or lowest is None or highest is None:
        return later
    if adding is None or least is None or most is None:
        return earlier
    return _new(Summary, (known + more, total + adding, min(lowest, least), max(highest, most), last))


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
