"""timescale: what hypertables and their compression change, against the same server with plain months.

A home's life goes into both by the product's batches, in turns. Then all of the hypertables is compressed,
and both stores are asked the same, in turns: a raw day of an inverter, a poll that comes again with other
values, and all that is derived made anew. Bytes are those of the readings of ports with their index. Without
TimescaleDB on this machine nothing is measured.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from tests.servers import timescale as timescaledb

from benchmarks.bulk import loaded
from benchmarks.engines import ACCOUNTING, REAL_DISK, PostgresEngine, serving
from benchmarks.figures import Figure, percentile, report
from benchmarks.home import DAYS_A_YEAR, END, PORTS, Home
from sunledger.app.serving import collect_garbage_rarely
from sunledger.measurements import Poll
from sunledger.sitetime import ManualClock, Span, SystemClock
from sunledger.store.postgres import PostgresStore
from sunledger.store.postgres_upkeep import PostgresUpkept
from sunledger.store.protocol import Of, Store
from sunledger.store.rebuilding import rebuilt
from sunledger.store.timescale_compression import Compression

ASKED = 60
WARM_UP = 5
PORT_READINGS = "port_reading"


class Pair(NamedTuple):
    """A store with hypertables, and one in months."""

    timescale: PostgresEngine
    months: PostgresEngine


def measure(years: float = 0.3) -> Iterator[Figure]:
    """Rows a second, bytes a row and latencies of hypertables, against months. Keeps no database."""
    collect_garbage_rarely()
    programs = timescaledb.programs()
    if programs is None:
        print(timescaledb.LEFT_OUT, flush=True)
        return
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=REAL_DISK)))
        servers = [stack.enter_context(serving(programs, home, timescale=each)) for each in (True, False)]
        pair = Pair(*(PostgresEngine(server, home) for server in servers))
        yield from asyncio.run(_compared(pair, max(60, round(years * DAYS_A_YEAR))))


async def _compared(pair: Pair, days: int) -> list[Figure]:
    stores = [engine.store("home") for engine in pair]
    for store in stores:
        await store.open()
    polls = [poll for day in Home(days).days() for poll in day]
    imported = await _imported(stores, days)
    figures = [imported, _bytes(pair, len(polls), "not compressed")]
    figures.append(await _compress(pair, len(polls), imported))
    figures.append(_bytes(pair, len(polls), "compressed"))
    figures.append(await _asked("a raw day of one inverter", stores, _raw_day(days)))
    figures.append(await _asked("a late poll with other values", stores, _correction(polls)))
    figures.append(await _rebuilt(stores, len(polls)))
    for store in stores:
        await store.close()
    return figures


async def _imported(stores: list[Store], days: int) -> Figure:
    took, rows = [0.0, 0.0], 0
    for day in Home(days).days():
        rows += len(day) * PORTS
        for number, store in enumerate(stores):
            took[number] += await loaded(store, day)
    return _rate("import by batches", rows, took[0], took[1])


def _rate(name: str, rows: int, ours: float, months: float) -> Figure:
    return Figure(
        name=f"TimescaleDB, {name}",
        value=rows / ours,
        unit="port rows/s",
        limit=rows / months,
        against="months",
    )


def _bytes(pair: Pair, polls: int, state: str) -> Figure:
    ((hypertable,),) = pair.timescale.server.ask(
        f"SELECT hypertable_size('sunledger.{PORT_READINGS}')", "home"
    )
    return Figure(
        name=f"TimescaleDB, readings of ports, {state}",
        value=hypertable / (polls * PORTS),
        unit="bytes/row",
        limit=pair.months.sizes("home")[PORT_READINGS] / (polls * PORTS),
        against="months",
    )


async def _compress(pair: Pair, polls: int, imported: Figure) -> Figure:
    """Compress as Sunledger does beside its polls, without resting."""
    clock = ManualClock(datetime(END.year + 1, END.month, END.day, tzinfo=UTC))
    server = pair.timescale.server
    compression = Compression(server.address("home"), clock, timedelta(days=1), settled=timedelta(0))
    started = time.perf_counter()
    await compression.do()
    rate = polls * PORTS / (time.perf_counter() - started)
    await compression.close()
    return replace(
        imported, name="TimescaleDB, compressing", value=rate, limit=imported.value, against="import"
    )


Asked = Callable[[Store, int], Awaitable[object]]
"""Does something with a store, for the n-th time."""


def _raw_day(days: int) -> Asked:
    first = datetime(END.year, END.month, END.day, tzinfo=UTC) - timedelta(days=days)

    async def ask(store: Store, number: int) -> object:
        start = first + timedelta(days=number % (days // 3))
        series = [each.id for each in store.series().values() if each.of is Of.PORT][:2]
        return await store.readings(Of.PORT, series, Span(start, start + timedelta(days=1)), limit=5000)

    return ask


def _correction(polls: list[Poll]) -> Asked:
    async def ask(store: Store, number: int) -> object:
        poll = polls[number * 97 % (len(polls) // 3)]
        ports = [replace(port, pv_voltage=12.3) for port in poll.ports]
        return await store.commit(replace(poll, ports=ports))

    return ask


async def _asked(name: str, stores: list[Store], ask: Asked) -> Figure:
    """The same of both in turns, many times."""
    took: list[list[float]] = [[], []]
    for number in range(WARM_UP + ASKED):
        for times, store in zip(took, stores, strict=True):
            started = time.perf_counter()
            await ask(store, number)
            times.append(time.perf_counter() - started)
    ours, months = (percentile(times[WARM_UP:], 0.5) * 1000 for times in took)
    return Figure(name=f"TimescaleDB, {name}, p50", value=ours, unit="ms", limit=months, against="months")


async def _rebuilt(stores: list[Store], polls: int) -> Figure:
    took = []
    for store in stores:
        assert isinstance(store, PostgresStore)
        started = time.perf_counter()
        await rebuilt(PostgresUpkept(store), ACCOUNTING, SystemClock(), lambda _fraction, _at: None)
        took.append(time.perf_counter() - started)
    return _rate("all that is derived made anew", polls * PORTS, *took)


if __name__ == "__main__":
    report(measure())
