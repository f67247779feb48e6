"""years: what a home's owner asks over HTTP, of a database of full age and of one of a tenth of it.

`sunledger serve` runs in a process of its own for each, and is asked over one connection that is kept open,
the two in turns. The limit of each figure is the same question to the younger database: where that holds all
that is asked for, the age must not show. Databases are made by the product's own commits; with a directory
they are there the next time, and the making is what takes long.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

from rich.progress import track

from benchmarks.bulk import loaded
from benchmarks.engines import REAL_DISK, Engine, engines
from benchmarks.figures import TIMES, Aim, Figure, percentile, report
from benchmarks.home import DAYS_A_YEAR, END, ZONE, Home, serials
from benchmarks.processes import get, sunledger
from sunledger.app.serving import collect_garbage_rarely

ASKED = 100
WARM_UP = 5
SERIAL = serials()[4]
LAST = END - timedelta(days=2)
"""A local day that is there as a whole."""
GROWTH = 1.5
"""What the same question may take more at ten times the age: two servers differ by chance by a fifth."""


class Question(NamedTuple):
    """Something to ask about some days."""

    name: str
    days: int
    path: str


def questions(age: int) -> list[Question]:
    """What is asked of a database so many days old."""
    day, month, year, ever = (_span(LAST - timedelta(days=days - 1), days) for days in (1, 30, 365, age))
    energy = "/api/v1/energy?by=plant"
    power = f"/api/v1/history?measurement=pv_power&device={SERIAL}"
    return [
        Question("the latest of all", 0, "/api/inverters"),
        Question("a raw day of one inverter", 1, f"/api/v1/readings?device={SERIAL}&format=ndjson&{day}"),
        Question("a month of hours", 30, f"{energy}&step=1h&{month}"),
        Question("a month of hours of an inverter's power", 30, f"{power}&step=1h&{month}"),
        Question("a year of days for every port", 365, f"/api/v1/energy?by=port&step=1d&{year}"),
        Question("all years of months", age, f"{energy}&step=1mo&{ever}"),
        Question("a heat map of a year's hours", 365, f"{energy}&step=1h&{year}"),
    ]


def measure(directory: Path | None = None, years: float = 0.1) -> Iterator[Figure]:
    """The p50 and p99 of each question, of each engine."""
    collect_garbage_rarely()
    ages = [max(1, round(years * share * DAYS_A_YEAR)) for share in (1, 0.1)]
    with engines(directory) as found:
        for engine in found:
            names = [_database(engine, days) for days in ages]
            yield from _ask_all(engine, names, ages)


def _database(engine: Engine, days: int) -> str:
    """The name of a database so many days old, made once."""
    name, unfinished = f"home-{days}", "unfinished"
    if not engine.exists(name):
        engine.drop(unfinished)
        asyncio.run(_grow_old(engine, unfinished, days))
        engine.rename(unfinished, name)
    return name


async def _grow_old(engine: Engine, name: str, days: int) -> None:
    store = engine.store(name)
    await store.open()
    for day in track(Home(days).days(), description=f"{days} days in {engine.name}", total=days):
        await loaded(store, day)
    await store.close()


def _ask_all(engine: Engine, names: list[str], ages: list[int]) -> Iterator[Figure]:
    with ExitStack() as stack:
        clients = []
        for name in names:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=REAL_DISK)))
            clients.append(stack.enter_context(sunledger(home, engine.settings(name))).client())
        for older, younger in zip(*map(questions, ages), strict=True):
            yield from _ask(engine, (older, younger), clients, ages)
        for client in clients:
            client.close()


def _ask(
    engine: Engine, both: tuple[Question, Question], clients: list[HTTPConnection], ages: list[int]
) -> Iterator[Figure]:
    """The same of both in turns, many times."""
    took: list[list[float]] = [[], []]
    for _ in range(WARM_UP + ASKED):
        for times, question, client in zip(took, both, clients, strict=True):
            times.append(_milliseconds(client, question.path))
    older, younger = (times[WARM_UP:] for times in took)
    growth = [Aim("≤", GROWTH, TIMES)] if both[0].days <= ages[1] else []
    for name, share, aims in (("p50", 0.5, growth), ("p99", 0.99, [Aim("≤", 50, "ms")])):
        yield Figure(
            name=f"{engine.name}, {ages[0]} days old, {both[0].name}, {name}",
            value=percentile(older, share),
            unit="ms",
            limit=percentile(younger, share),
            against=f"at {ages[1]} days",
            aims=aims,
        )


def _milliseconds(client: HTTPConnection, path: str) -> float:
    started = time.perf_counter()
    get(client, path)
    return (time.perf_counter() - started) * 1000


def _span(first: date, days: int) -> str:
    """So many local days from one on."""
    start, end = (
        datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)
        for day in (first, first + timedelta(days=days))
    )
    return f"start={start:%Y-%m-%dT%H:%M:%SZ}&end={end:%Y-%m-%dT%H:%M:%SZ}"


if __name__ == "__main__":
    report(measure())
