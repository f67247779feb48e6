"""subscribers: 1,000 WebSockets hear of 100 readings a second, how late and how dear; and one that is stuck.

`sunledger serve` runs in a process of its own. Readings are pushed to it over HTTP, ten messages of ten a
second, each stamped with the moment it is sent; the delay of a frame is that of the oldest reading in it, so
it holds the commit to the disk, the 100 ms of bundling and the way to the last of the listeners. All of them
listen in the client's process, which has the other core. The limit is a bare asyncio server that writes
frames of as many bytes, ready-made, to as many sockets.
"""

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

from benchmarks.figures import Aim, Figure, percentile, report
from benchmarks.footprint import REAL_DISK, memory
from benchmarks.listeners import connected
from benchmarks.processes import Server, bare_fan_out, sunledger

SUBSCRIBERS = 1000
SECONDS = 20.0
WARM_UP = 3.0
PER_MESSAGE = 10
PAUSE = 0.1
DEVICES = 100
PATH = "/api/v1/stream?devices=all"
NEVER_LATER = Aim("≤", 250, "ms")


class Listened(NamedTuple):
    """What the listeners found out."""

    delays: list[float]
    """Of each frame to each of them, in seconds."""
    kilobytes: float
    """Of the server's memory for each of them."""
    work: float
    """Of the server's processor for each frame to each of them, in seconds; pushes are in it."""


def measure(subscribers: int = SUBSCRIBERS, seconds: float = SECONDS) -> Iterator[Figure]:
    """The delays, without and beside a listener that is stuck, the work and the memory."""
    with bare_fan_out() as bare:
        (limit,) = asyncio.run(_listen(bare, subscribers, [seconds]))
    with (
        tempfile.TemporaryDirectory(dir=REAL_DISK) as home,
        sunledger(Path(home), {}) as server,
        pushing(server),
    ):
        free, beside = asyncio.run(_listen(server, subscribers, [seconds, seconds]))
    to = f"delivery to {subscribers:,} subscribers"
    for name, found, share, aims in (
        (f"{to}, p50", free, 0.5, []),
        (f"{to}, p99", free, 0.99, [NEVER_LATER]),
        (f"{to} beside a stuck one, p99", beside, 0.99, [NEVER_LATER]),
    ):
        late, at_least = (percentile(each.delays, share) * 1000 for each in (found, limit))
        yield Figure(name=name, value=late, unit="ms", limit=at_least, against="bare sockets", aims=aims)
    yield Figure(
        name="processor time per frame sent",
        value=free.work * 1e6,
        unit="µs",
        limit=limit.work * 1e6,
        against="bare sockets",
    )
    yield Figure(
        name="memory per subscriber",
        value=free.kilobytes,
        unit="kB",
        limit=limit.kilobytes,
        against="bare sockets",
    )


async def _listen(server: Server, subscribers: int, rounds: Sequence[float]) -> list[Listened]:
    """Listen for so many seconds a round; before each but the first one more listener stops reading."""
    delays, found = list[float](), list[Listened]()
    before = memory(server)["VmRSS"]
    listeners = await connected(subscribers, server.port, PATH, time.time, delays.append)
    for number, seconds in enumerate(rounds):
        for listener in listeners[:number]:
            listener.stop_reading()
        await asyncio.sleep(WARM_UP)
        delays.clear()
        worked = _processor(server)
        await asyncio.sleep(seconds)
        work = (_processor(server) - worked) / len(delays)
        kilobytes = (memory(server)["VmRSS"] - before) * 1000 / subscribers
        found.append(Listened(list(delays), kilobytes, work))
    for listener in listeners:
        listener.close()
    return found


def _processor(server: Server) -> float:
    """Seconds that the server has worked since its start."""
    fields = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def pushing(server: Server, pause: float = PAUSE) -> Iterator[None]:
    """Push ten readings every `pause` seconds until the block ends, each stamped with its moment."""
    ended = Event()
    thread = Thread(target=_push, args=(server.client(), ended, pause), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _push(client: HTTPConnection, ended: Event, pause: float) -> None:
    headers, sent = {"Content-Type": "application/json"}, 0
    due = time.monotonic()
    while not ended.wait(max(0.0, due - time.monotonic())):
        readings = [_reading(number % DEVICES) for number in range(sent, sent + PER_MESSAGE)]
        client.request("POST", "/api/v1/devices/roof/telemetry", json.dumps(readings), headers)
        answer = client.getresponse()
        body = answer.read()
        if answer.status != 201:
            raise RuntimeError(f"a push was answered with {answer.status}: {body[:200]!r}")
        sent += PER_MESSAGE
        due += pause


def _reading(number: int) -> dict[str, object]:
    """A reading of a port, now."""
    return {
        "serial_number": f"1161{number:08}",
        "port_number": 1,
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "pv_voltage": 33.1,
        "pv_current": 9.06,
        "pv_power": 300.0,
        "today_production": 700,
        "total_production": 1000,
    }


if __name__ == "__main__":
    report(measure())
