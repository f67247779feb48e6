"""What other processes have handed over, brought through the one door."""

from collections.abc import Sequence
from typing import Protocol

import structlog

from sunledger.intake.exclusion import Accept
from sunledger.measurements import Poll
from sunledger.sitetime import Clock
from sunledger.store.handover import Handed
from sunledger.store.protocol import StoreError
from sunledger.store.records import Entry, Receipt
from sunledger.store.spool_entry import decode

log = structlog.get_logger("sunledger.intake")

LOOKS_EVERY = 0.5
"""Seconds between looks at an empty table."""
_AT_ONCE = 100
_OF_THE_POLL = (ValueError, ArithmeticError, LookupError, TypeError)
"""What is raised when not the store is in trouble, but a poll makes no sense."""


class Queue(Protocol):
    """Where polls wait; see `Handover`."""

    async def first(self, most: int) -> Sequence[Handed]:
        """Those that have waited longest."""

    async def drop(self, handed: Sequence[Handed]) -> None:
        """Forget polls that have been taken in."""

    async def refuse(self, handed: Handed, why: str) -> None:
        """Set a poll aside that nobody can take in."""


class Door(Protocol):
    """Where polls are handed over."""

    async def commit_all(self, entries: Sequence[Entry]) -> Sequence[Receipt]:
        """Hand polls over durably, all or none; raises StoreError."""


def handing_over(door: Door) -> Accept:
    """Takes polls in by handing them over to the process that writes, which checks and shows them."""

    async def hand_over(polls: Sequence[Poll]) -> Sequence[Receipt]:
        receipts = await door.commit_all([Entry(poll) for poll in polls])
        log.info("polls_handed_over", dtu_names=sorted({poll.dtu_name for poll in polls}), polls=len(polls))
        return receipts

    return hand_over


class HandedOver:
    """Takes polls in that were handed over, again and again until they are kept."""

    def __init__(self, clock: Clock, queue: Queue, accept: Accept) -> None:
        self._clock = clock
        self._queue = queue
        self._accept = accept

    async def run(self) -> None:
        """Take in what comes, until cancelled."""
        while True:
            try:
                taken = await self.take()
            except StoreError as error:  # whoever keeps polls tells of it; what waits is safe
                log.debug("handover_away", error=str(error))
                taken = 0
            except Exception:  # a bug: what waits is safe, and has to be tried again
                log.exception("handover_failed")
                taken = 0
            if not taken:
                await self._clock.sleep(LOOKS_EVERY)

    async def take(self) -> int:
        """Take in the polls that have waited longest; how many those were. Raises StoreError."""
        handed = await self._queue.first(_AT_ONCE)
        try:
            await self._bring(handed)
        except _OF_THE_POLL:
            for each in handed:
                await self._bring_alone(each)
        return len(handed)

    async def _bring(self, handed: Sequence[Handed]) -> None:
        if handed:
            await self._accept([decode(each.body).poll for each in handed])
            await self._queue.drop(handed)

    async def _bring_alone(self, handed: Handed) -> None:
        """Take one in, or set it aside: it would stop all that come after it, for ever."""
        try:
            await self._bring([handed])
        except _OF_THE_POLL as error:
            why = f"{type(error).__name__}: {error}"
            log.warning("handed_over_refused", number=handed.number, error=why)
            await self._queue.refuse(handed, why)
