"""bulk: years of readings brought in, by batches and by polls, and what that does to live polls beside it.

Ours is `Store.load` of batches, column by column, and `Store.commit_all` of polls: rows, the fold of every
counter, energy, rollups, the latest of each series. The limit knows the integers and the series already, and
writes the same rows in transactions of the same size, by `executemany` into SQLite and by binary COPY into
PostgreSQL, and nothing else. (The store cuts a batch into shorter transactions when it takes long.) Both take
turns.

Then a live poll is committed every `PACE` seconds while an import goes on beside it, by batches of a day:
history of the same inverters, which therefore comes late, and history of others. The limit are live polls
alone.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.bare import bare_polls
from benchmarks.engines import Engine, engines
from benchmarks.figures import TIMES, Aim, Figure, percentile, report
from benchmarks.home import DAYS_A_YEAR, Home
from sunledger.app.serving import collect_garbage_rarely
from sunledger.ledger.batching import batches
from sunledger.measurements import Batch, Poll
from sunledger.store.protocol import Store
from sunledger.store.records import Entry

AT_ONCE = 60
"""Polls in a commit: an hour of a sunny day, 1,200 port rows."""
IN_A_BATCH = 240
"""Polls in a batch: a third of a day and a night, 4,700 port rows."""
PREPARED = 20
"""Days that are imported beside live polls, made before: making them would share Python with both."""
LIVE_POLLS = 200
PACE = 0.02
"""Seconds from one live poll to the next."""


Bring = Callable[[Store, Sequence[Poll], int], Awaitable[float]]
"""Brings polls into a store, so many at once; the seconds that it took."""


class Took(NamedTuple):
    """What an import took."""

    rows: int
    ours: float
    """Seconds."""
    bare: float


def measure(directory: Path | None = None, years: float = 0.1) -> Iterator[Figure]:
    """Port rows per second into each engine, and the p99 of live commits meanwhile. Keeps no database."""
    collect_garbage_rarely()
    with engines(directory) as found:
        for engine in found:
            days = max(10, round(years * DAYS_A_YEAR))
            by_batches = asyncio.run(_race(engine, days, loaded, IN_A_BATCH))
            yield _throughput(engine, f"import by batches of {IN_A_BATCH} polls", by_batches)
            by_polls = asyncio.run(_race(engine, min(days, 40), kept, AT_ONCE))
            yield _throughput(engine, f"import by {AT_ONCE} polls", by_polls)
            yield from asyncio.run(_beside(engine))


def _throughput(engine: Engine, how: str, took: Took) -> Figure:
    return Figure(
        name=f"{engine.name}, {how}",
        value=took.rows / took.ours,
        unit="port rows/s",
        limit=took.rows / took.bare,
        against="bare COPY" if engine.name == "PostgreSQL" else "bare executemany",
        aims=[Aim("≥", 0.5, TIMES)] if "batches" in how else [],
    )


async def _race(engine: Engine, days: int, bring: Bring, at_once: int) -> Took:
    for name in ("bulk", "bulk-bare"):
        engine.drop(name)
    store, bare = engine.store("bulk"), engine.bare("bulk-bare")
    await store.open()
    rows, ours, theirs = 0, 0.0, 0.0
    for day in Home(days).days():
        for at in range(0, len(day), at_once):
            some = day[at : at + at_once]
            batch = bare_polls(some)
            rows += len(batch.ports)
            ours += await bring(store, some, at_once)
            started = time.perf_counter()
            bare.put_rows(batch)
            theirs += time.perf_counter() - started
    await store.close()
    bare.close()
    for name in ("bulk", "bulk-bare"):
        engine.drop(name)
    return Took(rows, ours, theirs)


async def kept(store: Store, polls: Sequence[Poll], at_once: int = AT_ONCE) -> float:
    """Seconds to commit polls, some at once."""
    started = time.perf_counter()
    for at in range(0, len(polls), at_once):
        await store.commit_all([Entry(poll) for poll in polls[at : at + at_once]])
    return time.perf_counter() - started


async def loaded(store: Store, polls: Sequence[Poll], at_once: int = IN_A_BATCH) -> float:
    """Seconds to load polls as batches, which are made before."""
    took = 0.0
    for at in range(0, len(polls), at_once):
        for batch in batches(polls[at : at + at_once]):
            started = time.perf_counter()
            await store.load(batch)
            took += time.perf_counter() - started
    return took


async def _beside(engine: Engine) -> list[Figure]:
    """The p99 of live commits alone, then beside each import."""
    engine.drop("bulk")
    store = engine.store("bulk")
    await store.open()
    live = [poll for day in Home(2).days() for poll in day]
    await kept(store, live[:AT_ONCE])
    polls = iter(live[AT_ONCE:])
    alone, figures = percentile(await _live(store, polls), 0.99), []
    for what, home in (
        ("the same inverters' past", Home(PREPARED)),
        ("other inverters", Home(PREPARED, "1165")),
    ):
        prepared = [batch for day in home.days() for batch in batches(day)]
        importing = asyncio.create_task(_import(store, prepared))
        beside = percentile(await _live(store, polls, importing), 0.99)
        importing.cancel()
        await asyncio.wait([importing])
        figures.append(_latency(f"{engine.name}, live beside an import of {what}", beside, alone))
    await store.close()
    engine.drop("bulk")
    return figures


def _latency(name: str, beside: float, alone: float) -> Figure:
    return Figure(
        name=f"{name}, p99",
        value=beside * 1000,
        unit="ms",
        limit=alone * 1000,
        against="live polls alone",
        aims=[Aim("≤", 100, "ms")],
    )


async def _live(store: Store, polls: Iterator[Poll], beside: asyncio.Task[None] | None = None) -> list[float]:
    """Seconds of each live commit, as long as something goes on beside them."""
    took = []
    for poll, _ in zip(polls, range(LIVE_POLLS), strict=False):
        if beside is not None and beside.done():
            break
        started = time.perf_counter()
        await store.commit(poll)
        took.append(time.perf_counter() - started)
        await asyncio.sleep(PACE)
    return took


async def _import(store: Store, prepared: Sequence[Batch]) -> None:
    """Load a day after the other."""
    for batch in prepared:
        await store.load(batch)


if __name__ == "__main__":
    report(measure())
