"""Modbus TCP frames, written and read by hand so that faults can break their bytes.

A frame is the MBAP header (transaction, protocol 0, length of what follows, unit; each 2 bytes but the unit)
and the body, whose first byte is the function. Source: Modbus Messaging on TCP/IP Implementation Guide V1.0b.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

HEADER = struct.Struct(">HHHB")
READ_HOLDING = 3
MOST_REGISTERS = 125
_LONGEST_BODY = 253
_BYTE_COUNT = HEADER.size + 1


class Code(IntEnum):
    """The exception codes that the simulated DTU answers with."""

    ILLEGAL_FUNCTION = 1
    ILLEGAL_ADDRESS = 2
    ILLEGAL_VALUE = 3
    NO_SUCH_UNIT = 11


class Refusal(Exception):
    """A request that gets a Modbus exception as its answer."""

    def __init__(self, code: Code) -> None:
        super().__init__(f"Modbus exception {code.value}")
        self.code = code


class NotModbus(Exception):
    """A header that no Modbus client sends: there is no telling where the next frame begins."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks; `body` begins with the function."""

    transaction: int
    unit: int
    body: bytes


def body_length(header: bytes) -> int:
    """How many bytes of body follow these seven; raises NotModbus when they are no header."""
    _, protocol, length, _ = HEADER.unpack(header)
    if protocol != 0 or not 2 <= length <= _LONGEST_BODY + 1:
        raise NotModbus(header.hex())
    return int(length) - 1


def request(header: bytes, body: bytes) -> Request:
    """The request out of its two parts."""
    transaction, _, _, unit = HEADER.unpack(header)
    return Request(transaction, unit, body)


def registers_asked(asked: Request) -> tuple[int, int]:
    """Address and count of a read of holding registers; raises Refusal for anything else."""
    if asked.body[0] != READ_HOLDING:
        raise Refusal(Code.ILLEGAL_FUNCTION)
    if len(asked.body) != 5:
        raise Refusal(Code.ILLEGAL_VALUE)
    address, count = struct.unpack(">HH", asked.body[1:])
    if not 1 <= count <= MOST_REGISTERS:
        raise Refusal(Code.ILLEGAL_VALUE)
    return address, count


def reply(asked: Request, data: bytes) -> bytes:
    """The frame that carries the registers' bytes."""
    return _frame(asked, bytes((READ_HOLDING, len(data))) + data)


def refusal(asked: Request, code: Code) -> bytes:
    """The frame that says no."""
    return _frame(asked, bytes((asked.body[0] | 0x80, code)))


def with_double_byte_count(frame: bytes) -> bytes:
    """A reply that claims twice its bytes, 0x50 for the 0x28 of a block; anything else as it is."""
    if frame[HEADER.size : _BYTE_COUNT] != bytes((READ_HOLDING,)):
        return frame
    return frame[:_BYTE_COUNT] + bytes((frame[_BYTE_COUNT] * 2 & 0xFF,)) + frame[_BYTE_COUNT + 1 :]


def _frame(asked: Request, body: bytes) -> bytes:
    return HEADER.pack(asked.transaction, 0, len(body) + 1, asked.unit) + body
