"""Rollups of quarters join to those of hours and days."""

from hypothesis import given
from hypothesis import strategies as st

from sunledger.ledger.rollup import EMPTY, Summary, joined, rolled

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
