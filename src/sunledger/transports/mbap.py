"""Modbus TCP frames without I/O: a request to bytes, and the bytes that came back to its data.

Source: MODBUS Messaging on TCP/IP Implementation Guide V1.0b, §3.1.3; Application Protocol V1.1b3, §6.3.
Why not pymodbus: docs/decisions/0004-own-modbus-frames.md.
"""

import struct
from dataclasses import dataclass

from sunledger.transports.errors import Empty, Garbled, Refused

READ_HOLDING = 3
EXCEPTION = 0x80
LONGEST = 260
"""Bytes of the longest frame that the specification allows."""

_REQUEST = struct.Struct(">HHHBBHH")
_PREFIX = struct.Struct(">HHH")
_SHORTEST_BODY, _LONGEST_BODY = 2, LONGEST - _PREFIX.size
_CODE, _DATA = 8, 9
"""Where an exception's code stands and the data starts: prefix (6 bytes), unit, function, byte count."""


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """A question for `count` holding registers from `address`."""

    transaction: int
    unit: int
    address: int
    count: int

    def __str__(self) -> str:
        return f"{self.count} registers at {self.address:#06x}"

    def encode(self) -> bytes:
        """The frame to send."""
        return _REQUEST.pack(self.transaction, 0, 6, self.unit, READ_HOLDING, self.address, self.count)

    def frame(self, received: bytes | bytearray) -> bytes | None:
        """The frame that answers this request out of what was received so far; None while more must come.

        Raises Garbled as soon as the bytes cannot become one.
        """
        if len(received) < _PREFIX.size:
            return None
        transaction, protocol, length = _PREFIX.unpack_from(received)
        if protocol != 0 or not _SHORTEST_BODY <= length <= _LONGEST_BODY:
            raise Garbled(f"no Modbus frame came back for {self}", bytes(received))
        if transaction != self.transaction:
            raise Garbled(f"the answer to another request came back for {self}", bytes(received))
        end = _PREFIX.size + length
        return bytes(received[:end]) if len(received) >= end else None

    def data(self, frame: bytes) -> bytes:
        """The registers' bytes in a frame.

        The length is the frame's own. The byte count is not looked at, because some DTUs send a wrong one
        (0x50 for 40 bytes); data beyond what was asked for (80 bytes were recorded) is cut off.
        Raises Refused and Garbled.
        """
        unit, function = frame[6], frame[7]
        if unit != self.unit:
            raise Garbled(f"unit {unit} answered to {self}, unit {self.unit} was asked", frame)
        if function == READ_HOLDING | EXCEPTION and len(frame) > _CODE:
            raise Refused(frame[8], str(self))
        if function != READ_HOLDING:
            raise Garbled(f"function {function} answered to {self}", frame)
        due = 2 * self.count
        data = frame[_DATA : _DATA + due]
        if not data:
            raise Empty(f"an answer without data came back for {self}", frame)
        if len(data) < due:
            raise Garbled(f"{len(data)} bytes came back for {self}, {due} were due", frame)
        return data
