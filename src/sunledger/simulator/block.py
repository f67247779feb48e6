"""What a Hoymiles DTU writes into its registers, as bytes; written apart from any decoder of ours.

Layout of the 40 bytes of one port, all numbers big endian: data type 0x0C, serial number as 12 BCD digits,
port number, PV voltage (0.1 V), PV current (0.01 A for HM, 0.1 A for MI), grid voltage (0.1 V), grid
frequency (0.01 Hz), PV power (0.1 W), production today (Wh, 16 bits), lifetime production (Wh, 32 bits),
temperature (0.1 °C, signed), operating status, alarm code, alarm count, link status (8 bits) and seven
reserved bytes of which the first is 0x07. Source: wasilukm/hoymiles_modbus and its recorded fixtures.
"""

import struct
from typing import NamedTuple

SIZE = 40
_LAYOUT = struct.Struct(">B6sBHHHHHHIhHHHBB6x")
_DATA_TYPE = 0x0C
_RESERVED = 0x07


class PortImage(NamedTuple):
    """What a port's registers hold, each value as the integer that stands in them."""

    voltage: int
    current: int
    grid_voltage: int
    grid_frequency: int
    power: int
    today: int
    total: int
    temperature: int
    operating_status: int
    alarm_code: int
    alarm_count: int
    link_status: int


ZEROS = PortImage(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)


def encode(serial: str, port: int, image: PortImage) -> bytes:
    """The 40 bytes of one port. Counters are cut to their registers, as a real device's wrap."""
    cut = image._replace(today=image.today & 0xFFFF, total=image.total & 0xFFFF_FFFF)
    return _LAYOUT.pack(_DATA_TYPE, bytes.fromhex(serial), port, *cut, _RESERVED)


TERMINATOR = encode("0" * 12, 0, ZEROS)
"""What follows the last port: an empty serial number, but not all zero."""
