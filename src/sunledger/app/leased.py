"""Work that only one of several processes does, for as long as it is the one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from sunledger.sitetime import Clock
from sunledger.store.protocol import StoreError

log = structlog.get_logger("sunledger.app")

LOOKS_EVERY = 2.0
"""Seconds between two looks at whose turn it is."""


class Lease(Protocol):
    """A claim to some work."""

    async def take(self) -> bool:
        """Have the lease, or still have it; False where somebody else has. Raises StoreError."""


class Leased:
    """Waits for its turn, then works; stops as soon as it is somebody else's."""

    def __init__(
        self,
        lease: Lease,
        clock: Clock,
        work: Callable[[], Awaitable[None]],
        name: str,
        *,
        unless_told: bool = False,
    ) -> None:
        """`unless_told` begins also where the database is away and nobody can tell whose turn it is."""
        self._unless_told = unless_told
        self._lease = lease
        self._clock = clock
        self._work = work
        self._name = name

    async def run(self) -> None:
        """Go on until the work ends by itself."""
        while not (await self._is_ours(before=self._unless_told) and await self._done_while_ours()):
            await self._clock.sleep(LOOKS_EVERY)

    async def _done_while_ours(self) -> bool:
        """Work; whether it came to an end."""
        log.info("lease_taken", work=self._name)
        work = asyncio.ensure_future(self._work())
        try:
            while not work.done() and await self._is_ours(before=True):
                await asyncio.wait({work}, timeout=LOOKS_EVERY)
        finally:
            ended = work.done()
            work.cancel()
            await asyncio.wait({work})
        if ended:
            work.result()
        else:
            log.warning("lease_lost", work=self._name)
        return ended

    async def _is_ours(self, *, before: bool) -> bool:
        """Whose turn it is; while the database is away nobody can take it from whoever had it."""
        try:
            return await self._lease.take()
        except StoreError as error:
            log.debug("lease_not_seen", work=self._name, error=str(error))
            return before
