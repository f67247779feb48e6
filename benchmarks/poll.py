"""poll: reading 20 ports behind a DTU that takes 100 ms a request, against a bare socket.

21 requests have to be made, one after another, because a DTU answers only one at a time: 20 ports and the
block that ends the list. The limit is a socket that sends the same 21 requests to the same server and does
nothing with the answers. Our way is the real one: link with its least gap between requests, and driver.
"""

import asyncio
import struct
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.dtu import SlowDtu, ask_all, listening
from benchmarks.figures import TIMES, Aim, Figure, report
from sunledger.inverters import Survey
from sunledger.inverters.hoymiles import BLOCK_REGISTERS, BLOCKS, GATEWAY_SERIAL, WIDE_STEP, Hoymiles
from sunledger.sitetime import SystemClock
from sunledger.transports import ModbusTcp

PORTS = 20
LATENCY = 0.1
ROUNDS = 3
GATEWAY = "10f871600831"
NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)

_ADDRESSES = [BLOCKS + index * WIDE_STEP for index in range(PORTS + 1)]
_BLOCK = struct.Struct(">B6sB6HIh3HB7x")


def measure() -> Iterator[Figure]:
    """Seconds of one poll: the best of some, taken in turns with the bare socket."""
    value, limit = asyncio.run(_best())
    yield Figure(
        name=f"poll, {PORTS} ports",
        value=value,
        unit="s",
        limit=limit,
        against=f"bare socket, {len(_ADDRESSES)} requests of {LATENCY * 1000:.0f} ms",
        aims=[Aim("≤", 1.05, TIMES)],
    )


async def _best() -> tuple[float, float]:
    ours, bare = [], []
    async with listening(SlowDtu(LATENCY, _memory())) as port:
        for _ in range(ROUNDS):
            bare.append(await _bare(port))
            ours.append(await _poll(port))
    return min(ours), min(bare)


async def _bare(port: int) -> float:
    started = time.perf_counter()
    await ask_all(port, _ADDRESSES, BLOCK_REGISTERS)
    return time.perf_counter() - started


async def _poll(port: int) -> float:
    """One poll on a connection of its own, as the bare socket has; the survey is made once in its life."""
    link = ModbusTcp("127.0.0.1", port, 1, SystemClock())
    started = time.perf_counter()
    harvest = await Hoymiles().read(link, Survey(GATEWAY, WIDE_STEP), NOON)
    await link.close()
    taken = time.perf_counter() - started
    if len(harvest.ports) != PORTS or harvest.failures:
        raise RuntimeError(f"{len(harvest.ports)} of {PORTS} ports were read: {harvest.failures}")
    return taken


def _memory() -> dict[int, bytes]:
    blocks = {_ADDRESSES[index]: _block(index) for index in range(PORTS)}
    return {GATEWAY_SERIAL: bytes.fromhex(GATEWAY), **blocks}


def _block(index: int) -> bytes:
    """Two ports an inverter."""
    serial = bytes.fromhex(f"1141{index // 2:08d}")
    counters = (1204, 812_345 + index)
    return _BLOCK.pack(0x0C, serial, 1 + index % 2, 331, 906, 2304, 5001, 3000, *counters, 415, 3, 0, 0, 1)


if __name__ == "__main__":
    report(measure())
