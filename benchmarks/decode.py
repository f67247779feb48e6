"""decode: our decoder of a port's 40 bytes against hoymiles-modbus 0.10.0 on the same bytes.

Twice: from the 40 bytes alone (`decode` against `InverterData.unpack`), and from the frame that a DTU sends.
There the library lets pymodbus find the frame and make registers of it, turns the registers into bytes again
and unpacks those, as its client does; we find the frame, its data and the block.
"""

import random
import struct
import time
from collections.abc import Callable, Iterator, Sequence

from hoymiles_modbus.datatypes import InverterData
from pymodbus.framer import FramerSocket
from pymodbus.pdu import DecodePDU

from benchmarks.figures import TIMES, Aim, Figure, report
from sunledger.inverters.hoymiles import BLOCK_REGISTERS, BLOCKS
from sunledger.inverters.hoymiles_block import decode
from sunledger.transports.mbap import ReadRequest

COUNT = 500
"""Different blocks, so that no branch is learned by heart."""
ROUNDS = 15
REPEATS = 10
"""How often we decode all of them in a round, in which the library decodes them once."""

REQUEST = ReadRequest(transaction=7, unit=1, address=BLOCKS, count=BLOCK_REGISTERS)
_BLOCK = struct.Struct(">B6sB6HIh3HB7x")
_HEADER = struct.Struct(">HHHBBB")
_FRAMER = FramerSocket(DecodePDU(is_server=False))

Work = Callable[[bytes], object]


def measure() -> Iterator[Figure]:
    """Both ways, in blocks per second."""
    blocks = _blocks(random.Random(1))
    frames = [_HEADER.pack(7, 0, 3 + len(block), 1, 3, len(block)) + block for block in blocks]
    yield _figure("decode, 40 bytes", decode, InverterData.unpack, blocks, "hoymiles-modbus, unpack alone")
    yield _figure("decode, frame", _ours, _theirs, frames, "hoymiles-modbus, from the frame")


def _ours(received: bytes) -> object:
    frame = REQUEST.frame(received)
    return frame and decode(REQUEST.data(frame))


def _theirs(received: bytes) -> object:
    _, response = _FRAMER.handleFrame(received, REQUEST.unit, REQUEST.transaction)
    return response and InverterData.unpack(response.encode()[1:41])


def _blocks(rng: random.Random) -> list[bytes]:
    """Ports as they are at work, each with values of its own."""
    return [_block(rng) for _ in range(COUNT)]


def _block(rng: random.Random) -> bytes:
    volts, amps = rng.randint(250, 450), rng.randint(1, 1200)
    serial = bytes.fromhex(f"1141{rng.randrange(10**8):08d}")
    return _BLOCK.pack(
        *(0x0C, serial, rng.randint(1, 4), volts, amps, rng.randint(2200, 2450), rng.randint(4980, 5020)),
        *(volts * amps // 100, rng.randint(0, 3000), rng.randint(0, 5_000_000), rng.randint(-200, 700)),
        *(3, 0, 0, 1),
    )


def _figure(name: str, ours: Work, theirs: Work, pieces: Sequence[bytes], against: str) -> Figure:
    """The best rounds of both, taken in turns."""
    fastest, limit = 0.0, 0.0
    for _ in range(ROUNDS):
        fastest = max(fastest, _rate(ours, pieces, REPEATS))
        limit = max(limit, _rate(theirs, pieces, 1))
    return Figure(
        name=name, value=fastest, unit="blocks/s", limit=limit, against=against, aims=[Aim("≥", 20, TIMES)]
    )


def _rate(work: Work, pieces: Sequence[bytes], repeats: int) -> float:
    """Pieces per second."""
    started = time.perf_counter()
    for _ in range(repeats):
        for piece in pieces:
            work(piece)
    return repeats * len(pieces) / (time.perf_counter() - started)


if __name__ == "__main__":
    report(measure())
