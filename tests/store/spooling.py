"""A server with a spool in a process of its own, to be killed: takes polls in and says so after each.

`python -m tests.store.spooling DIRECTORY SEED COUNT FROM LINE`: the polls of a seed, from a position on. The
store is `store.db`; while LINE is `cut` it cannot be reached, while it is `whole` it can.
"""

import asyncio
import sys
from pathlib import Path

from tests.store.answers import found
from tests.store.committing import stream
from tests.store.plants import WARSAW

from sunledger.measurements import Poll
from sunledger.sitetime import SystemClock
from sunledger.store.keeper import Keeper
from sunledger.store.protocol import StoreError
from sunledger.store.spool import MEGABYTE, Spool
from sunledger.store.sqlite import SqliteStore

CUT, WHOLE = "cut", "whole"


class Unreachable(SqliteStore):
    """A store behind a line that is cut."""

    async def open(self) -> None:
        raise StoreError("nothing answers")


def store_in(directory: Path) -> SqliteStore:
    return SqliteStore(directory / "store.db", WARSAW, SystemClock())


def spool_in(directory: Path) -> Path:
    return directory / "store.spool"


def keeper_in(directory: Path, line: str) -> Keeper:
    clock = SystemClock()
    store = store_in(directory) if line == WHOLE else Unreachable(directory / "store.db", WARSAW, clock)
    return Keeper(store, Spool(spool_in(directory), 64 * MEGABYTE, clock), clock, patience=60)


async def take_in(directory: Path, polls: list[Poll], position: int, line: str) -> None:
    """Take polls in and acknowledge each; at the end stay, and go on draining."""
    keeper = keeper_in(directory, line)
    await keeper.open()
    keeper.start()
    print("open", flush=True)
    for number, poll in enumerate(polls[position:], start=position):
        await keeper.commit(poll, found(poll))
        print(number, flush=True)
    print("done", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    place, numbers = Path(sys.argv[1]), [int(argument) for argument in sys.argv[2:5]]
    asyncio.run(take_in(place, stream(numbers[0], numbers[1]), numbers[2], sys.argv[5]))
