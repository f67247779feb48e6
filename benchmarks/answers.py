"""answers: 1,000 rows of history over HTTP, against bare orjson of the same rows in the same server.

37 inverters of two ports, read every minute for 17 hours, in SQLite. The server runs in a process of its own
and is asked over one connection that is kept open, in turns for the answer and for a route beside it that
reads the same rows by the same calls and only writes them (`answers_server`). Of each the requests a second
are told, and the processor's time that the server takes for a request, as /proc tells it, so on Linux only.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

import orjson

from benchmarks.figures import TIMES, Aim, Figure, report
from benchmarks.plant import SERIALS, START, ZONE, Plant
from benchmarks.processes import Server, get, sunledger
from sunledger.sitetime import SystemClock
from sunledger.store.protocol import Accounting
from sunledger.store.records import Entry
from sunledger.store.sqlite import SqliteStore

REAL_DISK = Path("/var/tmp")
ROWS = 1000
MINUTES = 1020
AT_ONCE = 60
ROUND = 50
"""Requests in a row of each; short enough that both meet the same machine."""
ROUNDS = 10


class Question(NamedTuple):
    """1,000 rows, both ways."""

    name: str
    path: str
    bare: str


_READINGS = f"device={SERIALS[0]}&start=2026-05-01T00:00:00Z&end=2026-05-01T08:20:00Z"
_QUARTERS = "start=2026-05-01T00:00:00Z&end=2026-05-01T12:30:00Z"
_TEN = SERIALS[:10]
QUESTIONS = (
    Question(
        "readings", f"/api/v1/readings?{_READINGS}&limit={ROWS}", f"/bare/readings?{_READINGS}&limit={ROWS}"
    ),
    Question(
        "readings in columns",
        f"/api/v1/readings?{_READINGS}&format=columns",
        f"/bare/readings?{_READINGS}&limit={ROWS}",
    ),
    Question(
        "history",
        f"/api/v1/history?measurement=pv_power&step=15m&{_QUARTERS}&device={'&device='.join(_TEN)}",
        f"/bare/history?{_QUARTERS}&devices={','.join(_TEN)}",
    ),
)


class Cost(NamedTuple):
    """What requests took."""

    requests: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    """Seconds of the server's processor time."""

    def and_(self, other: "Cost") -> "Cost":
        """Both together."""
        return Cost(self.requests + other.requests, self.seconds + other.seconds, self.cpu + other.cpu)


def measure() -> Iterator[Figure]:
    """Requests a second and processor time a request of each."""
    with tempfile.TemporaryDirectory(dir=REAL_DISK) as name:
        home = Path(name)
        asyncio.run(_keep(home / "plant.db"))
        settings = {
            "DATABASE_PATH": str(home / "plant.db"),
            "TIMEZONE": ZONE.key,
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent.parent), *sys.path]),
        }
        with sunledger(home, settings, [sys.executable, "-m", "benchmarks.answers_server"]) as server:
            client = server.client()
            for question in QUESTIONS:
                yield from _compare(question, server, client)
            client.close()


async def _keep(file: Path) -> None:
    store = SqliteStore(file, Accounting(zone=ZONE), SystemClock())
    await store.open()
    plant = Plant(START)
    for _ in range(MINUTES // AT_ONCE):
        await store.commit_all([Entry(poll) for poll in plant.polls(AT_ONCE)])
    await store.close()


def _compare(question: Question, server: Server, client: HTTPConnection) -> Iterator[Figure]:
    for path in (question.path, question.bare):
        _require_all_rows(client, path)
    ours, bare = Cost(), Cost()
    for _ in range(ROUNDS):
        ours = ours.and_(_asked(question.path, server, client))
        bare = bare.and_(_asked(question.bare, server, client))
    yield Figure(
        name=f"1,000 rows, {question.name}, requests a second",
        value=ours.requests / ours.seconds,
        unit="/s",
        limit=bare.requests / bare.seconds,
        against="bare orjson",
        aims=[Aim("≥", 0.6, TIMES)],
    )
    yield Figure(
        name=f"1,000 rows, {question.name}, processor time of a request",
        value=1000 * ours.cpu / ours.requests,
        unit="ms",
        limit=1000 * bare.cpu / bare.requests,
        against="bare orjson",
    )


def _require_all_rows(client: HTTPConnection, path: str) -> None:
    answer = orjson.loads(get(client, path))
    rows = answer if isinstance(answer, list) else answer.get("items", answer.get("timestamp"))
    if len(rows) != ROWS:
        raise RuntimeError(f"{path} has {len(rows)} rows")


def _asked(path: str, server: Server, client: HTTPConnection) -> Cost:
    cpu, started = server.cpu, time.perf_counter()
    for _ in range(ROUND):
        get(client, path)
    return Cost(ROUND, time.perf_counter() - started, server.cpu - cpu)


if __name__ == "__main__":
    report(measure())
