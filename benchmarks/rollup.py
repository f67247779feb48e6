"""rollup: what rollups cost in a commit and on the disk, and how fast they can be made anew.

Two stores get the same polls in turns. One of them does not roll up, for this benchmark alone: nothing of
quarters, hours and days but the fold itself, which energy comes from. What the other takes longer is the
share of rollups; its limit is the whole commit. A rebuild reads every row and holds all that is derived
against it; its limit are the commits that brought the rows. Bytes on the disk are those of
all tables, their limit those of readings alone.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

from benchmarks.bulk import AT_ONCE, IN_A_BATCH, Bring, kept, loaded
from benchmarks.engines import ACCOUNTING, Engine, engines
from benchmarks.figures import Aim, Figure, report
from benchmarks.home import DAYS_A_YEAR, Home
from sunledger.app.serving import collect_garbage_rarely
from sunledger.ledger.fold_columns import Beat
from sunledger.ledger.rollup import Number, rolled_column
from sunledger.measurements import PORT
from sunledger.sitetime import SystemClock
from sunledger.store import posting
from sunledger.store.loading import Loading
from sunledger.store.postgres import PostgresStore
from sunledger.store.postgres_shelf import PostgresShelf
from sunledger.store.postgres_upkeep import PostgresUpkept
from sunledger.store.protocol import Store
from sunledger.store.rebuilding import Upkept, rebuilt
from sunledger.store.shelf import POWER
from sunledger.store.sqlite import SqliteStore
from sunledger.store.sqlite_shelf import SqliteShelf
from sunledger.store.sqlite_upkeep import SqliteUpkept
from sunledger.store.stretches import Stretches
from sunledger.store.tables import READING_TABLES

SHARE = Aim("≤", 25, "%")


def measure(directory: Path | None = None, years: float = 0.1) -> Iterator[Figure]:
    """Shares of commits, rows a second of a rebuild, bytes per port row. Keeps no database."""
    collect_garbage_rarely()
    days = max(10, round(years * DAYS_A_YEAR))
    with engines(directory) as found:
        for engine in found:
            for what, bring, at_once in (
                ("loading a batch", loaded, IN_A_BATCH),
                ("a commit of 60 polls", kept, AT_ONCE),
                ("a live commit", kept, 1),
            ):
                yield _share(
                    engine, what, *asyncio.run(_race(engine, min(days, 10 * at_once), bring, at_once))
                )
            rows, making = asyncio.run(_grown(engine, days))
            yield _bytes(engine, rows)
            yield asyncio.run(_rebuild(engine, rows, making))
            engine.drop("rollup")


async def _race(engine: Engine, days: int, bring: Bring, at_once: int) -> tuple[float, float]:
    """Seconds with rollups, and without."""
    stores = engine.store("rollup"), engine.store("rollup-without")
    for store in stores:
        await store.open()
    whole = without = 0.0
    for day in Home(days).days():
        whole += await bring(stores[0], day, at_once)
        with _without_rollups():
            without += await bring(stores[1], day, at_once)
    for store in stores:
        await store.close()
    for name in ("rollup", "rollup-without"):
        engine.drop(name)
    return whole, without


@contextmanager
def _without_rollups() -> Iterator[None]:
    """Commit without them."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(posting, "roll_closed", lambda *_: None))
        stack.enter_context(patch.object(Loading, "_put_rollups", lambda *_: None))
        stack.enter_context(patch.object(Stretches, "of", _power_alone))
        for shelf in (SqliteShelf, PostgresShelf):
            for name in ("add_to_hours", "add_to_days"):
                stack.enter_context(patch.object(shelf, name, lambda *_: None))
        yield


def _power_alone(series: int, values: Sequence[Sequence[Number | None]], beat: Beat) -> Stretches:
    """Of rollups what the fold's own quarters need: the power of ports."""
    readings = [end - begin for begin, end in beat.bounds]
    ports = len(values) == len(PORT.columns)
    power = [rolled_column(values[POWER - 2], beat.stretches)] * len(values) if ports else []
    return Stretches(series, beat.starts, readings, power)


def _share(engine: Engine, what: str, whole: float, without: float) -> Figure:
    return Figure(
        name=f"{engine.name}, share of rollups in {what}",
        value=100 * (1 - without / whole),
        unit="%",
        limit=100,
        against=f"the whole commit, {whole:.3g} s in all",
        aims=[SHARE],
    )


async def _grown(engine: Engine, days: int) -> tuple[int, float]:
    """Make a database: how many port rows it holds, and the seconds of its commits."""
    store, rows, seconds = engine.store("rollup"), 0, 0.0
    await store.open()
    for day in Home(days).days():
        seconds += await loaded(store, day)
        rows += sum(len(poll.ports) for poll in day)
    await store.close()
    return rows, seconds


def _bytes(engine: Engine, rows: int) -> Figure:
    sizes = engine.sizes("rollup")
    return Figure(
        name=f"{engine.name}, bytes per port row with rollups",
        value=sum(sizes.values()) / rows,
        unit="bytes",
        limit=sum(sizes[table] for table in READING_TABLES.values()) / rows,
        against="readings of ports and inverters alone",
    )


async def _rebuild(engine: Engine, rows: int, making: float) -> Figure:
    store = engine.store("rollup")
    await store.open()
    began = time.perf_counter()
    mended = await rebuilt(_upkept(store), ACCOUNTING, SystemClock(), lambda *_: None)
    took = time.perf_counter() - began
    await store.close()
    if mended:
        raise RuntimeError(f"the rebuild found {mended} differences: commits have rolled up wrongly")
    return Figure(
        name=f"{engine.name}, rebuild of everything derived",
        value=rows / took,
        unit="port rows/s",
        limit=rows / making,
        against="the commits that brought the rows",
    )


def _upkept(store: Store) -> Upkept:
    """The store as a rebuild takes it."""
    if isinstance(store, SqliteStore):
        return SqliteUpkept(store)
    if isinstance(store, PostgresStore):
        return PostgresUpkept(store)
    raise TypeError(f"no rebuild for {store}")


if __name__ == "__main__":
    report(measure())
