"""Trends: least squares over the days that have a value."""

from datetime import date
from statistics import linear_regression

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sunledger.ledger.trend import DAYS_OF_A_YEAR, trend

TODAY = date(2026, 11, 21).toordinal()
DAYS = st.integers(TODAY - 4000, TODAY)
VALUES = st.floats(-1e6, 1e6)
BY_DAY = st.dictionaries(DAYS, VALUES, min_size=2, max_size=60)


def test_no_day_has_no_trend_and_one_day_no_slope() -> None:
    assert trend({}) is None
    found = trend({TODAY: 5.0})
    assert found is not None
    assert (*found, found.percent_a_year) == (1, TODAY, TODAY, 5.0, None, None)


@given(days=st.sets(DAYS, min_size=2), start=VALUES, slope=st.floats(-1000, 1000))
def test_a_straight_line_is_found_whatever_days_are_missing(
    days: set[int], start: float, slope: float
) -> None:
    found = trend({day: start + slope * (day - TODAY) for day in days})
    assert found is not None
    assert found.slope == pytest.approx(slope, rel=1e-6, abs=1e-5)
    assert (found.days, found.first, found.last) == (len(days), min(days), max(days))


@given(BY_DAY)
def test_it_is_the_line_of_least_squares(values: dict[int, float]) -> None:
    found = trend(values)
    assert found is not None
    days = [day - TODAY for day in values]
    expected = linear_regression(days, list(values.values())).slope
    assert found.slope == pytest.approx(expected, rel=1e-6, abs=1e-6)


@given(BY_DAY)
def test_the_order_of_the_days_does_not_matter(values: dict[int, float]) -> None:
    assert trend(dict(sorted(values.items()))) == trend(values)


@given(BY_DAY, st.floats(-1000, 1000), st.integers(-3000, 3000))
def test_another_level_or_another_time_has_the_same_slope(
    values: dict[int, float], level: float, later: int
) -> None:
    found, moved = trend(values), trend({day + later: value + level for day, value in values.items()})
    assert found is not None
    assert moved is not None
    assert moved.slope == pytest.approx(found.slope, rel=1e-6, abs=1e-6)
    assert moved.mean == pytest.approx(found.mean + level, rel=1e-9, abs=1e-6)


@given(BY_DAY, st.integers(1, 1000))
def test_other_units_have_the_same_percentage(values: dict[int, float], scale: int) -> None:
    found, scaled = trend(values), trend({day: value * scale for day, value in values.items()})
    assert found is not None
    assert scaled is not None
    assume(found.mean > 1e-3)
    if found.percent_a_year is None:
        assert scaled.percent_a_year is None
    else:
        assert scaled.percent_a_year == pytest.approx(found.percent_a_year, rel=1e-6, abs=1e-6)


def test_half_a_percent_less_a_year_is_told_after_a_year_and_not_before() -> None:
    def fading(days: int) -> dict[int, float]:
        return {TODAY + day: 1000 * (1 - 0.005 * (day - days / 2) / DAYS_OF_A_YEAR) for day in range(days)}

    after = trend(fading(730))
    assert after is not None
    assert after.percent_a_year == pytest.approx(-0.5, abs=0.01)
    before = trend(fading(364))
    assert before is not None
    assert before.percent_a_year is None


def test_a_mean_of_zero_or_less_has_no_percentage() -> None:
    for level in (0.0, -20.0):
        found = trend({TODAY + day: level for day in range(800)})
        assert found is not None
        assert found.percent_a_year is None
