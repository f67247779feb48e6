"""What a server with a spool has left behind when it died, compared with what it had acknowledged."""

import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tests.store.answers import keep, snapshot
from tests.store.committing import stream
from tests.store.files import ask, served
from tests.store.plants import WARSAW
from tests.store.processes import next_line, program
from tests.store.spooling import WHOLE, spool_in
from tests.store.test_kill import energy_is_that_of_the_rows, rows_in, rows_of

from sunledger.measurements import Poll
from sunledger.store.memory import MemoryStore
from sunledger.store.spool_entry import decode
from sunledger.store.spool_file import SpoolFile

POLLS = 600
"""How many a store gets before the next one is begun; half of them come twice."""


async def nothing_is_missing(directory: Path, polls: Sequence[Poll]) -> None:
    """Every one of these polls is in the store or in the spool, with its own values."""
    async with served(directory / "store.db") as store:
        stored = await rows_in(store)
    waiting = rows_of([decode(body).poll for body in _waiting(spool_in(directory))])
    missing = [row for row in rows_of(polls) if row not in stored and row not in waiting]
    assert missing == []


def wait_until_drained(spool: Path) -> None:
    while ask(spool, "SELECT COUNT(*) FROM entry") != [(0,)]:
        time.sleep(0.02)


def _waiting(path: Path) -> list[bytes]:
    with closing(SpoolFile(path)) as file:
        file.open()
        return [each.body for each in file.first(100_000)]


async def everything_arrives(directory: Path, seed: int, position: int) -> None:
    """Once the line is whole again, the store holds what it would hold if nobody had ever died."""
    with program("tests.store.spooling", directory, seed, POLLS, position, WHOLE) as process:
        while next_line(process) != "done":
            assert process.poll() is None
        wait_until_drained(spool_in(directory))
    for file in (spool_in(directory), directory / "store.db"):
        assert ask(file, "PRAGMA integrity_check") == [("ok",)]
    never_killed = MemoryStore(WARSAW)
    await keep(never_killed, *stream(seed, POLLS))
    async with served(directory / "store.db") as store:
        assert await snapshot(store) == await snapshot(never_killed)
        await energy_is_that_of_the_rows(store)
