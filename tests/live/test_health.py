from datetime import timedelta

import pytest
from tests.live.roof import NOON

from sunledger.live import (
    STORAGE,
    BreakerState,
    DtuHealth,
    DtuStatus,
    Health,
    Patience,
    PollOutcome,
    Status,
)
from sunledger.sitetime import ManualClock

PATIENCE = Patience(query_period=60, offline_threshold=300)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


def outcome(
    clock: ManualClock, dtu: str = "roof", error: str | None = None, error_type: str | None = None
) -> PollOutcome:
    return PollOutcome(
        dtu_name=dtu,
        started_at=clock.now(),
        seconds=0.5,
        error=error,
        error_type=error_type or ("unreachable" if error else None),
        next_poll_in=60,
    )


def roof(health: Health) -> DtuHealth:
    dtu = health.dtu("roof")
    assert dtu is not None
    return dtu


def status(health: Health) -> Status:
    return health.status


def test_a_dtu_is_unknown_until_it_was_asked(clock: ManualClock) -> None:
    dtu = roof(Health(clock, ["roof"], PATIENCE))
    assert dtu.status is DtuStatus.UNKNOWN
    assert dtu.last_successful_query is None
    assert dtu.seconds_since_last_success is None
    assert (dtu.query_count, dtu.error_count) == (0, 0)


async def test_a_success_makes_it_online(clock: ManualClock) -> None:
    health = Health(clock, ["roof"], PATIENCE)
    health.heard(outcome(clock))
    await clock.advance(40)
    dtu = roof(health)
    assert dtu.status is DtuStatus.ONLINE
    assert dtu.last_successful_query == NOON
    assert dtu.seconds_since_last_success == 40
    assert dtu.next_poll_in == 20
    assert (dtu.query_count, dtu.error_count) == (1, 0)


async def test_a_failure_makes_it_an_error_that_is_remembered(clock: ManualClock) -> None:
    health = Health(clock, ["roof"], PATIENCE)
    health.heard(outcome(clock))
    await clock.advance(60)
    health.heard(outcome(clock, error="no answer"))
    health.heard(outcome(clock, error="no answer again"))
    dtu = roof(health)
    assert dtu.status is DtuStatus.ERROR
    assert (dtu.query_count, dtu.error_count, dtu.consecutive_failures) == (3, 2, 2)
    assert (dtu.last_error, dtu.last_error_time) == ("no answer again", NOON + timedelta(minutes=1))
    health.heard(outcome(clock))
    dtu = roof(health)
    assert (dtu.status, dtu.consecutive_failures) == (DtuStatus.ONLINE, 0)
    assert dtu.last_error == "no answer again"


async def test_no_jump_of_the_wall_clock_makes_a_dtu_silent(clock: ManualClock) -> None:
    health = Health(clock, ["roof"], PATIENCE)
    health.heard(outcome(clock))
    clock.jump(timedelta(days=1))
    assert roof(health).seconds_since_last_success == 0
    assert status(health) is Status.HEALTHY
    assert health.uptime == timedelta(0)


async def test_a_collector_that_hangs_shows_as_an_error(clock: ManualClock) -> None:
    health = Health(clock, ["roof"], PATIENCE)
    health.heard(outcome(clock))
    await clock.advance(301)
    assert roof(health).status is DtuStatus.ERROR
    assert status(health) is Status.UNHEALTHY


async def test_starting_is_healthy_until_the_threshold(clock: ManualClock) -> None:
    health = Health(clock, ["roof"], PATIENCE)
    await clock.advance(300)
    assert status(health) is Status.HEALTHY
    await clock.advance(1)
    assert status(health) is Status.UNHEALTHY


async def test_without_any_dtu_it_is_healthy_for_ever(clock: ManualClock) -> None:
    health = Health(clock, [], PATIENCE)
    await clock.advance(86_400)
    assert status(health) is Status.HEALTHY
    assert health.error is None


