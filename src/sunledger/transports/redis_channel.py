"""A channel through a stream in Redis, or Valkey."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from sunledger.transports.channel import Cut, Said

KEY = "sunledger:told"
REMEMBERED = 500
"""Messages that Redis keeps, more or less."""
ANSWERS_WITHIN = 2.0
"""Seconds for an answer, and for a connection."""
_WAIT = 1.0
"""Seconds that a reader waits at a time."""
_AT_ONCE = 100
_BODY = b"m"


class RedisChannel:
    """Says and hears over two connections, as hearing waits."""

    def __init__(self, url: str) -> None:
        self._mouth, self._ear = connection(url), connection(url, ANSWERS_WITHIN + _WAIT)

    async def say(self, messages: Sequence[bytes]) -> None:
        """Append to the stream. Raises `Cut`."""
        saying = self._mouth.pipeline(transaction=False)
        for message in messages:
            saying.xadd(KEY, {_BODY: message}, maxlen=REMEMBERED, approximate=True)
        await _through(saying.execute())

    async def lately(self) -> Sequence[Said]:
        """All that the stream holds. Raises `Cut`."""
        return _said(await _through(self._ear.xrange(KEY)))

    async def after(self, place: str) -> Sequence[Said]:
        """What follows in the stream. Raises `Cut`."""
        waited = self._ear.xread({KEY: place}, count=_AT_ONCE, block=round(1000 * _WAIT))
        return [each for _, rows in await _through(waited) or () for each in _said(rows)]

    async def close(self) -> None:
        """Hang up."""
        await self._mouth.aclose()
        await self._ear.aclose()


def connection(url: str, within: float = ANSWERS_WITHIN) -> "Redis":
    """A way to Redis that says at once when there is none; it connects when it is used."""
    return Redis.from_url(
        url,
        socket_timeout=within,
        socket_connect_timeout=ANSWERS_WITHIN,
        retry=Retry(NoBackoff(), 0),
        protocol=2,  # the one that answers the same for every version of the library
    )


async def _through(answer: Awaitable[Any]) -> Any:
    """What Redis answers. Raises `Cut`."""
    try:
        found = await answer
    except (RedisError, OSError) as error:
        _heed_cancellation()
        raise Cut(f"{type(error).__name__}: {error}") from error
    _heed_cancellation()
    return found


def _heed_cancellation() -> None:
    """Raise what redis 8.1 now and then swallows: a task that was cancelled would go on for ever."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _said(rows: Sequence[Any]) -> Sequence[Said]:
    return [Said(place.decode(), fields[_BODY]) for place, fields in rows]
