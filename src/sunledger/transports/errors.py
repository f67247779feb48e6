"""What can go wrong between us and a device, as one tree.

    DeviceError
    ├── Unreachable    no connection, or no answer in time, after the retries
    ├── Refused        the device answered with a Modbus exception; its `code`
    └── Garbled        the device answered with what makes no sense; the bytes are in `data`
        └── Empty      a well-formed answer that holds nothing where something must be

Each carries one sentence for people. `kind` is the word that metrics and health use for it.
"""

from typing import ClassVar

_CODES = {
    1: "illegal function",
    2: "illegal data address",
    3: "illegal data value",
    4: "device failure",
    5: "acknowledged, still working",
    6: "device busy",
    8: "memory parity error",
    10: "gateway path unavailable",
    11: "gateway target did not answer",
}
"""Modbus Application Protocol V1.1b3, §7."""


class DeviceError(Exception):
    """Anything that a device, or the way to it, did wrong."""

    kind: ClassVar[str] = "device"


class Unreachable(DeviceError):
    """No connection, or no answer in time, after the retries."""

    kind = "unreachable"


class Refused(DeviceError):
    """The device answered with a Modbus exception."""

    kind = "refused"

    def __init__(self, code: int, asked: str = "the request") -> None:
        super().__init__(f"refused {asked}: Modbus exception {code} ({_CODES.get(code, 'unknown')})")
        self.code = code


class Garbled(DeviceError):
    """The device answered with what makes no sense; `data` is what arrived."""

    kind = "garbled"

    def __init__(self, message: str, data: bytes = b"") -> None:
        super().__init__(message)
        self.data = data


class Empty(Garbled):
    """A well-formed answer that holds nothing where something must be."""
