"""A server of its own process, to be killed: commits polls as fast as it can and says so after each.

`python -m tests.store.committing FILE SEED COUNT FROM`: the polls of a seed, from a position on.
"""

import asyncio
import sys
from pathlib import Path
from random import Random

from tests.store.answers import found
from tests.store.files import served
from tests.store.plants import faulty_day, untidy

from sunledger.measurements import Poll


def stream(seed: int, count: int) -> list[Poll]:
    """The polls of a seed, some of them late and some twice."""
    random = Random(seed)
    return untidy(random, faulty_day(random, count))


LARGE = 520
"""Polls whose 1040 new rows of ports go into PostgreSQL by COPY."""


def batches(seed: int, count: int) -> list[list[Poll]]:
    """The batches of a seed: large ones in order, a few late and doubled polls after each."""
    random = Random(seed)
    polls = faulty_day(random, count * (LARGE + 20), gaps=(1,))
    found: list[list[Poll]] = []
    for first in range(0, len(polls), LARGE + 20):
        part = polls[first : first + LARGE + 20]
        late = sorted(random.sample(range(1, len(part)), 20))
        found.append([each for number, each in enumerate(part) if number not in late])
        found.append(untidy(random, [part[number] for number in late]))
    return found


async def commit(path: Path, polls: list[Poll], position: int) -> None:
    """Commit and acknowledge; at the end stay, holding the file."""
    async with served(path) as store:
        print("open", flush=True)
        for number, poll in enumerate(polls[position:], start=position):
            await store.commit(poll, found(poll))
            print(number, flush=True)
        print("done", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(commit(Path(sys.argv[1]), stream(int(sys.argv[2]), int(sys.argv[3])), int(sys.argv[4])))
