"""query: a month of a plant asked over HTTP, against the bare SQL that yields the same rows.

37 inverters of two ports, read every minute for 30 days: 3.2 million port rows, made by the product's own
commits. `sunledger serve` runs in a process of its own and is asked over one connection that is kept open.
The limit is the SQL by which one could get the same rows out of the same file, with a cache of the same size,
asked in turns with the server by the client's own process: no HTTP, no JSON, no threads.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

from rich.progress import track

from benchmarks.figures import TIMES, Aim, Figure, percentile, report
from benchmarks.plant import SERIALS, START, ZONE, Plant
from benchmarks.processes import get, sunledger
from sunledger.measurements import INVERTER, PORT
from sunledger.sitetime import SystemClock, milliseconds
from sunledger.store.protocol import Accounting
from sunledger.store.sqlite import SqliteStore
from sunledger.store.sqlite_file import connect

REAL_DISK = Path("/var/tmp")
DAYS = 30
MINUTES = 24 * 60
ASKED = 200
WARM_UP = 10
SERIAL = SERIALS[17]
MONTH = (datetime(2026, 5, 1, tzinfo=ZONE), datetime(2026, 5, 31, tzinfo=ZONE))
"""As a plant's owner asks for it: local days."""
ONE_DAY = (datetime(2026, 5, 15, tzinfo=ZONE), datetime(2026, 5, 16, tzinfo=ZONE))

Fetch = Callable[[sqlite3.Connection], object]


class Question(NamedTuple):
    """Something to ask, both ways."""

    name: str
    path: str
    fetch: Fetch


def measure(directory: Path | None = None) -> Iterator[Figure]:
    """The p50 and p99 of each question. Given a directory, the database is kept there for the next time."""
    if directory is not None:
        yield from _ask_all(_database(directory))
        return
    with tempfile.TemporaryDirectory(dir=REAL_DISK) as temporary:
        yield from _ask_all(_database(Path(temporary)))


def _database(directory: Path) -> Path:
    """The month's file, made once."""
    directory.mkdir(parents=True, exist_ok=True)
    file, unfinished = directory / "month.db", directory / "unfinished.db"
    if not file.exists():
        for left in directory.glob("unfinished.db*"):
            left.unlink()
        asyncio.run(_keep_a_month(unfinished))
        unfinished.rename(file)
    return file


async def _keep_a_month(file: Path) -> None:
    store = SqliteStore(file, Accounting(zone=ZONE), SystemClock())
    await store.open()
    plant = Plant(START)
    for _ in track(range(DAYS), description="a month of polls"):
        for poll in plant.polls(MINUTES):
            await store.commit(poll)
    await store.close()


def _ask_all(file: Path) -> Iterator[Figure]:
    settings = {"DATABASE_PATH": str(file.resolve()), "TIMEZONE": ZONE.key}
    with sunledger(file.parent, settings) as server:
        client, connection = server.client(), connect(file, read_only=True)
        for question in _questions(connection):
            yield from _ask(question, client, connection)
        client.close()
        connection.close()


def _ask(question: Question, client: HTTPConnection, connection: sqlite3.Connection) -> Iterator[Figure]:
    """Both in turns, many times."""
    served, bare = [], []
    for _ in range(WARM_UP + ASKED):
        served.append(_milliseconds(lambda: get(client, question.path)))
        bare.append(_milliseconds(lambda: question.fetch(connection)))
    for name, share, aims in (
        ("p50", 0.5, [Aim("≤", 3, TIMES)]),
        ("p99", 0.99, [Aim("≤", 25, "ms"), Aim("≤", 3, TIMES)]),
    ):
        yield Figure(
            name=f"query, {question.name}, {name}",
            value=percentile(served[WARM_UP:], share),
            unit="ms",
            limit=percentile(bare[WARM_UP:], share),
            against="bare SQL",
            aims=aims,
        )


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _questions(connection: sqlite3.Connection) -> list[Question]:
    (inverter,), ports = _series(connection, inverter=True), _series(connection, inverter=False)
    day = f"start={_iso(ONE_DAY[0])}&end={_iso(ONE_DAY[1])}"
    month = f"start={_iso(MONTH[0])}&end={_iso(MONTH[1])}"
    return [
        Question("all inverters now", "/api/inverters", _latest),
        Question(
            "100 rows of history",
            f"/api/inverters/{SERIAL}/history?limit=100",
            lambda asked: _history(asked, inverter, ports),
        ),
        Question(
            "a day of an inverter's ports",
            f"/api/v1/readings?device={SERIAL}&{day}&format=ndjson",
            lambda asked: _day(asked, ports),
        ),
        Question("a month of days", f"/api/v1/energy?step=1d&{month}&zone={ZONE.key}", _month),
    ]


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _series(connection: sqlite3.Connection, *, inverter: bool) -> list[int]:
    """The ids of the inverter asked for: its own, or those of its ports."""
    sql = "SELECT id FROM series WHERE serial_number = ? AND (port_number = 0) = ?"
    return [number for (number,) in connection.execute(sql, (SERIAL, inverter))]


def _latest(connection: sqlite3.Connection) -> object:
    """The latest of all inverters and of all ports."""
    inverters = connection.execute(
        "SELECT i.*, l.* FROM inverter i JOIN series s USING (serial_number) "
        "JOIN inverter_latest l ON l.series = s.id ORDER BY i.serial_number"
    ).fetchall()
    ports = connection.execute(
        f"SELECT s.serial_number, s.port_number, l.at, {_columns(PORT.columns)} "
        "FROM port_latest l JOIN series s ON s.id = l.series ORDER BY 1, 2"
    ).fetchall()
    return inverters, ports


def _history(connection: sqlite3.Connection, inverter: int, ports: list[int]) -> object:
    """The newest rows of an inverter, and the power of its ports at their times."""
    return connection.execute(
        f"SELECT at, {_columns(INVERTER.columns)}, "
        "(SELECT SUM(p.pv_power) FROM port_reading p "
        f"WHERE p.at = r.at AND p.series IN ({_numbers(ports)})) "
        "FROM inverter_reading r WHERE series = ? ORDER BY at DESC LIMIT 100",
        (inverter,),
    ).fetchall()


def _day(connection: sqlite3.Connection, ports: list[int]) -> object:
    """All rows of some ports within a day."""
    return connection.execute(
        f"SELECT at, series, {_columns(PORT.columns)} FROM port_reading "
        f"WHERE at >= ? AND at < ? AND series IN ({_numbers(ports)}) ORDER BY at, series",
        [milliseconds(at) for at in ONE_DAY],
    ).fetchall()


def _month(connection: sqlite3.Connection) -> object:
    """The sums of the days."""
    first, last = (at.date().toordinal() for at in MONTH)
    return connection.execute(
        "SELECT day, SUM(energy) FROM energy_day WHERE day >= ? AND day < ? GROUP BY day", (first, last)
    ).fetchall()


def _columns(names: tuple[str, ...]) -> str:
    return ", ".join(names)


def _numbers(values: list[int]) -> str:
    return ", ".join(map(str, values))


if __name__ == "__main__":
    report(measure())
