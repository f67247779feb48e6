"""Tells the other processes of one Sunledger what happens in this one.

Nobody here waits for that: what cannot be told now waits, the latest of it, and whoever listens sees by the
numbers that something was left out.

*State: what waits to be told.*
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

import structlog

from sunledger.live import LatestInverter, LatestReadings, PollOutcome, Stream, Subscription
from sunledger.live.measured import Measured
from sunledger.live.relay import finished, shown, told
from sunledger.sitetime import Clock
from sunledger.transports.channel import Channel, Cut

log = structlog.get_logger("sunledger.intake")

AGAIN = 1.0
"""Seconds between two attempts to get through."""
_AT_ONCE = 100
_MOST = 1000
"""Messages that wait at most."""


class Signed(NamedTuple):
    """A message with who tells it, and how many that one has told by then."""

    teller: str
    number: int
    message: bytes


def signed(said: bytes) -> Signed:
    """Who said what. Raises ValueError."""
    teller, number, message = said.split(b" ", 2)
    return Signed(teller.decode(), int(number), message)


class Teller:
    """Says on a channel what is shown, told and polled here, in that order."""

    def __init__(
        self, channel: Channel, latest: LatestReadings, clock: Clock, stream: Stream | None = None
    ) -> None:
        """Without a stream, it is not for this process to tell subscribers' events."""
        self.name = secrets.token_hex(8)
        """How others know that it is the same process."""
        self._channel = channel
        self._latest = latest
        self._clock = clock
        self._heard = None if stream is None else stream.subscribe()
        self._waiting: deque[tuple[int, bytes]] = deque(maxlen=_MOST)
        self._count = 0
        self._come = asyncio.Event()

    def shown(self, images: Sequence[LatestInverter], measured: Sequence[Measured]) -> None:
        """Tell what is shown anew; a `ShownListener`."""
        if images or measured:
            self._tell(shown(images, self._latest.age, measured))

    def poll_finished(self, outcome: PollOutcome) -> None:
        """Tell how a poll ended; a `PollListener`."""
        self._tell(finished(outcome))

    async def _pass_on(self, subscription: Subscription) -> None:
        """Tell what subscribers are told, until the stream ends."""
        with subscription:
            async for frame in subscription:
                self._tell(told(frame))

    def _tell(self, message: bytes) -> None:
        self._count += 1
        self._waiting.append((self._count, b"%b %d %b" % (self.name.encode(), self._count, message)))
        self._come.set()

    async def run(self) -> None:
        """Tell until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._say_on())
            if self._heard is not None:
                tasks.create_task(self._pass_on(self._heard))

    async def _say_on(self) -> None:
        """Say what waits, until cancelled."""
        cut = False
        while True:
            await self._come.wait()
            try:
                await self._say_some()
                cut = False
            except Cut as error:
                if not cut:
                    log.warning("not_heard_by_other_processes", error=str(error))
                cut = True
                await self._clock.sleep(AGAIN)

    async def _say_some(self) -> None:
        """Say what has waited longest. Raises `Cut`, and then it may have been said."""
        first = list(self._waiting)[:_AT_ONCE]
        await self._channel.say([said for _, said in first])
        while self._waiting and self._waiting[0][0] <= first[-1][0]:
            self._waiting.popleft()
        if not self._waiting:
            self._come.clear()
