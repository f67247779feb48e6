"""The clocks: who is woken when."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from sunledger.sitetime import AcceleratedClock, ManualClock, SystemClock

START = datetime(2026, 6, 21, 12, 0, tzinfo=UTC)


async def test_a_manual_clock_stands_still_until_told() -> None:
    clock = ManualClock(START)
    assert (clock.now(), clock.monotonic()) == (START, 0.0)
    await clock.advance(90)
    assert (clock.now(), clock.monotonic()) == (START + timedelta(seconds=90), 90.0)


async def test_a_manual_clock_wakes_sleepers_in_the_order_of_their_moments() -> None:
    clock = ManualClock(START)
    woken: list[tuple[str, datetime]] = []

    async def sleeper(name: str, *waits: float) -> None:
        for seconds in waits:
            await clock.sleep(seconds)
            woken.append((name, clock.now()))

    async with asyncio.TaskGroup() as group:
        for name, waits in {"late": (30,), "often": (10, 10, 10), "early": (5,), "same": (30,)}.items():
            group.create_task(sleeper(name, *waits))
        await clock.advance(0)
        await clock.advance(60)
    assert [(name, (at - START).seconds) for name, at in woken] == [
        ("early", 5), ("often", 10), ("often", 20), ("late", 30), ("same", 30), ("often", 30),
    ]  # fmt: skip


async def test_a_manual_clock_wakes_nobody_before_the_moment() -> None:
    clock = ManualClock(START)
    sleeper = asyncio.create_task(clock.sleep(10))
    await clock.advance(0)  # lets the task begin
    await clock.advance(9.9)
    assert not sleeper.done()
    await clock.advance(0.2)
    assert sleeper.done()


async def test_a_sleeper_who_was_cancelled_harms_nobody() -> None:
    clock = ManualClock(START)
    gone, stays = asyncio.create_task(clock.sleep(5)), asyncio.create_task(clock.sleep(5))
    await clock.advance(0)
    gone.cancel()
    await clock.advance(5)
    assert gone.cancelled()
    assert stays.done()


async def test_a_jump_moves_the_wall_time_only() -> None:
    clock = ManualClock(START)
    sleeper = asyncio.create_task(clock.sleep(10))
    await clock.advance(0)
    await clock.advance(5)
    clock.jump(timedelta(days=1))
    await clock.advance(0)
    assert not sleeper.done()
    assert clock.now() == START + timedelta(days=1, seconds=5)
    assert clock.monotonic() == 5.0
    await clock.advance(5)
    assert sleeper.done()


@pytest.mark.parametrize("seconds", [0, -1])
async def test_no_clock_waits_for_what_has_passed(seconds: float) -> None:
    for clock in (ManualClock(START), AcceleratedClock(START, 1e-6), SystemClock()):
        await clock.sleep(seconds)


async def test_an_accelerated_clock_runs_its_wall_and_monotonic_time_together() -> None:
    clock = AcceleratedClock(START, 3600)
    await clock.sleep(36)
    first = clock.monotonic()
    assert first >= 36
    assert clock.now() - START >= timedelta(seconds=first)
    assert clock.monotonic() >= first


async def test_a_wait_on_an_accelerated_clock_is_shorter_by_its_speed() -> None:
    clock = AcceleratedClock(START, 1_000_000)
    async with asyncio.timeout(30):
        await clock.sleep(86_400)
    assert clock.monotonic() >= 86_400


@pytest.mark.parametrize("speed", [0, -1])
def test_a_clock_that_does_not_run_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match=f"speed must be positive, not {speed}"):
        AcceleratedClock(START, speed)


def test_the_system_clock_tells_the_machines_time_in_utc() -> None:
    clock = SystemClock()
    before = time.time()
    now = clock.now()
    assert before <= now.timestamp() <= time.time()
    assert now.tzinfo is UTC
    assert clock.monotonic() <= time.monotonic()
