"""Long work on the event loop, done in parts, so that nobody else waits for its end."""

from sunledger.sitetime.clock import Clock

AT_ONCE = 100
"""Readings that are seen to in one turn of the loop: a few milliseconds."""


class Turns:
    """Counts what has been done of a long piece of work, and gives way after every `AT_ONCE` readings.

    *State: how much was done in this turn.*
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._done = 0

    async def after(self, readings: int) -> None:
        """Note that so many more readings were seen to; whoever else is ready goes first, now and then."""
        self._done += max(1, readings)
        if self._done >= AT_ONCE:
            self._done = 0
            await self._clock.sleep(0)
