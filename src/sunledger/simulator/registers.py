"""The DTU's holding registers: port blocks one after another, the terminator, the DTU's serial number."""

from collections.abc import Callable

from sunledger.simulator.block import TERMINATOR
from sunledger.simulator.frames import Code, Refusal

BLOCKS = 0x1000
DTU_SERIAL = 0x2000
_DTU_SERIAL_SIZE = 3


def read(
    address: int, count: int, step: int, blocks: int, block: Callable[[int], bytes], dtu_serial: str
) -> bytes:
    """The 2 * `count` bytes from `address` on; raises Refusal where the DTU has no such registers.

    Block i, of `blocks`, begins `step` registers after the one before it; the rest of a step is zero, as is
    everything after the terminator. Only blocks that the read touches are asked for.
    """
    if address >= DTU_SERIAL and address + count <= DTU_SERIAL + _DTU_SERIAL_SIZE:
        return _cut(bytes.fromhex(dtu_serial), address - DTU_SERIAL, count)
    if address < BLOCKS or address + count > DTU_SERIAL:
        raise Refusal(Code.ILLEGAL_ADDRESS)
    offset = address - BLOCKS
    first, last = offset // step, (offset + count - 1) // step
    held = b"".join(_block(i, blocks, block).ljust(2 * step, b"\0") for i in range(first, last + 1))
    return _cut(held, offset - first * step, count)


def _block(index: int, blocks: int, block: Callable[[int], bytes]) -> bytes:
    if index < blocks:
        return block(index)
    return TERMINATOR if index == blocks else b""


def _cut(held: bytes, first: int, count: int) -> bytes:
    return held[2 * first : 2 * (first + count)]
