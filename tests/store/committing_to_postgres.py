"""A server of its own process, to be killed: commits into PostgreSQL and says so after each transaction.

`python -m tests.store.committing_to_postgres URL KIND SEED COUNT FROM`: what a seed gives, from a position
on; KIND is `polls`, or `batches` of many polls that go in by COPY.
"""

import asyncio
import sys
from collections.abc import Sequence

from tests.store.answers import found
from tests.store.committing import batches, stream
from tests.store.plants import WARSAW

from sunledger.measurements import Poll
from sunledger.sitetime import SystemClock
from sunledger.store.postgres import PostgresStore
from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.records import Entry

POLLS, BATCHES = "polls", "batches"


async def commit(url: str, wanted: Sequence[Sequence[Poll]], position: int) -> None:
    """Commit and acknowledge; at the end stay, holding the lock."""
    store = PostgresStore(PostgresAddress(url=url, pool_size=1), WARSAW, SystemClock())
    await store.open()
    print("open", flush=True)
    for number, batch in enumerate(wanted[position:], start=position):
        await store.commit_all([Entry(poll, found(poll)) for poll in batch])
        print(number, flush=True)
    print("done", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    seed, count, first = map(int, sys.argv[3:6])
    given = batches(seed, count) if sys.argv[2] == BATCHES else [[poll] for poll in stream(seed, count)]
    asyncio.run(commit(sys.argv[1], given, first))
