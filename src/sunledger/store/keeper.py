"""The keeper: puts polls into a store that may be away, and into the spool until it is back.

A poll goes straight into the store while nothing waits; that is acknowledged when the store has it. When the
store does not take it in time, or something waits already, the poll goes to the end of the spool, and that is
the acknowledgement. So polls reach the store in the order they came. A drain brings what waits to the store,
from the first on, again and again until the store has taken it: a poll that the store had already, although
nobody was told, is a no-op. Why it is done like this: docs/decisions/0008-spool.md.

*State: whether the store is open, and why it was last away.*
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from sunledger.measurements import Batch, Poll
from sunledger.sitetime import Clock
from sunledger.store.protocol import Store, StoreError, StoreUnusable
from sunledger.store.records import Device, Entry, Found, Latest, Loaded, Receipt
from sunledger.store.spool import Spool, Standing
from sunledger.store.spool_entry import decode
from sunledger.store.spool_file import Waiting

log = structlog.get_logger("sunledger.store")

PATIENCE = 2.0
"""Seconds that a poll waits for the store before it goes to the spool; of real time, as a network's are."""
SHORTEST_WAIT, LONGEST_WAIT = 1.0, 30.0
"""Seconds between two attempts to reach a store that is away: doubled each time."""
STAMINA = 30.0
"""Seconds that the drain waits for one answer of the store: nobody waits for the drain."""
_AT_ONCE = 100
"""Polls brought from the spool to the store in one transaction, and forgotten with one sync."""
_OF_THE_POLL = (ValueError, ArithmeticError, LookupError, TypeError)
"""What the store raises when not it is in trouble, but one of the polls makes no sense to it."""


@dataclass(frozen=True, slots=True)
class SpooledReceipt(Receipt):
    """The receipt of a poll that waits in the spool: nothing is known yet of what it will do in the store."""


