"""A server of its own process, to be killed: commits polls into PostgreSQL and says so after each.

`python -m tests.store.committing_to_postgres URL SEED COUNT FROM`: the polls of a seed, from a position on.
"""

import asyncio
import sys

from tests.store.answers import found
from tests.store.committing import stream
from tests.store.plants import WARSAW

from sunledger.measurements import Poll
from sunledger.sitetime import SystemClock
from sunledger.store.postgres import PostgresStore
from sunledger.store.postgres_address import PostgresAddress


async def commit(url: str, polls: list[Poll], position: int) -> None:
    """Commit and acknowledge; at the end stay, holding the lock."""
    store = PostgresStore(PostgresAddress(url=url, pool_size=1), WARSAW, SystemClock())
    await store.open()
    print("open", flush=True)
    for number, poll in enumerate(polls[position:], start=position):
        await store.commit(poll, found(poll))
        print(number, flush=True)
    print("done", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(commit(sys.argv[1], stream(int(sys.argv[2]), int(sys.argv[3])), int(sys.argv[4])))
