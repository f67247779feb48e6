"""ingest: polls of 74 ports through the product, against bare `executemany` of the same rows.

Ours is the whole way of a reading: the check, the fold and its bookkeeping, a durable commit per poll
with the latest of each series, the images and events of the live room, and the log line. The limit knows the
integers already and writes them, and the latest of each series, into tables of the same shape in a file with
the same pragmas, in one transaction per poll. Both take turns every few polls.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.bare import BareTables, bare_poll
from benchmarks.figures import TIMES, Aim, Figure, report
from benchmarks.plant import PORTS, START, ZONE, Plant
from sunledger.app.access import make_access, sites_of_customers
from sunledger.app.configuration import Configuration, Database, Timing
from sunledger.app.databases import make_store
from sunledger.app.logs import configure
from sunledger.app.plant import make_plant
from sunledger.app.serving import collect_garbage_rarely
from sunledger.app.sites import open_sites
from sunledger.intake import Intake
from sunledger.measurements import Poll
from sunledger.sitetime import SystemClock
from sunledger.store.memory_documents import MemoryDocuments
from sunledger.store.memory_system_metrics import MemorySystemMetrics

ROUNDS = 60
POLLS = 15
"""Polls in a turn: in each of them one quarter of an hour closes."""
REAL_DISK = Path("/var/tmp")
"""Where files survive a restart; /tmp is often memory."""
SUNRISE = START.replace(hour=5)


def measure() -> Iterator[Figure]:
    """Port rows per second."""
    with tempfile.TemporaryDirectory(dir=REAL_DISK) as directory:
        ours, bare = asyncio.run(_race(Path(directory)))
    rows = ROUNDS * POLLS * PORTS
    yield Figure(
        name="ingest, a commit per poll",
        value=rows / ours,
        unit="port rows/s",
        limit=rows / bare,
        against="bare executemany",
        aims=[Aim("≥", 0.5, TIMES)],
    )


async def _race(directory: Path) -> tuple[float, float]:
    """Seconds that all polls took us, and bare SQL."""
    plant, tables = Plant(SUNRISE), BareTables(directory / "bare.db")
    ours = bare = 0.0
    async with intake(directory) as door:
        for _ in range(ROUNDS):
            polls = list(plant.polls(POLLS))
            ours += await _taken_in(door, polls)
            bare += _put(tables, polls)
    tables.close()
    return ours, bare


async def _taken_in(door: Intake, polls: list[Poll]) -> float:
    started = time.perf_counter()
    for poll in polls:
        await door.accept(poll)
    return time.perf_counter() - started


def _put(tables: BareTables, polls: list[Poll]) -> float:
    rows = [bare_poll(poll) for poll in polls]
    started = time.perf_counter()
    for poll in rows:
        tables.put(poll)
    return time.perf_counter() - started


@asynccontextmanager
async def intake(directory: Path) -> AsyncIterator[Intake]:
    """The rooms that a reading passes, made and joined as `serve` does it; logs go to a file."""
    configuration = Configuration(
        database=Database(database_path=directory / "sunledger.db"), timing=Timing(timezone=ZONE)
    )
    clock = SystemClock()
    store = make_store(configuration, clock)
    with (directory / "log").open("w") as log:
        configure(configuration, console=log)
        await store.open()
        sites = await open_sites(MemoryDocuments(), clock)
        access = make_access(configuration, sites_of_customers(sites.registry))
        plant = await make_plant(configuration, clock, store, sites, MemorySystemMetrics(), access)
        collect_garbage_rarely()
        yield plant.intake
        await store.close()


if __name__ == "__main__":
    report(measure())
