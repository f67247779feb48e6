"""A store on another machine, as far as its users can tell: a memory store behind a line that can be cut."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tests.store.plants import WARSAW

from sunledger.measurements import Poll
from sunledger.store.memory import MemoryStore
from sunledger.store.protocol import StoreError, StoreUnusable
from sunledger.store.records import Device, Entry, Latest, Receipt


class Faraway(MemoryStore):
    """Keeps what reaches it. It is no database: only the line's faults are made up, not the keeping."""

    def __init__(self) -> None:
        super().__init__(WARSAW)
        self.reachable = True
        self.answers = True
        """False: what is sent arrives, and the answer is lost."""
        self.frozen = False
        """True: what is sent arrives nowhere, and nobody says so."""
        self.foreign = False
        """True: there is a database, but not ours."""
        self.stumbles_at: datetime | None = None
        """The time of a poll that it cannot take."""
        self.arrived: list[Poll] = []
        """Polls in the order in which they were committed, each time that they were."""

    async def open(self) -> None:
        if self.foreign:
            raise StoreUnusable("this is a database of another program")
        self._check_line()

    async def commit_all(self, entries: Sequence[Entry]) -> Sequence[Receipt]:
        if self.frozen:
            await asyncio.Event().wait()
        self._check_line()
        if self.stumbles_at in [poll.taken_at for poll, _ in entries]:
            raise OverflowError("a value that does not fit")
        receipts = await super().commit_all(entries)
        for poll, _ in entries:
            self.arrived.append(replace(poll, inverters=list(poll.inverters), ports=list(poll.ports)))
        if not self.answers:
            raise StoreError("the connection was lost")
        return receipts

    async def latest(self) -> Latest:
        self._check_line()
        return await super().latest()

    async def devices(self) -> Sequence[Device]:
        self._check_line()
        return await super().devices()

    async def latest_time(self) -> datetime | None:
        self._check_line()
        return await super().latest_time()

    def _check_line(self) -> None:
        if not self.reachable:
            raise StoreError("nothing listens at db.example:5432")
