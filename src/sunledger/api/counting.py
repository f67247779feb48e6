"""Counting of requests by the library `limits`."""

import math

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from sunledger.api.limits import Allowance, Counted
from sunledger.sitetime import Clock, SystemClock


class Counter:
    """Counts requests in storage of the library `limits`."""

    def __init__(self, limiter: SlidingWindowCounterRateLimiter, clock: Clock) -> None:
        self._limiter = limiter
        self._clock = clock
        self._items: dict[int, RateLimitItem] = {}

    async def hit(self, counted: Counted) -> Allowance:
        """Count one more."""
        item = self._items.get(counted.rate)
        if item is None:
            item = self._items[counted.rate] = RateLimitItemPerMinute(counted.rate)
        granted = await self._limiter.hit(item, counted.name, counted.key)
        window = await self._limiter.get_window_stats(item, counted.name, counted.key)
        seconds = max(0, math.ceil(window.reset_time - self._clock.now().timestamp()))
        return Allowance(counted, granted, window.remaining, seconds)


def in_process() -> Counter:
    """A counter for this process alone."""
    return Counter(SlidingWindowCounterRateLimiter(MemoryStorage()), SystemClock())
