"""credentials: what authentication, limits and the audit add to a small request.

The same server runs twice, on databases of their own: as it is, asked with a token and counted, and without
guard and audit (`open_server`). Both are asked in turns over a connection that is kept open, by a name that
is not the machine's, so that limits count. Of each the processor's time a request is told, as /proc tells it,
so on Linux only. A change is one synced commit, and its entry of the audit another.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

from benchmarks.answers import REAL_DISK, Cost
from benchmarks.figures import TIMES, Aim, Figure, report
from benchmarks.processes import Server, sunledger

TOKEN = "only-for-this-benchmark"
ROUND = 200
"""Requests in a row of each; short enough that both meet the same machine."""
ROUNDS = 25
_HEADERS = {
    "Host": "plant.example",
    "Authorization": f"Bearer {TOKEN}",
    "Content-Type": "application/json",
}
_SETTINGS = {"API_TOKEN": TOKEN, "RATE_LIMIT": "1000000"}


class Question(NamedTuple):
    """A small request."""

    name: str
    method: str
    path: str
    content: str | None = None

    def asked(self, client: HTTPConnection, number: int) -> None:
        """Ask; each change is another one. Raises RuntimeError for anything but a 200."""
        content = None if self.content is None else self.content.replace("?", str(number))
        client.request(self.method, self.path, content, _HEADERS)
        answer = client.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{self.path} was answered with {answer.status}: {said[:200]!r}")


QUESTIONS = (
    Question("a small read", "GET", "/api/v1/sites/home"),
    Question("a small change", "PATCH", "/api/v1/sites/home", json.dumps({"name": "home ?"})),
)


def measure() -> Iterator[Figure]:
    """Processor time of each, against the open server's."""
    checkout = str(Path(__file__).parent.parent)
    unguarded = {"PYTHONPATH": os.pathsep.join([checkout, *sys.path])}
    with ExitStack() as stack:
        homes = [Path(stack.enter_context(tempfile.TemporaryDirectory(dir=REAL_DISK))) for _ in range(2)]
        guarded = stack.enter_context(sunledger(homes[0], _SETTINGS))
        command = [sys.executable, "-m", "benchmarks.open_server"]
        open_ = stack.enter_context(sunledger(homes[1], _SETTINGS | unguarded, command))
        for question in QUESTIONS:
            yield _compared(question, guarded, open_)


def _compared(question: Question, guarded: Server, open_: Server) -> Figure:
    costs = {guarded.pid: Cost(), open_.pid: Cost()}
    for number in range(ROUNDS):
        for server in (guarded, open_):
            costs[server.pid] = costs[server.pid].and_(_asked(question, server, number))
    ours, bare = costs[guarded.pid], costs[open_.pid]
    return Figure(
        name=f"{question.name}, processor time",
        value=1000 * ours.cpu / ours.requests,
        unit="ms",
        limit=1000 * bare.cpu / bare.requests,
        against="without credentials, limits and audit",
        aims=[Aim("≤", 1.2, TIMES)],
    )


def _asked(question: Question, server: Server, number: int) -> Cost:
    client = server.client()
    question.asked(client, -number)
    cpu, started = server.cpu, time.perf_counter()
    for each in range(ROUND):
        question.asked(client, number * ROUND + each)
    cost = Cost(ROUND, time.perf_counter() - started, server.cpu - cpu)
    client.close()
    return cost


if __name__ == "__main__":
    report(measure())
