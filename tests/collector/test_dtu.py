import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from structlog.testing import capture_logs
from tests.collector.scripted import NOON, SERIALS, CountingLink, Kept, ScriptedDriver

from sunledger.collector import DtuCollector, DtuSettings
from sunledger.inverters import Survey
from sunledger.live import BreakerState, PollOutcome
from sunledger.measurements import InverterReading, Poll, PortReading
from sunledger.sitetime import ManualClock, Stamps
from sunledger.store.protocol import StoreError
from sunledger.transports import Empty, Garbled, Refused, Unreachable

SILENCE = Unreachable("no answer within 3 s (4 tries)")
ROOF = DtuSettings(name="roof")


class Bench:
    """One DTU's collector on a clock that stands still."""

    def __init__(self, driver: ScriptedDriver, settings: DtuSettings = ROOF, start: datetime = NOON) -> None:
        self.clock = ManualClock(start)
        self.driver, self.link, self.kept = driver, CountingLink(), Kept()
        self.outcomes: list[PollOutcome] = []
        self.collector = DtuCollector(
            settings,
            driver,
            self.link,
            self.clock,
            Stamps(self.clock),
            self.kept.accept,
            random.Random(1),
            [self.outcomes.append],
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the loop for as long as the block, then let it stop by itself."""
        task = asyncio.create_task(self.collector.run())
        await self.clock.advance(0)
        yield
        self.collector.stop()
        await asyncio.wait_for(task, 5)

    async def run(self, seconds: float) -> None:
        async with self.running():
            await self.clock.advance(seconds)

    @property
    def starts(self) -> list[float]:
        return [(outcome.started_at - NOON).total_seconds() for outcome in self.outcomes]


async def test_the_first_poll_comes_at_once_and_then_one_each_period() -> None:
    bench = Bench(ScriptedDriver())
    await bench.run(600)
    assert bench.starts == pytest.approx([60 * n for n in range(len(bench.starts))], abs=3.01)
    assert len(bench.starts) in (10, 11)
    assert [poll.taken_at for poll in bench.kept.polls] == [o.started_at for o in bench.outcomes]


async def test_a_poll_has_one_time_for_all_its_rows_and_names_its_dtu_and_brand() -> None:
    bench = Bench(ScriptedDriver())
    await bench.run(1)
    (poll,) = bench.kept.polls
    assert (poll.dtu_name, poll.inverter_type, poll.suspect_time) == ("roof", "scripted", False)
    assert {reading.taken_at for reading in readings(poll)} == {NOON}


async def test_listeners_hear_how_a_poll_went() -> None:
    driver = ScriptedDriver()
    driver.failures = [Garbled("half an answer")]
    bench = Bench(driver)
    await bench.run(1)
    (outcome,) = bench.outcomes
    assert (outcome.inverters, outcome.ports, outcome.failed_blocks) == (2, 2, 1)
    assert (outcome.error_type, outcome.error, outcome.breaker) == (None, None, BreakerState.CLOSED)
    assert 57 <= outcome.next_poll_in <= 63


@pytest.mark.parametrize(
    ("failure", "error_type"),
    [
        (SILENCE, "unreachable"),
        (Refused(4), "refused"),
        (Garbled("no Modbus frame"), "garbled"),
        (Empty("the DTU lists no inverters"), "garbled"),
    ],
)
async def test_each_device_error_is_counted_by_its_kind_and_the_next_poll_is_tried(
    failure: Exception, error_type: str
) -> None:
    bench = Bench(ScriptedDriver(failure))
    await bench.run(70)
    failed, succeeded = bench.outcomes
    assert (failed.error_type, failed.error) == (error_type, str(failure))
    assert succeeded.error_type is None
    assert len(bench.kept.polls) == 1


async def test_failures_in_a_row_are_asked_less_and_less_often() -> None:
    bench = Bench(ScriptedDriver(*[SILENCE] * 4))
    await bench.run(900)
    waits = [after - before for before, after in pairwise(bench.starts)]
    assert waits[:5] == pytest.approx([60, 126, 252, 315, 60], rel=0.06)


async def test_back_off_can_be_switched_off() -> None:
    settings = DtuSettings(name="roof", exponential_backoff=False)
    bench = Bench(ScriptedDriver(*[SILENCE] * 4), settings)
    await bench.run(240)
    assert bench.starts == pytest.approx([0, 60, 120, 180, 240][: len(bench.starts)], abs=3.01)


async def test_the_breaker_opens_probes_and_closes() -> None:
    settings = DtuSettings(name="roof", exponential_backoff=False, breaker_threshold=3)
    bench = Bench(ScriptedDriver(*[SILENCE] * 4), settings)
    await bench.run(900)
    closed, opened = BreakerState.CLOSED, BreakerState.OPEN
    assert [o.breaker for o in bench.outcomes[:6]] == [closed, closed, opened, opened, closed, closed]
    waits = [after - before for before, after in pairwise(bench.starts)]
    assert waits[:5] == pytest.approx([60, 60, 300, 300, 60], rel=0.1)


async def test_what_cannot_be_kept_is_the_stores_failure_and_the_dtu_is_polled_on() -> None:
    bench = Bench(ScriptedDriver())
    bench.kept.failure = StoreError("the disk is full; free some space")
    async with bench.running():
        await bench.clock.advance(370)
        bench.kept.failure = None
        await bench.clock.advance(60)
    assert {outcome.error_type for outcome in bench.outcomes[:-1]} == {"storage"}
    assert bench.outcomes[0].error == "the disk is full; free some space"
    assert {outcome.breaker for outcome in bench.outcomes} == {BreakerState.CLOSED}
    assert bench.starts == pytest.approx([60 * n for n in range(len(bench.starts))], abs=3.01)
    assert bench.outcomes[-1].error_type is None


async def test_a_bug_is_logged_with_its_traceback_and_ends_nothing() -> None:
    bench = Bench(ScriptedDriver(KeyError("alarm_code")))
    with capture_logs() as logs:
        await bench.run(70)
    assert [outcome.error_type for outcome in bench.outcomes] == ["internal", None]
    (line,) = (log for log in logs if log["event"] == "collector_failed")
    assert line["exc_info"] is True


async def test_polls_are_logged_by_name() -> None:
    bench = Bench(ScriptedDriver(SILENCE))
    with capture_logs() as logs:
        await bench.run(70)
    lines = {log["event"]: log for log in logs}
    assert lines["poll_failed"]["error"] == str(SILENCE)
    assert lines["poll_finished"]["ports"] == 2
    assert lines["poll_finished"]["dtu_name"] == "roof"
    assert lines["dtu_surveyed"]["gateway_serial"] == "10f871600831"


async def test_inverters_that_nobody_wants_are_not_kept() -> None:
    bench = Bench(ScriptedDriver(), DtuSettings(name="roof", exclude_inverters=frozenset({SERIALS[0]})))
    await bench.run(1)
    (poll,) = bench.kept.polls
    assert [reading.serial_number for reading in readings(poll)] == [SERIALS[1]] * 2
    assert (bench.outcomes[0].inverters, bench.outcomes[0].ports) == (1, 1)


async def test_a_dtu_is_surveyed_once_per_connection() -> None:
    bench = Bench(ScriptedDriver())
    async with bench.running():
        await bench.clock.advance(130)
        assert bench.driver.surveyed == 1
        bench.link.generation += 1
        bench.driver.surveys = [Survey("10f8aaaaaaaa", 20)]
        await bench.clock.advance(130)
    assert bench.driver.surveyed == 2
    assert bench.driver.steps[0] == 40
    assert bench.driver.steps[-1] == 20


async def test_a_survey_that_fails_after_a_reconnection_does_not_cost_the_poll() -> None:
    bench = Bench(ScriptedDriver())
    async with bench.running():
        bench.link.generation += 1
        bench.driver.surveys = [Garbled("half an answer")]
        await bench.clock.advance(130)
    assert [outcome.error_type for outcome in bench.outcomes] == [None] * 3
    assert bench.driver.surveyed == 3, "and is tried again"


async def test_a_first_survey_that_fails_fails_the_poll() -> None:
    driver = ScriptedDriver()
    driver.surveys = [Refused(2)]
    bench = Bench(driver)
    await bench.run(1)
    assert bench.outcomes[0].error_type == "refused"


async def test_a_register_step_that_was_set_is_not_learned() -> None:
    bench = Bench(ScriptedDriver(), DtuSettings(name="roof", register_step=20))
    await bench.run(1)
    assert bench.driver.steps == [20]


async def test_stopping_ends_an_idle_loop_at_once_and_closes_the_link() -> None:
    bench = Bench(ScriptedDriver())
    async with bench.running():
        await bench.clock.advance(10)
    assert bench.link.closed
    assert len(bench.outcomes) == 1


async def test_stopping_lets_a_running_poll_be_kept() -> None:
    driver = ScriptedDriver()
    bench = Bench(driver)
    driver.before_answer = bench.collector.stop
    await asyncio.wait_for(bench.collector.run(), 5)
    assert len(bench.kept.polls) == 1
    assert len(bench.outcomes) == 1


async def test_stopped_before_it_began_it_never_polls() -> None:
    bench = Bench(ScriptedDriver())
    bench.collector.stop()
    await asyncio.wait_for(bench.collector.run(), 5)
    assert bench.outcomes == []


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=1), timedelta(days=-20_000)])
async def test_a_clock_that_jumps_loses_and_reorders_nothing(jump: timedelta) -> None:
    bench = Bench(ScriptedDriver())
    async with bench.running():
        await bench.clock.advance(300)
        before = len(bench.outcomes)
        bench.clock.jump(jump)
        await bench.clock.advance(300)
    assert len(bench.outcomes) in (10, 11), "the schedule does not look at the wall clock"
    times = [poll.taken_at for poll in bench.kept.polls]
    assert len(times) == len(bench.outcomes)
    assert times == sorted(set(times))
    assert suspects(bench.kept.polls[:before]) == {False}
    assert suspects(bench.kept.polls[before:]) == {True}


async def test_a_clock_that_starts_in_1970_and_is_set_later_loses_and_reorders_nothing() -> None:
    bench = Bench(ScriptedDriver(), start=datetime(1970, 1, 1, tzinfo=UTC))
    async with bench.running():
        await bench.clock.advance(130)
        bench.clock.jump(NOON - bench.clock.now())
        await bench.clock.advance(1200)
    polls = bench.kept.polls
    times = [poll.taken_at for poll in polls]
    assert times == sorted(set(times))
    assert suspects(polls[:3]) == {True}
    assert polls[3].taken_at >= NOON
    assert not polls[-1].suspect_time, "ten minutes after it was set the clock is trusted"


def readings(poll: Poll) -> list[InverterReading | PortReading]:
    return [*poll.inverters, *poll.ports]


def suspects(polls: list[Poll]) -> set[bool]:
    return {poll.suspect_time for poll in polls}
