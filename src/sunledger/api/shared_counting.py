"""Counting of requests for all processes together, in Redis or Valkey; alone while it is away."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from sunledger.api.counting import Counter, in_process
from sunledger.api.limits import Allowance, Counted, Counting
from sunledger.sitetime import Clock, SystemClock

log = structlog.get_logger("sunledger.api")

AGAIN = 5.0
"""Seconds that Redis is left alone after it was away: no request waits for it meanwhile."""
_ANSWERS_WITHIN = 0.5
"""Seconds that a request waits for Redis."""


class Shared:
    """Counts together while that can be done, else alone.

    *State: until when it is not tried.*
    """

    def __init__(
        self,
        together: Counting,
        alone: Counting,
        clock: Clock,
        close: Callable[[], Awaitable[None]],
    ) -> None:
        self.close = close
        """Hangs up."""
        self._together = together
        self._alone = alone
        self._clock = clock
        self._again_at: float | None = None

    async def hit(self, counted: Counted) -> Allowance:
        """Count one more."""
        if self._again_at is None or self._clock.monotonic() >= self._again_at:
            try:
                allowance = await self._together.hit(counted)
            except StorageError as error:
                self._note_away(error)
            else:
                self._again_at = None
                return allowance
        return await self._alone.hit(counted)

    def _note_away(self, error: StorageError) -> None:
        if self._again_at is None:
            why = error.storage_error
            log.warning("limits_are_counted_alone", error=f"{type(why).__name__}: {why}")
        self._again_at = self._clock.monotonic() + AGAIN


def shared(url: str) -> Shared:
    """A counter for all processes that share a Redis."""
    pool = ConnectionPool.from_url(
        url,
        socket_timeout=_ANSWERS_WITHIN,
        socket_connect_timeout=_ANSWERS_WITHIN,
        retry=Retry(NoBackoff(), 0),
    )
    options: dict[str, Any] = {"connection_pool": pool}
    storage = RedisStorage(
        f"async+{url}",
        wrap_exceptions=True,
        implementation="redispy",
        key_prefix="sunledger:limit",
        **options,
    )
    clock = SystemClock()
    counter = Counter(SlidingWindowCounterRateLimiter(storage), clock)
    return Shared(counter, in_process(), clock, pool.aclose)
