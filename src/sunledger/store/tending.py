"""Looking after a store that is being served: measuring it, rebuilding it when asked, doing its chores.

*State: the latest measurement, how the latest rebuild goes, and how the latest round of chores ended.*
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

import structlog

from sunledger.sitetime import Clock
from sunledger.store.protocol import Store, StoreError
from sunledger.store.storage import Storage
from sunledger.store.upkeep import Told

log = structlog.get_logger("sunledger.store")

FRESH = 60.0
"""Seconds that a measurement serves at least."""
_REST = 100
"""After measuring for a second so many pass before the next time: a large file is not read all day."""
_ROUND = 3600.0
"""Seconds from one round of chores to the next."""

Rebuilds = Callable[[Told], Awaitable[int]]
"""Makes everything derived anew; gives how many differences were put right. Raises StoreError."""


class Chore(Protocol):
    """What an engine needs done now and then."""

    async def do(self) -> None:
        """Do what is due. Raises StoreError."""

    async def close(self) -> None:
        """Leave what is under way."""


class Stage(StrEnum):
    """How a rebuild stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(slots=True)
class Rebuilding:
    """A rebuild, running or over."""

    started_at: datetime
    stage: Stage = Stage.RUNNING
    fraction: float = 0.0
    mended: int | None = None
    """How many differences were put right; None before the end."""
    error: str | None = None
    finished_at: datetime | None = None


class Tending:
    """Measures a store and rebuilds it. Without `rebuild` this store cannot do that."""

    def __init__(
        self,
        clock: Clock,
        measure: Callable[[], Awaitable[Storage]],
        rebuild: Rebuilds | None = None,
        chore: Chore | None = None,
    ) -> None:
        self._clock = clock
        self._measure = measure
        self._rebuild = rebuild
        self._chore = chore
        self._storage: Storage | None = None
        self._again_at = 0.0
        self._measuring: asyncio.Task[Storage] | None = None
        self._running: asyncio.Task[None] | None = None
        self._chores: asyncio.Task[None] | None = None
        self.rebuilding: Rebuilding | None = None
        """The latest rebuild."""
        self.chore_error: str | None = None
        """Why the latest round of chores was not done."""

    def start(self) -> None:
        """Begin with the chores, in the background."""
        if self._chore is not None:
            self._chores = asyncio.create_task(self.chores(), name="chores")
            self._chores.add_done_callback(_noticed)

    async def chores(self) -> None:
        """Do the chores, round by round, until cancelled; returns at once where there are none."""
        while self._chore is not None:
            try:
                await self._chore.do()
                self.chore_error = None
            except StoreError as error:
                self.chore_error = str(error)
                log.warning("store_chore_failed", error=str(error))
            await self._clock.sleep(_ROUND)

    async def storage(self) -> Storage:
        """The latest measurement; an old one is renewed meanwhile. Raises StoreError when there is none."""
        if self._storage is None or self._clock.monotonic() >= self._again_at:
            if self._measuring is None or self._measuring.done():
                self._measuring = asyncio.create_task(self._measured(), name="measuring")
                self._measuring.add_done_callback(_noticed)
            if self._storage is None:
                return await asyncio.shield(self._measuring)
        return self._storage

    async def _measured(self) -> Storage:
        begun = self._clock.monotonic()
        self._storage = await self._measure()
        ended = self._clock.monotonic()
        self._again_at = ended + max(FRESH, _REST * (ended - begun))
        return self._storage

    @property
    def can_rebuild(self) -> bool:
        """Whether this store can."""
        return self._rebuild is not None

    def rebuild(self) -> Rebuilding:
        """Begin to rebuild, in the background; one that runs goes on. Raises StoreError if it cannot."""
        if self._rebuild is None:
            raise StoreError("what is in memory only is not rebuilt")
        if self.rebuilding is None or self.rebuilding.stage is not Stage.RUNNING:
            self.rebuilding = Rebuilding(self._clock.now())
            self._running = asyncio.create_task(self._run(self.rebuilding, self._rebuild), name="rebuild")
            self._running.add_done_callback(_noticed)
        return self.rebuilding

    async def _run(self, state: Rebuilding, rebuild: Rebuilds) -> None:
        def told(fraction: float, _at: int) -> None:
            state.fraction = fraction

        try:
            state.mended = await rebuild(told)
            state.stage, state.fraction = Stage.DONE, 1.0
            log.info("store_rebuilt", mended=state.mended)
        except StoreError as error:
            state.stage, state.error = Stage.FAILED, str(error)
            log.warning("store_not_rebuilt", error=str(error))
        finally:
            if state.stage is Stage.RUNNING:
                state.stage, state.error = Stage.FAILED, "it was broken off; the log says why"
            state.finished_at = self._clock.now()

    async def close(self) -> None:
        """Stop what goes on; a rebuild leaves nothing half done and may be asked for again."""
        begun = (self._measuring, self._running, self._chores)
        tasks = [task for task in begun if task is not None and not task.done()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        if self._chore is not None:
            await self._chore.close()


def _noticed(task: asyncio.Task[Any]) -> None:
    """Log what failed behind everybody's back; who waits for a measurement is told as well."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        log.warning("tending_failed", work=task.get_name(), error=str(error), exc_info=error)


def counted(store: Store) -> Callable[[], Awaitable[Storage]]:
    """Measures any store by no more than its statistics."""

    async def measure() -> Storage:
        found = await store.statistics()
        return Storage(engine=found.database_type, size=found.database_size_bytes)

    return measure
