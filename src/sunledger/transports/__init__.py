"""Bytes in and out, and the one tree of device errors."""

from sunledger.transports.errors import DeviceError, Empty, Garbled, Refused, Unreachable
from sunledger.transports.link import Link
from sunledger.transports.lookup import Allows, look_up
from sunledger.transports.modbus import CommParams, ModbusTcp

__all__ = [
    "Allows",
    "CommParams",
    "DeviceError",
    "Empty",
    "Garbled",
    "Link",
    "ModbusTcp",
    "Refused",
    "Unreachable",
    "look_up",
]
