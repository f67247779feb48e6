"""Bytes in and out, and the one tree of device errors."""

from sunledger.transports.errors import DeviceError, Empty, Garbled, Refused, Unreachable
from sunledger.transports.link import Link
from sunledger.transports.modbus import CommParams, ModbusTcp

__all__ = ["CommParams", "DeviceError", "Empty", "Garbled", "Link", "ModbusTcp", "Refused", "Unreachable"]
