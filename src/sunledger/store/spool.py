"""The spool: polls that wait, on our own disk, for a database that is away.

A queue, first in, first out, bounded by size. What `append` has taken is on the disk. Polls that come at once
are written with one sync.

*State: how much waits, counted along with the file.*
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeVar

import structlog

from sunledger.sitetime import Clock, instant, milliseconds
from sunledger.sitetime.turns import Turns
from sunledger.store.protocol import StoreError
from sunledger.store.records import Entry
from sunledger.store.spool_entry import encode
from sunledger.store.spool_file import Contents, Slip, SpoolFile, Waiting

log = structlog.get_logger("sunledger.store")

T = TypeVar("T")

MEGABYTE = 1024 * 1024


class SpoolFull(StoreError):
    """The spool has no room for another poll: the sender has to keep it, and to come again."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How much waits in a spool."""

    polls: int
    rows: int
    """Readings in those polls."""
    bytes: int
    oldest: datetime | None
    """When the poll that has waited longest came."""
    latest: datetime | None
    """The latest time of a poll that was ever spooled since the spool was empty."""
    full: bool
    """Whether the last poll that came was turned away."""
    set_aside: int
    """Polls that the store could not take though it was there; they stay in the file."""
    limit: int
    """Bytes that it may hold."""


class Spool:
    """A durable queue of polls in a file beside the data."""

    def __init__(self, path: Path, limit: int, clock: Clock) -> None:
        self._path = path
        self._limit = limit
        self._clock = clock
        self._file = SpoolFile(path)
        self._thread = ThreadPoolExecutor(1, "spool")
        self._coming: list[tuple[list[Slip], asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._filled = asyncio.Event()
        self._full = False
        self._contents = Contents(0, 0, 0, None, None, 0)

    async def open(self) -> None:
        """Take the file, with what an earlier process has left in it. Raises `StoreUnusable`."""
        self._contents = await self._run(self._file.open)
        if self._contents.polls:
            self._filled.set()
            log.info("spool_found", path=str(self._path), polls=self._contents.polls)

    async def close(self) -> None:
        """Write what is coming, then let go of the file."""
        if self._writing is not None:
            await self._writing
        await asyncio.to_thread(self._thread.shutdown)
        self._file.close()

    @property
    def empty(self) -> bool:
        """Whether nothing waits, nor is about to."""
        return self._contents.polls == 0 and not self._coming

    @property
    def standing(self) -> Standing:
        """How much waits now."""
        now = self._contents
        oldest = None if now.oldest is None else instant(now.oldest)
        latest = None if now.latest is None else instant(now.latest)
        return Standing(
            now.polls, now.readings, now.bytes, oldest, latest, self._full, now.set_aside, self._limit
        )

    async def filled(self) -> None:
        """Wait until something waits in the file."""
        await self._filled.wait()

    async def append(self, entries: Sequence[Entry]) -> None:
        """Take polls, all or none; on the disk when this returns. Raises `SpoolFull`, or `StoreError`."""
        slips = await self._slips(entries)
        self._make_sure_of_room(slips)
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._coming.append((slips, written))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write(), name="spool")
        await written

    async def _slips(self, entries: Sequence[Entry]) -> list[Slip]:
        now, turns, slips = milliseconds(self._clock.now()), Turns(self._clock), []
        for each in entries:
            size = each.poll.size
            slips.append(Slip(now, milliseconds(each.poll.taken_at), size, encode(each)))
            await turns.after(size)
        return slips

    def _make_sure_of_room(self, slips: Sequence[Slip]) -> None:
        coming = chain(slips, *(some for some, _ in self._coming))
        taken = self._contents.bytes + sum(each.size for each in coming)
        full = taken > self._limit
        if full and not self._full:
            log.error("spool_full", path=str(self._path), polls=self._contents.polls, limit=self._limit)
        self._full = full
        if full:
            raise SpoolFull(
                f"the spool {self._path} is full ({self._contents.polls} polls, "
                f"{self._limit // MEGABYTE} MB); get the database back, or allow more with SPOOL_MAX_MB"
            )

    async def _write(self) -> None:
        """Write what came, and what comes meanwhile, each time with one sync."""
        try:
            while self._coming:
                batch, self._coming = self._coming, []
                slips = [slip for some, _ in batch for slip in some]
                self._count(slips)
                try:
                    await self._run(partial(self._file.append, slips))
                except StoreError as error:
                    self._discount(slips)
                    _tell(batch, error)
                else:
                    self._filled.set()
                    _tell(batch, None)
        finally:
            self._writing = None

    def _count(self, slips: Sequence[Slip]) -> None:
        """Count polls as waiting; before they are written, so that none overtakes them."""
        now = self._contents
        times = [slip.taken_at for slip in slips] + ([] if now.latest is None else [now.latest])
        self._contents = now._replace(
            polls=now.polls + len(slips),
            readings=now.readings + sum(slip.readings for slip in slips),
            bytes=now.bytes + sum(slip.size for slip in slips),
            oldest=slips[0].spooled_at if now.oldest is None else now.oldest,
            latest=max(times),
        )

    def _discount(self, slips: Sequence[Slip]) -> None:
        now = self._contents
        self._contents = now._replace(
            polls=now.polls - len(slips),
            readings=now.readings - sum(slip.readings for slip in slips),
            bytes=now.bytes - sum(slip.size for slip in slips),
            oldest=None if now.polls == len(slips) else now.oldest,
        )

    async def first(self, most: int) -> Sequence[Waiting]:
        """The first polls in the file, at most so many."""
        self._filled.clear()  # before looking: what is written meanwhile sets it again
        waiting = await self._run(lambda: self._file.first(most))
        if waiting:
            self._filled.set()
        return waiting

    async def drop(self, entries: Sequence[Waiting]) -> None:
        """Forget polls that the store has."""
        oldest = await self._run(lambda: self._file.drop([each.id for each in entries]))
        self._leave(entries, oldest)
        freed = sum(each.size for each in entries)
        self._contents = self._contents._replace(bytes=self._contents.bytes - freed)
        self._full = False

    async def set_aside(self, entry: Waiting, reason: str) -> None:
        """Keep a poll that the store cannot take, and let the others pass; tried again at the next start."""
        log.error("spooled_poll_set_aside", path=str(self._path), id=entry.id, reason=reason)
        oldest = await self._run(lambda: self._file.set_aside(entry.id, reason))
        self._leave([entry], oldest)
        self._contents = self._contents._replace(set_aside=self._contents.set_aside + 1)

    def _leave(self, entries: Sequence[Waiting], oldest: int | None) -> None:
        now = self._contents
        polls = now.polls - len(entries)
        readings = now.readings - sum(each.readings for each in entries)
        if oldest is None and polls:
            oldest = milliseconds(self._clock.now())  # those that are being written just now
        self._contents = now._replace(polls=polls, readings=readings, oldest=oldest)
        if polls == 0:
            self._filled.clear()

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except RuntimeError as error:
            raise StoreError(f"the spool {self._path} is closed") from error


def _tell(batch: Sequence[tuple[list[Slip], asyncio.Future[None]]], error: StoreError | None) -> None:
    for _, written in batch:
        if written.done():
            continue  # who waited for it has been cancelled
        if error is None:
            written.set_result(None)
        else:
            written.set_exception(error)
