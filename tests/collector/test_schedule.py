import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunledger.collector.schedule import LONGEST_WAIT, Schedule, wait_after

PERIODS = st.floats(5, 3600)
SEEDS = st.integers(0, 1000)


@pytest.mark.parametrize(
    ("failures", "wait"),
    [(0, 60), (1, 60), (2, 120), (3, 240), (4, 300), (5, 300), (10_000, 300)],
)
def test_the_wait_doubles_with_each_failure_up_to_five_minutes(failures: int, wait: float) -> None:
    assert wait_after(failures, 60) == wait


def test_a_period_beyond_five_minutes_is_never_shortened() -> None:
    assert [wait_after(failures, 900) for failures in range(4)] == [900] * 4


def test_without_back_off_every_wait_is_the_period() -> None:
    assert wait_after(7, 60, backoff=False) == 60


def test_a_period_below_five_seconds_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 5 s, not 4"):
        Schedule(0, 4, random.Random(1))


def test_the_first_poll_is_due_at_once() -> None:
    assert Schedule(17.0, 60, random.Random(1)).due == 17.0


@given(period=PERIODS, seed=SEEDS, took=st.floats(0, 0.8))
def test_the_mean_distance_is_the_period_and_jitter_never_comes_below_five_seconds(
    period: float, seed: int, took: float
) -> None:
    schedule = Schedule(0, period, random.Random(seed))
    dues = [schedule.due]
    for _ in range(100):
        dues.append(schedule.plan(dues[-1] + took * period, failures=0))
    distances = [after - before for before, after in pairwise(dues)]
    tolerance = period * 1e-9
    assert dues[-1] == pytest.approx(100 * period, abs=period * 0.05 + tolerance)
    assert min(distances) >= max(5, 0.9 * period) - tolerance
    assert max(distances) <= 1.1 * period + tolerance


def test_jitter_differs_from_poll_to_poll() -> None:
    schedule = Schedule(0, 60, random.Random(1))
    shifts = {schedule.plan(60.0 * n, failures=0) - 60 * (n + 1) for n in range(20)}
    assert len(shifts) == 20


@given(period=PERIODS, seed=SEEDS, ends=st.lists(st.floats(0, 5), min_size=1, max_size=30))
def test_a_poll_that_took_too_long_skips_slots_and_no_burst_follows(
    period: float, seed: int, ends: list[float]
) -> None:
    schedule = Schedule(0, period, random.Random(seed))
    for periods_taken in ends:
        begun = schedule.due
        ended = begun + periods_taken * period
        due = schedule.plan(ended, failures=0)
        assert due >= ended
        assert due - begun >= max(5, 0.9 * period) - 1e-6
        assert due - ended <= 1.1 * period + 1e-6


@given(period=st.floats(5, 299), seed=SEEDS, failures=st.integers(2, 20), now=st.floats(0, 1e6))
def test_backing_off_waits_no_less_than_it_should_and_hardly_longer(
    period: float, seed: int, failures: int, now: float
) -> None:
    wait = Schedule(0, period, random.Random(seed)).plan(now, failures) - now
    assert min(2 * period, LONGEST_WAIT) - 1e-6 <= wait <= LONGEST_WAIT * 1.1 + 1e-6


def test_after_a_success_the_period_is_back() -> None:
    schedule = Schedule(0, 60, random.Random(1))
    back = schedule.plan(10, failures=4)
    assert 310 <= back <= 340
    assert schedule.plan(back + 1, failures=0) == pytest.approx(back + 60, abs=3)


@given(backoff=st.booleans(), failures=st.integers(1, 9), seed=SEEDS, rest=st.floats(0, 1000))
def test_no_poll_is_due_before_the_breaker_allows_it(
    backoff: bool, failures: int, seed: int, rest: float
) -> None:
    schedule = Schedule(0, 60, random.Random(seed), backoff=backoff)
    assert schedule.plan(100, failures, not_before=100 + rest) >= 100 + rest
