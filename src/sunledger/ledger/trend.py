"""Trends: the straight line through daily values that leaves the least squares, and what it says of a year.

A day without a value is left out; it is never taken as zero.
"""

from collections.abc import Mapping
from math import fsum
from typing import NamedTuple

DAYS_OF_A_YEAR = 365.2425


class Trend(NamedTuple):
    """A line through daily values. Days are proleptic ordinals, values in the unit they were given in."""

    days: int
    """How many days have a value."""
    first: int
    last: int
    mean: float
    slope: float | None
    """By how much a day; None for a single day, through which every line goes."""

    @property
    def percent_a_year(self) -> float | None:
        """The slope as a part of the mean, for a year.

        None over less than a year, in which the seasons are the trend, and where the mean is not above zero.
        """
        if self.slope is None or self.mean <= 0 or self.last - self.first < DAYS_OF_A_YEAR - 1:
            return None
        return 100 * self.slope * DAYS_OF_A_YEAR / self.mean


def trend(values: Mapping[int, float]) -> Trend | None:
    """The trend of values by day; None without any."""
    if not values:
        return None
    count, first, last = len(values), min(values), max(values)
    mean = fsum(values.values()) / count
    if count == 1:
        return Trend(count, first, last, mean, None)
    middle = fsum(values) / count
    spread = fsum((day - middle) ** 2 for day in values)
    slope = fsum((day - middle) * (value - mean) for day, value in values.items()) / spread
    return Trend(count, first, last, mean, slope)
