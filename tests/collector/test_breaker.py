import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sunledger.collector.breaker import Breaker
from sunledger.live import BreakerState

CLOSED, HALF_OPEN, OPEN = BreakerState.CLOSED, BreakerState.HALF_OPEN, BreakerState.OPEN


def after(*, failures: int, threshold: int = 3, now: float = 1000.0) -> Breaker:
    breaker = Breaker(threshold=threshold, cool_down=300)
    for _ in range(failures):
        breaker = breaker.trying().failed(now)
    return breaker


@pytest.mark.parametrize(("failures", "state"), [(0, CLOSED), (1, CLOSED), (2, CLOSED), (3, OPEN)])
def test_it_opens_at_the_threshold(failures: int, state: BreakerState) -> None:
    assert after(failures=failures).state is state


def test_an_open_breaker_leaves_the_device_in_peace_for_the_cool_down() -> None:
    assert after(failures=3).probes_at == 1300


def test_a_closed_breaker_holds_nothing_up() -> None:
    assert after(failures=2).probes_at == 0


def test_the_next_poll_is_a_probe() -> None:
    assert after(failures=3).trying().state is HALF_OPEN
    assert after(failures=2).trying().state is CLOSED


def test_a_probe_that_succeeds_closes_it_and_forgets_the_failures() -> None:
    assert after(failures=3).trying().succeeded() == Breaker(threshold=3, cool_down=300, opened_at=1000)


def test_a_probe_that_fails_opens_it_again_from_then_on() -> None:
    reopened = after(failures=3).trying().failed(1300)
    assert reopened.state is OPEN
    assert reopened.probes_at == 1600
    assert reopened.failures == 4


def test_failures_must_be_in_a_row() -> None:
    breaker = after(failures=2).succeeded()
    assert breaker.failed(0).failed(0).state is CLOSED


def test_a_threshold_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="threshold must be at least 1, not 0"):
        Breaker(threshold=0)


class Polls(RuleBasedStateMachine):
    """Any history of polls, against a count of the failures in a row."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.failures = 0
        self.breaker = Breaker(threshold=4, cool_down=300)

    @rule(seconds=st.floats(0, 500))
    def pass_time(self, seconds: float) -> None:
        self.now += seconds

    @precondition(lambda self: self.now >= self.breaker.probes_at)
    @rule(succeeds=st.booleans())
    def poll(self, succeeds: bool) -> None:
        trying = self.breaker.trying()
        assert trying.state is (HALF_OPEN if self.failures >= 4 else CLOSED)
        self.breaker = trying.succeeded() if succeeds else trying.failed(self.now)
        self.failures = 0 if succeeds else self.failures + 1

    @invariant()
    def it_is_open_exactly_when_too_many_have_failed_in_a_row(self) -> None:
        assert self.breaker.state is (OPEN if self.failures >= 4 else CLOSED)
        assert self.breaker.failures == self.failures

    @invariant()
    def it_never_holds_polls_up_for_longer_than_the_cool_down(self) -> None:
        assert self.breaker.probes_at <= self.now + 300


TestPolls = Polls.TestCase