@pytest.mark.parametrize(
    ("answering", "expected"),
    [
        (["roof", "barn"], Status.HEALTHY),
        (["roof"], Status.DEGRADED),
        ([], Status.UNHEALTHY),
    ],
)
async def test_the_status_follows_how_many_dtus_are_silent(
    clock: ManualClock, answering: list[str], expected: Status
) -> None:
    health = Health(clock, ["roof", "barn"], PATIENCE)
    await clock.advance(400)
    for name in answering:
        health.heard(outcome(clock, name))
    assert status(health) is expected
    assert (health.error is None) is (expected is Status.HEALTHY)


async def test_the_error_names_the_silent_dtu_and_its_last_complaint(clock: ManualClock) -> None:
    health = Health(clock, ["roof", "barn"], PATIENCE)
    await clock.advance(400)
    health.heard(outcome(clock, "roof", error="no answer within 3 s"))
    health.heard(outcome(clock, "barn"))
    assert health.error == "roof: no successful poll for 400 s (no answer within 3 s)"


def test_readings_that_cannot_be_kept_degrade_until_they_can(clock: ManualClock) -> None:
    health = Health(clock, ["roof"], PATIENCE)
    health.heard(outcome(clock))
    health.heard(outcome(clock, error="the disk is full", error_type=STORAGE))
    assert status(health) is Status.DEGRADED
    assert health.error == "readings cannot be kept: the disk is full"
    health.heard(outcome(clock, error="no answer"))
    assert status(health) is Status.DEGRADED, "an unreachable DTU says nothing of the disk"
    health.heard(outcome(clock))
    assert status(health) is Status.HEALTHY


def test_changes_of_status_and_breaker_are_told_and_nothing_else(clock: ManualClock) -> None:
    told: list[DtuHealth] = []
    health = Health(clock, ["roof"], PATIENCE, told.append)
    for each in (outcome(clock), outcome(clock), outcome(clock, error="x"), outcome(clock, error="x")):
        health.heard(each)
    opened = PollOutcome(
        dtu_name="roof",
        started_at=NOON,
        seconds=1,
        error_type="refused",
        error="x",
        breaker=BreakerState.OPEN,
    )
    health.heard(opened)
    assert [(dtu.status, dtu.breaker) for dtu in told] == [
        (DtuStatus.ONLINE, BreakerState.CLOSED),
        (DtuStatus.ERROR, BreakerState.CLOSED),
        (DtuStatus.ERROR, BreakerState.OPEN),
    ]


async def test_a_long_period_makes_patient(clock: ManualClock) -> None:
    health = Health(clock, ["roof"], Patience(query_period=900, offline_threshold=300))
    health.heard(outcome(clock))
    await clock.advance(1000)
    assert status(health) is Status.HEALTHY


def test_an_alarm_of_another_room_degrades_and_is_told(clock: ManualClock) -> None:
    said: list[str] = []
    health = Health(clock, [], PATIENCE, alarms=[lambda: said[0] if said else None])
    assert (status(health), health.error) == (Status.HEALTHY, None)
    said.append("12 polls wait in the spool")
    assert (status(health), health.error) == (Status.DEGRADED, "12 polls wait in the spool")


async def test_a_dtu_that_joins_is_not_silent_before_it_could_be_asked(clock: ManualClock) -> None:
    health = Health(clock, [], PATIENCE)
    await clock.advance(1000)
    health.expect("roof")
    assert (roof(health).status, roof(health).silent_for) == (DtuStatus.UNKNOWN, 0)
    assert (status(health), list(health.names)) == (Status.HEALTHY, ["roof"])


async def test_the_last_poll_of_a_dtu_that_is_gone_does_not_bring_it_back(clock: ManualClock) -> None:
    health = Health(clock, ["roof"], PATIENCE)
    health.heard(outcome(clock, error="no answer"))
    health.forget("roof")
    health.heard(outcome(clock))
    assert health.dtus() == {}
    health.expect("roof")
    health.heard(outcome(clock))
    assert (roof(health).query_count, roof(health).last_error) == (1, None)


def test_a_poll_of_a_dtu_that_nobody_expects_leaves_no_trace(clock: ManualClock) -> None:
    health = Health(clock, ["roof"], PATIENCE)
    health.heard(outcome(clock, "barn", error="no answer"))
    assert list(health.names) == ["roof"]
    assert health.error is None
