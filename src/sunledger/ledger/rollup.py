"""Rollups: what the readings of a stretch of time come to, measurement by measurement.

A rollup of two stretches is the rollups of both, joined; so quarters make hours and days, exactly. Values are stored
integers, or floats where a device without a driver gave them.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

Number = int | float


class Summary(NamedTuple):
    """One measurement over a stretch of time; without any value all but the count are None."""

    count: int = 0
    total: Number | None = None
    lowest: Number | None = None
    highest: Number | None = None
    last: Number | None = None
    """The latest value there was."""

    @property
    def mean(self) -> float | None:
        """The mean of the values, each reading counting the same."""
        return None if self.total is None else self.total / self.count


EMPTY = Summary()

Rollup = tuple[Summary, ...]
"""A summary per measurement, in the catalogue's order."""


def rolled(readings: Iterable[Sequence[Number | None]], width: int) -> Rollup:
    """Roll up readings, each a sequence of `width` values, in the order of their times."""
    columns = list(zip(*readings, strict=True)) or [()] * width
    return tuple(map(_summary, columns))


def _summary(values: Sequence[Number | None]) -> Summary:
    known = [value for value in values if value is not None]
    if not known:
        return EMPTY
    return Summary(len(known), sum(known), min(known), max(known), known[-1])


def joined(earlier: Rollup, later: Rollup) -> Rollup:
    """The rollup of two stretches of time, the second one after the first."""
    return tuple(map(_join, earlier, later))


def _join(earlier: Summary, later: Summary) -> Summary:
    if not earlier.count:
        return later
    if not later.count:
        return earlier
    return Summary(
        earlier.count + later.count,
        _known(earlier.total) + _known(later.total),
        min(_known(earlier.lowest), _known(later.lowest)),
        max(_known(earlier.highest), _known(later.highest)),
        later.last,
    )


def _known(value: Number | None) -> Number:
    if value is None:
        raise ValueError("a summary with a count but without a value")
    return value
