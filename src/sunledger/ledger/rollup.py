"""Rollups: what the readings of a stretch of time come to, measurement by measurement.

A rollup of two stretches is the rollups of both, joined; so quarters make hours and days, exactly. Values are
stored integers, or floats where a device without a driver gave them.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

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


def rolled(readings: Iterable[Sequence[Number | None]], width: int) -> Rollup:
    """Roll up readings, each a sequence of `width` values, in the order of their times."""
    columns = list(zip(*readings, strict=True)) or [()] * width
    return tuple(map(_summary, columns))


def _summary(values: Sequence[Number | None]) -> Summary:
    there = [value for value in values if value is not None]
    if not there:
        return EMPTY
    return Summary(len(there), sum(there), min(there), max(there), there[-1])


def joined(earlier: Rollup, later: Rollup) -> Rollup:
    """The rollup of two stretches of time, the second one after the first."""
    return tuple(map(_join, earlier, later))


def _join(earlier: Summary, later: Summary) -> Summary:
    if not earlier.known:
        return later
    if not later.known:
        return earlier
    return Summary(
        earlier.known + later.known,
        _value(earlier.total) + _value(later.total),
        min(_value(earlier.lowest), _value(later.lowest)),
        max(_value(earlier.highest), _value(later.highest)),
        later.last,
    )


def _value(value: Number | None) -> Number:
    if value is None:
        raise ValueError("a summary with a count but without a value")
    return value
