"""A server that is refused and comes again: prints the number of each poll that was kept, `refused` else.

`python -m tests.powercut.persevering ROOM DIRECTORY`: ROOM is `store`, or `spool` with the store away.
"""

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from tests.store.answers import found
from tests.store.committing import stream
from tests.store.spool_survivors import POLLS
from tests.store.spooling import CUT, keeper_in, store_in

from sunledger.measurements import Poll
from sunledger.store.keeper import Keeper
from sunledger.store.protocol import StoreError
from sunledger.store.sqlite import SqliteStore

SPOOL, STORE, REFUSED = "spool", "store", "refused"


async def persevere(keeping: Keeper | SqliteStore, polls: list[Poll]) -> None:
    async with AsyncExitStack() as stack:
        await keeping.open()
        stack.push_async_callback(keeping.close)
        for number, poll in enumerate(polls):
            while not await kept(keeping, poll):
                print(REFUSED, flush=True)
                await asyncio.sleep(0.02)
            print(number, flush=True)


async def kept(keeping: Keeper | SqliteStore, poll: Poll) -> bool:
    try:
        await keeping.commit(poll, found(poll))
    except StoreError as error:
        if "no space left" not in str(error):
            raise
        return False
    return True


if __name__ == "__main__":
    place = Path(sys.argv[2])
    room = keeper_in(place, CUT) if sys.argv[1] == SPOOL else store_in(place)
    asyncio.run(persevere(room, stream(1, POLLS)))
