"""Rollups of quarters join to those of hours and days."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sunledger.ledger.rollup import EMPTY, Summary, alike, joined, rolled

stored = st.none() | st.integers(-1000, 70_000)
readings = st.lists(st.tuples(stored, stored, stored), max_size=30)


def test_a_rollup_knows_count_sum_extremes_and_the_latest_value() -> None:
    (first, second) = rolled([(5, None), (1, 7), (3, None)], 2)
    assert first == Summary(3, 9, 1, 5, 3)
    assert first.mean == 3.0
    assert second == Summary(1, 7, 7, 7, 7)


def test_nothing_has_no_mean_rather_than_zero() -> None:
    assert rolled([], 2) == (EMPTY, EMPTY)
    assert rolled([(None,)], 1) == (EMPTY,)
    assert EMPTY.mean is None


@given(readings, st.integers(0, 30))
def test_two_parts_joined_are_the_whole(rows: list[tuple[int | None, ...]], cut: int) -> None:
    assert joined(rolled(rows[:cut], 3), rolled(rows[cut:], 3)) == rolled(rows, 3)


floats = st.floats(-1e12, 1e12)
points = st.lists(st.tuples(floats), min_size=1, max_size=60)


@given(points, st.lists(st.integers(0, 60), max_size=6))
def test_sums_of_floats_are_alike_however_they_were_added_up(
    rows: list[tuple[float]], cuts: list[int]
) -> None:
    parts: tuple[Summary, ...] = (EMPTY,)
    bounds = [0, *sorted(cuts), 60]
    for start, end in pairwise(bounds):
        parts = joined(parts, rolled(rows[start:end], 1))
    assert alike(parts, rolled(rows, 1))


@given(points, floats)
def test_rollups_of_other_readings_are_not_alike(rows: list[tuple[float]], other: float) -> None:
    least = 1e-6 * max(abs(other), *(abs(value) for (value,) in rows), 1.0)
    changed = [(rows[0][0] + least,), *rows[1:]]
    assert not alike(rolled(rows, 1), rolled(changed, 1))
    assert not alike(rolled(rows, 1), rolled([*rows, (other,)], 1))
    assert not alike(rolled(rows, 1), (EMPTY,))
    assert alike((EMPTY,), (EMPTY,))
