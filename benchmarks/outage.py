"""outage: PostgreSQL is away while a thousand readings a second come, and what happens when it is back.

Polls of 74 ports and 37 inverters come nine times a second, as of a large plant or of fifty homes. While the
server is stopped, all go into the spool, here as fast as it takes them. Then the server is started again, and
polls go on to come at their pace while the spool is drained. A live poll's latency is until its
acknowledgement, when it is durable; its limit is the latency while nothing waits. The drain's limit is the
pace at which readings come, that of memory the process before the outage.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.engines import REAL_DISK, PostgresEngine, engines
from benchmarks.figures import TIMES, Aim, Figure, percentile, report
from benchmarks.plant import INVERTERS, PORTS, Plant
from sunledger.app.serving import collect_garbage_rarely
from sunledger.measurements import Poll
from sunledger.sitetime import SystemClock
from sunledger.store.keeper import Keeper
from sunledger.store.spool import MEGABYTE, Spool

READINGS = PORTS + INVERTERS
POLLS_A_SECOND = 9
PACE = READINGS * POLLS_A_SECOND
"""Readings a second: 999."""
AT_ONCE = 90
"""Polls that are spooled at once while filling: those of ten seconds."""
BEFORE = 90
"""Live polls before the outage."""
MINUTES = 5.0
_KIB = 1024


class Caught(NamedTuple):
    """How catching up went."""

    readings: int
    """Those that the store got from the spool."""
    seconds: float
    calm: list[float]
    """Latencies of live polls while nothing waits."""
    meanwhile: list[float]
    before: float
    """Resident memory before the outage, in MB."""
    most: float


def measure(directory: Path | None = None, minutes: float = MINUTES) -> Iterator[Figure]:
    """The drain's speed, live latency meanwhile, and memory. Keeps no database."""
    collect_garbage_rarely()
    with engines(directory) as found, tempfile.TemporaryDirectory(dir=REAL_DISK) as home:
        for engine in found:
            if isinstance(engine, PostgresEngine):
                yield from _figures(minutes, asyncio.run(_outage(engine, Path(home), minutes)))


def _figures(minutes: float, caught: Caught) -> Iterator[Figure]:
    outage = f"after {minutes:g} minutes away"
    yield Figure(
        name=f"catch-up {outage}",
        value=caught.readings / caught.seconds,
        unit="readings/s",
        limit=PACE,
        against="as they come",
        aims=[Aim("≥", 10, TIMES)],
    )
    yield Figure(
        name=f"live latency while catching up {outage}, p99",
        value=percentile(caught.meanwhile, 0.99) * 1000,
        unit="ms",
        limit=percentile(caught.calm, 0.99) * 1000,
        against="while nothing waits",
        aims=[Aim("≤", 2000, "ms")],
    )
    yield Figure(
        name=f"memory added by an outage {outage}",
        value=caught.most - caught.before,
        unit="MB",
        limit=caught.before,
        against="the process before",
        aims=[Aim("≤", 50, "MB")],
    )


async def _outage(engine: PostgresEngine, home: Path, minutes: float) -> Caught:
    engine.drop("outage")
    clock = SystemClock()
    keeper = Keeper(engine.store("outage"), Spool(home / "outage.spool", 4096 * MEGABYTE, clock), clock)
    drained = asyncio.Event()

    async def note(_: object) -> None:
        drained.set()

    keeper.listen(_nothing, note)
    await keeper.open()
    keeper.start()
    plant = Plant()
    calm = await _live(keeper, list(plant.polls(BEFORE)))
    before = _resident()
    engine.server.stop()
    memory = await _fill(keeper, plant, round(minutes * 60 * POLLS_A_SECOND))
    waiting = keeper.standing.rows
    engine.server.start()
    await drained.wait()
    started = time.perf_counter()
    meanwhile = []
    while keeper.standing.polls:
        meanwhile += await _live(keeper, list(plant.polls(POLLS_A_SECOND)))
        memory.append(_resident())
    seconds = time.perf_counter() - started
    await keeper.close()
    engine.drop("outage")
    return Caught(waiting + READINGS * len(meanwhile), seconds, calm, meanwhile, before, max(memory))


async def _fill(keeper: Keeper, plant: Plant, polls: int) -> list[float]:
    """Spool polls as fast as they are taken; memory meanwhile."""
    memory = []
    for _ in range(0, polls, AT_ONCE):
        await asyncio.gather(*(keeper.commit(poll) for poll in plant.polls(AT_ONCE)))
        memory.append(_resident())
    return memory


async def _live(keeper: Keeper, polls: list[Poll]) -> list[float]:
    """Seconds until each poll was acknowledged; they come at their pace."""
    return await asyncio.gather(
        *(_after(number / POLLS_A_SECOND, keeper, poll) for number, poll in enumerate(polls))
    )


async def _after(seconds: float, keeper: Keeper, poll: Poll) -> float:
    await asyncio.sleep(seconds)
    started = time.perf_counter()
    await keeper.commit(poll)
    return time.perf_counter() - started


async def _nothing() -> None:
    """What is to be done when the store has opened late."""


def _resident() -> float:
    """MB that this process has in memory."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) * _KIB / 1e6


if __name__ == "__main__":
    report(measure())
