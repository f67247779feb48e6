"""The Clock: the only place where Sunledger reads the time.

`app` passes one in; nothing else may call `datetime.now`, `time.time` or `asyncio.sleep` (a lint rule
says so). So a day, a night, a DST change or a clock that jumps is a test of milliseconds.
"""

import asyncio
import heapq
import itertools
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Wall time, monotonic time and waiting."""

    def now(self) -> datetime:
        """The wall time, aware, in UTC. It may jump."""

    def monotonic(self) -> float:
        """Seconds since some moment; never runs backward."""

    async def sleep(self, seconds: float) -> None:
        """Wait on this clock; a negative wait is none."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The machine's wall time."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """The machine's monotonic time."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait in real time."""
        await asyncio.sleep(max(0.0, seconds))


class AcceleratedClock:
    """A clock that starts at `start` and runs `speed` times as fast as the machine's."""

    def __init__(self, start: datetime, speed: float) -> None:
        if speed <= 0:
            raise ValueError(f"speed must be positive, not {speed}")
        self._start = start
        self._speed = speed
        self._origin = time.monotonic()

    def now(self) -> datetime:
        """The accelerated wall time."""
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Accelerated seconds since the clock was made."""
        return (time.monotonic() - self._origin) * self._speed

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds` of accelerated time."""
        await asyncio.sleep(max(0.0, seconds) / self._speed)


class ManualClock:
    """A clock that stands still until it is told to advance or to jump: shipped, for tests."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._monotonic = 0.0
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """The time it was set to."""
        return self._now

    def monotonic(self) -> float:
        """Seconds it was advanced by; jumps do not count."""
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        """Wait until `advance` has passed the moment."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._monotonic + seconds, next(self._order), future))
        await future

    def jump(self, by: timedelta) -> None:
        """Step the wall time, as an administrator or NTP would."""
        self._now += by

    async def advance(self, seconds: float, settle: int = 50) -> None:
        """Let `seconds` pass, waking sleepers in order; `settle` turns of the loop follow each wake."""
        end = self._monotonic + seconds
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, future = heapq.heappop(self._sleepers)
            self._pass(due - self._monotonic)
            if not future.done():
                future.set_result(None)
            await self._settle(settle)
        self._pass(end - self._monotonic)
        await self._settle(settle)

    def _pass(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    @staticmethod
    async def _settle(turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
