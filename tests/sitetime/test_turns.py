"""Long work gives way to others."""

import asyncio
from datetime import UTC, datetime

import pytest

from sunledger.sitetime import ManualClock
from sunledger.sitetime.turns import AT_ONCE, Turns


@pytest.mark.parametrize(
    ("pieces", "size", "ways_given"),
    [(AT_ONCE - 1, 1, 0), (AT_ONCE, 1, 1), (AT_ONCE, 0, 1), (10 * AT_ONCE, 1, 10), (10, AT_ONCE // 2, 5)],
)
async def test_others_have_their_turn_after_so_many_readings(pieces: int, size: int, ways_given: int) -> None:
    turns = Turns(ManualClock(datetime(2026, 6, 21, tzinfo=UTC)))
    others = 0

    async def other() -> None:
        nonlocal others
        while True:
            await asyncio.sleep(0)
            others += 1

    waiting = asyncio.create_task(other())
    await asyncio.sleep(0)
    for _ in range(pieces):
        await turns.after(size)
    waiting.cancel()
    assert others == ways_given
