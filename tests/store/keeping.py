"""A keeper with all that it needs, started and stopped as a process would be."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.store.answers import found
from tests.store.faraway import Faraway
from tests.store.plants import START

from sunledger.measurements import Poll
from sunledger.sitetime import ManualClock
from sunledger.store.keeper import LONGEST_WAIT, Keeper
from sunledger.store.records import Receipt
from sunledger.store.spool import MEGABYTE, Spool


class Keeping:
    """A faraway store, a clock, and the processes that keep polls one after the other."""

    def __init__(self, path: Path, limit: int = MEGABYTE, patience: float = 5.0) -> None:
        self.path = path
        self.limit = limit
        self.patience = patience
        self.store = Faraway()
        self.clock = ManualClock(START)
        self.returns = 0
        self.drained: list[Receipt] = []

    @asynccontextmanager
    async def process(self) -> AsyncIterator[Keeper]:
        keeper = Keeper(self.store, Spool(self.path, self.limit, self.clock), self.clock, self.patience)
        keeper.listen(self._returned, self._drained)
        await keeper.open()
        try:
            keeper.start()
            yield keeper
        finally:
            await keeper.close()

    async def _returned(self) -> None:
        self.returns += 1

    async def _drained(self, receipt: Receipt) -> None:
        self.drained.append(receipt)

    async def pass_to(self, keeper: Keeper, *polls: Poll) -> None:
        """Take polls in at their own time, as a collector would."""
        for each in polls:
            ahead = (each.taken_at - self.clock.now()).total_seconds()
            await self.clock.advance(max(0.0, ahead), settle=5)
            await keeper.commit(each, found(each))

    async def until_drained(self, keeper: Keeper) -> None:
        await self.until(lambda: keeper.standing.polls == 0)

    async def until(self, reached: Callable[[], bool]) -> None:
        """Let the clock run on until something has come about."""
        for _ in range(2000):
            if reached():
                return
            await self.clock.advance(LONGEST_WAIT / 10, settle=5)
            await asyncio.sleep(0.001)
        raise AssertionError("it never came about")
