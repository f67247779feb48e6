"""A PostgreSQL server that is stopped, crashes, or hangs while polls come: each poll ends up in it, once.

`TORTURE_ROUNDS` outages (3 unless set) of the campaign `TORTURE_SEED` (random unless set, and printed). The
server is a real one; its failures are too.
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

import pytest
from tests.servers.postgres import PostgresServer, installed, required, running
from tests.store.answers import found, keep, snapshot
from tests.store.committing import stream
from tests.store.plants import START, WARSAW

from sunledger.measurements import Poll
from sunledger.sitetime import AcceleratedClock
from sunledger.store.keeper import Keeper
from sunledger.store.memory import MemoryStore
from sunledger.store.postgres import PostgresStore
from sunledger.store.spool import MEGABYTE, Spool

ROUNDS = int(os.environ.get("TORTURE_ROUNDS", "3"))
SPEED = 20
"""How much faster the keeper's waits between two attempts pass."""
POLLS_A_ROUND = 60

Outage = tuple[Callable[[], None], Callable[[], None]]


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server of this test's own: the others' must not fail."""
    programs = next(iter(dict(sorted(installed().items())).values()), None)
    with running(required(programs)) as server:
        yield server


def outage(server: PostgresServer, random: Random) -> Outage:
    """A way to fail, and the way back."""
    kinds: Sequence[Outage] = [
        (server.stop, server.start),
        (lambda: server.stop(hard=True), server.start),
        (server.freeze, server.thaw),
    ]
    return random.choice(kinds)


async def take_in(keeper: Keeper, polls: Sequence[Poll]) -> None:
    for each in polls:
        await keeper.commit(each, found(each))


async def interrupted(keeper: Keeper, polls: Sequence[Poll], outage: Outage, random: Random) -> None:
    """Take polls in while the server fails at one moment of it and comes back at another."""
    fail, recover = outage
    taking_in = asyncio.create_task(take_in(keeper, polls))
    await asyncio.sleep(random.uniform(0, 0.1))
    await asyncio.to_thread(fail)
    await taking_in
    await asyncio.to_thread(recover)


async def until_drained(keeper: Keeper) -> None:
    async with asyncio.timeout(60):
        while keeper.standing.polls:  # noqa: ASYNC110  what it waits for is the product's own state
            await asyncio.sleep(0.01)


@pytest.mark.torture
async def test_outages_of_the_server_leave_no_trace(server: PostgresServer, tmp_path: Path) -> None:
    campaign = int(os.environ.get("TORTURE_SEED") or Random().randrange(10**6))
    print(f"TORTURE_SEED={campaign} TORTURE_ROUNDS={ROUNDS}")
    random, clock = Random(campaign), AcceleratedClock(START, SPEED)
    polls = stream(campaign, ROUNDS * POLLS_A_ROUND)
    store = PostgresStore(server.address(await server.migrated()), WARSAW, clock)
    keeper = Keeper(store, Spool(tmp_path / "sunledger.spool", MEGABYTE, clock), clock, patience=0.3)
    await keeper.open()
    keeper.start()
    try:
        for first in range(0, len(polls), POLLS_A_ROUND):
            part = polls[first : first + POLLS_A_ROUND]
            await interrupted(keeper, part, outage(server, random), random)
            await until_drained(keeper)
        never_failing = MemoryStore(WARSAW)
        await keep(never_failing, *polls)
        assert await snapshot(store) == await snapshot(never_failing)
    finally:
        await keeper.close()