class Keeper:
    """Takes polls for a store that may be away; they are durable once it has taken them."""

    def __init__(self, store: Store, spool: Spool, clock: Clock, patience: float = PATIENCE) -> None:
        self._store = store
        self._spool = spool
        self._clock = clock
        self._patience = patience
        self._open = False
        self._away: str | None = None
        self._draining: asyncio.Task[None] | None = None
        self._on_return: Callable[[], Awaitable[object]] = _nothing
        self._on_drained: Callable[[Receipt], Awaitable[object]] = _nobody

    def listen(
        self,
        on_return: Callable[[], Awaitable[object]],
        on_drained: Callable[[Receipt], Awaitable[object]],
    ) -> None:
        """Whom to tell that the store has opened late, and of each poll that it has got from the spool."""
        self._on_return, self._on_drained = on_return, on_drained

    async def open(self) -> None:
        """Take the spool and the store; a store that is away is tried again and again from now on.

        Raises `StoreUnusable` when waiting would not help.
        """
        await self._spool.open()
        try:
            await self._store.open()
        except StoreUnusable:
            await self._spool.close()
            raise
        except StoreError as error:
            self._note_away(error)
        else:
            self._open = True

    def start(self) -> None:
        """Begin to drain, in a task of its own."""
        self._draining = asyncio.create_task(self._drain_for_ever(), name="drain")

    async def close(self) -> None:
        """Stop draining and let go of both; what waits is there at the next start."""
        if self._draining is not None:
            self._draining.cancel()
            await asyncio.wait([self._draining])
        await self._spool.close()
        await self._store.close()

    @property
    def is_open(self) -> bool:
        """Whether the store has been reached since the start."""
        return self._open

    @property
    def standing(self) -> Standing:
        """How much waits."""
        return self._spool.standing

    @property
    def alarm(self) -> str | None:
        """What an owner has to know, in a line; None while all is well."""
        now = self._spool.standing
        said = []
        if now.polls:
            since = f" since {now.oldest:%Y-%m-%d %H:%M:%S} UTC" if now.oldest else ""
            said.append(f"{now.polls} polls wait in the spool{since}: {self._away or 'it is being drained'}")
        elif not self._open:
            said.append(f"the database is away: {self._away}")
        if now.full:
            said.append("the spool is full and new polls are turned away")
        if now.set_aside:
            said.append(f"{now.set_aside} polls in the spool were refused by the store; see the log")
        return "; ".join(said) or None

    async def commit(self, poll: Poll, found: Sequence[Found] = ()) -> Receipt:
        """Keep a poll; see `commit_all`."""
        (receipt,) = await self.commit_all([Entry(poll, found)])
        return receipt

    async def commit_all(self, entries: Sequence[Entry]) -> Sequence[Receipt]:
        """Keep polls, in the store or in the spool, all or none; durable when this returns.

        Raises `SpoolFull`, or `StoreError` when neither can take them.
        """
        if self._open and self._spool.empty:
            try:
                async with asyncio.timeout(self._patience):
                    receipts = await self._store.commit_all(entries)
            except (StoreError, TimeoutError) as error:
                self._note_away(error)
            else:
                self._away = None
                return receipts
        await self._spool.append(entries)
        return [SpooledReceipt(poll, 0, 0, (), ()) for poll, _ in entries]

    async def load(self, batch: Batch, found: Sequence[Found] = ()) -> Loaded:
        """Load a batch into the store; see `Store.load`. It never waits in the spool.

        Raises StoreError while the store is away: the batch can be loaded again.
        """
        if not self._open:
            raise StoreError(f"the database is away: {self._away}; load again when it is back")
        return await self._store.load(batch, found)

    async def latest(self) -> Latest:
        """What the store knows; see `Store.latest`."""
        return await self._store.latest()

    async def devices(self) -> Sequence[Device]:
        """What the store knows; see `Store.devices`."""
        return await self._store.devices()

    async def latest_time(self) -> datetime | None:
        """The time of the latest poll, of those in the spool alone while the store is away."""
        times = [await self._store.latest_time() if self._open else None, self._spool.standing.latest]
        return max((time for time in times if time is not None), default=None)

    async def _drain_for_ever(self) -> None:
        """Bring to the store what waits, whenever it can be reached."""
        wait = SHORTEST_WAIT
        while True:
            try:
                await self._reach()
                await self._spool.filled()
                await self._drain()
                wait = SHORTEST_WAIT
                continue
            except (StoreError, TimeoutError) as error:
                self._note_away(error)
            except Exception as error:  # a bug: what waits is safe, and has to be tried again
                log.exception("drain_failed")
                self._note_away(error)
            await self._clock.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)

    async def _reach(self) -> None:
        """Open the store unless it has been opened."""
        if not self._open:
            async with asyncio.timeout(STAMINA):
                await self._store.open()
            self._open = True
            await self._on_return()
            log.info("store_reached", polls_waiting=self._spool.standing.polls)

    async def _drain(self) -> None:
        """Bring the first polls of the spool to the store, in order; those that it took leave the spool."""
        waiting = await self._spool.first(_AT_ONCE)
        try:
            await self._bring(waiting)
        except _OF_THE_POLL:
            for each in waiting:
                await self._bring_alone(each)
        if self._spool.empty:
            log.info("spool_drained")

    async def _bring(self, waiting: Sequence[Waiting]) -> None:
        """Commit the first polls together, and forget them there. Raises StoreError, or `_OF_THE_POLL`."""
        if not waiting:
            return
        entries = _told_once([decode(each.body) for each in waiting])
        async with asyncio.timeout(STAMINA):
            receipts = await self._store.commit_all(entries)
        await self._spool.drop(waiting[: len(entries)])
        self._away = None
        for receipt in receipts:
            await self._on_drained(receipt)

    async def _bring_alone(self, waiting: Waiting) -> None:
        """Commit a poll of the spool, or set it aside: it would stop all that come after it, for ever."""
        try:
            await self._bring([waiting])
        except _OF_THE_POLL as error:
            await self._spool.set_aside(waiting, f"{type(error).__name__}: {error}")

    def _note_away(self, error: BaseException) -> None:
        """Say once why the store cannot be reached, and keep it for the alarm."""
        why = str(error) or f"the database did not answer within {self._patience:g} s"
        if self._away is None:
            log.warning("store_away", error=why)
        self._away = why


def _told_once(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The first entries, up to one that tells of a moment of a device again.

    Were two values of a reading brought together once more, the first would replace the second for a while.
    """
    known: set[tuple[str, datetime]] = set()
    for number, (poll, _) in enumerate(entries):
        moment = (poll.dtu_name, poll.taken_at)
        if moment in known:
            return entries[:number]
        known.add(moment)
    return entries


async def _nothing() -> None:
    """What happens when nobody listens for the store's return."""


async def _nobody(_: Receipt) -> None:
    """Who is told of drained polls when nobody listens."""
