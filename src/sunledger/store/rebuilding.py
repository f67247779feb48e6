"""A rebuild from its beginning to its end, in a store that goes on being written to."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from sunledger.sitetime import Clock
from sunledger.store.audit import standing
from sunledger.store.bookkeeper import Bookkeeper
from sunledger.store.protocol import Accounting
from sunledger.store.rebuild import Rebuild, lifetimes_moved
from sunledger.store.upkeep import Told, UpkeepShelf

STEP = 0.008
"""Seconds after which a step of a rebuild lets commits in."""

T = TypeVar("T")


class Upkept(Protocol):
    """An open store, as a rebuild sees it. Both methods raise StoreError."""

    async def look(self, question: Callable[[UpkeepShelf], T]) -> T:
        """Answer a question from one consistent state, without holding up commits."""

    async def mend(self, work: Callable[[Bookkeeper, UpkeepShelf], Callable[[], T]]) -> T:
        """Write in one transaction between two commits.

        What the work returns is called, on the same thread, once it is durable: then the books may change.
        """


async def rebuilt(store: Upkept, accounting: Accounting, clock: Clock, told: Told) -> int:
    """Everything derived made anew; how many differences were put right.

    `accounting` is the store's own. Raises StoreError.
    """
    extent = await store.look(lambda shelf: shelf.extent())
    if extent is None:
        return 0
    rebuild = Rebuild(extent)
    while not rebuild.done:
        await store.mend(lambda books, shelf: _step(rebuild, books, shelf, clock))
        told(rebuild.fraction, rebuild.at)
    moved = await store.look(lambda shelf: _lifetimes(shelf, accounting))
    if moved:
        await store.mend(lambda books, shelf: lifetimes_moved(books, shelf, moved))
    return rebuild.mended + len(moved)


def _step(rebuild: Rebuild, books: Bookkeeper, shelf: UpkeepShelf, clock: Clock) -> Callable[[], None]:
    end = clock.monotonic() + STEP
    return rebuild.step(books, shelf, lambda: clock.monotonic() >= end)


def _lifetimes(shelf: UpkeepShelf, accounting: Accounting) -> dict[int, int]:
    """By how much the lifetime counter of each port is wrong."""
    moved = {
        stored.series: right.lifetime_offset - stored.lifetime_offset
        for stored, right in standing(shelf, accounting)
    }
    return {series: by for series, by in moved.items() if by}
