"""footprint: how long `serve` takes to get ready, what it weighs when idle, what a port row takes on disk.

Start and memory are compared with a FastAPI application of one route under uvicorn: what the same stack takes
without Sunledger. A row on disk is compared with the bare table of the same integers in the same key order.
Memory is the resident set, as `VmRSS`, and beside it the share that counts pages of shared libraries by how
many processes use them (`Pss`); both as /proc tells them, so on Linux only. SQLite must have `dbstat`.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from websockets.sync.client import connect

from benchmarks.bare import BareTables, bare_poll
from benchmarks.figures import Aim, Figure, report
from benchmarks.plant import PORTS, START, ZONE, Plant
from benchmarks.processes import Server, empty_app, get, sunledger
from sunledger.sitetime import SystemClock
from sunledger.store.protocol import Accounting
from sunledger.store.sqlite import SqliteStore

REAL_DISK = Path("/var/tmp")
INTERFACES = (
    "/api/v1/devices", "/api/v1/readings", "/api/v1/energy", "/api/v1/history?measurement=pv_power",
    "/api/v1/readings?max_points=100&start=2026-05-01T00:00:00Z", "/graphql?query=%7Bdevices%7Bid%7D%7D",
    "/openapi.json", "/docs", "/metrics", "/api/inverters",
)  # fmt: skip
"""A question to each thing that is imported when it is first asked for."""
ALL_ON = {"MQTT_BROKER": "127.0.0.1", "API_TOKEN": "only-for-this-benchmark", "JWT_SECRET_KEY": "x" * 32}
IDLE = 10.0
"""Seconds after which memory is read."""
POLLS = 24 * 60
ROWS = POLLS * PORTS
READY = Aim("≤", 2, "s")
_KIB = 1024


def measure() -> Iterator[Figure]:
    """Start, memory and disk."""
    with tempfile.TemporaryDirectory(dir=REAL_DISK) as home:
        yield from _process(Path(home))
    with tempfile.TemporaryDirectory(dir=REAL_DISK) as directory:
        yield from _disk(Path(directory))


def _process(home: Path) -> Iterator[Figure]:
    with empty_app() as empty:
        time.sleep(IDLE)
        limits = memory(empty)
    with sunledger(home, {}) as first:
        pass
    with sunledger(home, {}) as server:
        yield _start("first", first, empty)
        yield _start("second", server, empty)
        time.sleep(IDLE)
        yield from _idle("idle memory", memory(server), limits, Aim("≤", 95, "MB"))
    with sunledger(home, ALL_ON) as server:
        _ask_everything(server)
        time.sleep(IDLE)
        aim = Aim("≤", 135, "MB")
        yield from _idle("idle memory with every interface on", memory(server), limits, aim)


def _ask_everything(server: Server) -> None:
    """Use each interface once: HTTP, WebSocket, a push and a log-in that fails."""
    client = server.client()
    for path in INTERFACES:
        get(client, path)
    as_json = {"Content-Type": "application/json"}
    for path, content in (
        ("/api/v1/devices/meter/telemetry", '{"grid_power": 1200}'),
        ("/api/v1/login", '{"name": "nobody", "password": "of importance"}'),
    ):
        client.request("POST", path, content, as_json)
        client.getresponse().read()
    client.close()
    with connect(f"ws://127.0.0.1:{server.port}/api/v1/stream") as socket:
        socket.send('{"type": "ping"}')
        socket.recv()


def _idle(name: str, found: Mapping[str, float], limits: Mapping[str, float], aim: Aim) -> Iterator[Figure]:
    for kind, value in found.items():
        yield Figure(
            name=f"{name}, {kind}",
            value=value,
            unit="MB",
            limit=limits[kind],
            against="an empty FastAPI app",
            aims=[aim] if kind == "VmRSS" else [],
        )


def _start(which: str, server: Server, empty: Server) -> Figure:
    return Figure(
        name=f"{which} start to ready",
        value=server.seconds_to_ready,
        unit="s",
        limit=empty.seconds_to_ready,
        against="an empty FastAPI app",
        aims=[READY],
    )


def memory(server: Server) -> dict[str, float]:
    """Resident memory of a server's process in MB of 10^6 bytes."""
    process = Path(f"/proc/{server.pid}")
    return {
        "VmRSS": _kibibytes(process / "status", "VmRSS:") * _KIB / 1e6,
        "Pss": _kibibytes(process / "smaps_rollup", "Pss:") * _KIB / 1e6,
    }


def _kibibytes(file: Path, name: str) -> int:
    line = next(line for line in file.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1])


def _disk(directory: Path) -> Iterator[Figure]:
    """After a day of polls, each committed as the product does it."""
    file, tables = directory / "sunledger.db", BareTables(directory / "bare.db")
    asyncio.run(_keep_a_day(file))
    for poll in Plant(START).polls(POLLS):
        tables.put(bare_poll(poll))
    limit = _bytes_of(tables.connection, "port") / ROWS
    with sqlite3.connect(file) as connection:
        sizes = {"port table": _bytes_of(connection, "port_reading"), "whole file": file.stat().st_size}
    connection.close()
    tables.close()
    for name, size in sizes.items():
        yield Figure(
            name=f"bytes per port row, {name}",
            value=size / ROWS,
            unit="bytes",
            limit=limit,
            against="the bare table",
            aims=[Aim("≤", 33, "bytes")] if name == "port table" else [],
        )


async def _keep_a_day(file: Path) -> None:
    store = SqliteStore(file, Accounting(zone=ZONE), SystemClock())
    await store.open()
    for poll in Plant(START).polls(POLLS):
        await store.commit(poll)
    await store.close()


def _bytes_of(connection: sqlite3.Connection, table: str) -> int:
    """The pages of a table and its indices."""
    (size,) = connection.execute(
        "SELECT SUM(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_master WHERE tbl_name = ?)",
        (table,),
    ).fetchone()
    return int(size)


if __name__ == "__main__":
    report(measure())
