"""When to stop: after a signal, or when the time is over.

The first SIGTERM or SIGINT asks for an orderly end; a second one ends the process at once.
"""

import asyncio
import os
import signal
from collections.abc import Coroutine

import structlog

from sunledger.sitetime import Clock

log = structlog.get_logger("sunledger.app")

EXIT_AT_ONCE = 130
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """What signals ask for."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        self.signalled = False
        """Whether a signal has asked for the end."""

    async def wait(self, clock: Clock, seconds: float | None = None) -> None:
        """Return after the first signal, or after `seconds` of the clock."""
        if seconds is None:
            await self._asked.wait()
            return
        waits = {asyncio.ensure_future(self._asked.wait()), asyncio.ensure_future(clock.sleep(seconds))}
        _, pending = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for each in pending:
            each.cancel()

    async def unless_asked(self, work: Coroutine[None, None, None]) -> bool:
        """Do something that may take any time, unless a signal comes first; whether it was done."""
        working, asked = asyncio.ensure_future(work), asyncio.ensure_future(self._asked.wait())
        await asyncio.wait({working, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if working.done():
            await working
            return True
        working.cancel()
        return False

    def watch(self) -> None:
        """Listen to the signals of this process."""
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            try:
                loop.add_signal_handler(number, self.ask)
            except NotImplementedError:  # Windows has no signals in its loop: Ctrl+C still interrupts
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(self.ask))

    def ask(self) -> None:
        """Stop for a signal; for a second one at once."""
        if self.signalled:
            os._exit(EXIT_AT_ONCE)
        self.signalled = True
        log.info("stopping", hint="a second signal exits at once")
        self.end()

    def end(self) -> None:
        """Stop, in the same order, without a signal."""
        self._asked.set()
