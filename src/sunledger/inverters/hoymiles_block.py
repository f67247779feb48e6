"""The 40 bytes in which a Hoymiles DTU tells of one port of one micro-inverter, decoded purely.

Big endian, from the register map that wasilukm/hoymiles_modbus and recordings agree on:

    byte  0  data type            16  PV power ÷10 W              28  alarm code
          1  serial, 6 bytes BCD  18  production today Wh         30  alarm count
          7  port, from 1         20  lifetime production Wh, 4   32  link status, 1
          8  PV voltage ÷10 V     24  temperature ÷10 °C, signed  33  reserved, 7
         10  PV current           26  operating status
         12  grid voltage ÷10 V
         14  grid frequency ÷100 Hz
"""

import struct
from datetime import datetime
from enum import Enum
from math import sqrt
from typing import NamedTuple

from sunledger.measurements import InverterReading, PortReading
from sunledger.transports import Garbled

_LAYOUT = struct.Struct(">x6sB6HIh3HB7x")
_unpack = _LAYOUT.unpack
_new = tuple.__new__
"""What `Block(...)` comes down to; calling the class takes a quarter longer."""
_END = bytes(6)
"""The serial that ends the list. The rest of a last block is not zero: 0x0C at 0 and 0x07 at 33 were seen."""

_MI_PREFIX = 0x10
"""Serials of the MI series, which counts its current in tenths, start with these two digits."""

_BETWEEN_SCALES = sqrt(1000)
"""V·I over P, all as raw integers, is 100 when the current counts hundredths and 10 when it counts tenths;
the nearer one by ratio changes at their geometric mean."""


class CurrentScale(Enum):
    """What the raw PV current counts: sources disagree per series, so by default each block tells."""

    AUTO = "auto"
    TENTHS = "tenths"
    HUNDREDTHS = "hundredths"

    @property
    def divisor(self) -> int | None:
        """What the raw current is divided by; None when each block tells."""
        return {CurrentScale.TENTHS: 10, CurrentScale.HUNDREDTHS: 100}.get(self)


class Block(NamedTuple):
    """One port and the inverter it belongs to, in the units of the readings.

    A tuple rather than a frozen dataclass, which takes three times as long to make.
    """

    serial_number: str
    port_number: int
    pv_voltage: float
    pv_current: float
    grid_voltage: float
    grid_frequency: float
    pv_power: float
    today_production: int
    total_production: int
    temperature: float
    operating_status: int
    alarm_code: int
    alarm_count: int
    link_status: int

    def inverter_reading(self, taken_at: datetime) -> InverterReading:
        """The half that every port of an inverter repeats."""
        return InverterReading(
            serial_number=self.serial_number,
            taken_at=taken_at,
            grid_voltage=self.grid_voltage,
            grid_frequency=self.grid_frequency,
            temperature=self.temperature,
            operating_status=self.operating_status,
            alarm_code=self.alarm_code,
            alarm_count=self.alarm_count,
            link_status=self.link_status,
        )

    def port_reading(self, taken_at: datetime) -> PortReading:
        """The half that is the port's own."""
        return PortReading(
            serial_number=self.serial_number,
            port_number=self.port_number,
            taken_at=taken_at,
            pv_voltage=self.pv_voltage,
            pv_current=self.pv_current,
            pv_power=self.pv_power,
            today_production=self.today_production,
            total_production=self.total_production,
        )


def decode(data: bytes, divisor: int | None = None) -> Block | None:
    """The block in 40 bytes; None for the one that ends the list.

    Every value is the float nearest to the decimal that was sent. What the raw current is divided by is the
    divisor whose V·I is nearer to P by ratio unless it is given: 39.3 V × 113 and 44.8 W can only be 1.13 A
    (wasilukm/hoymiles_modbus#16). Raises Garbled when there are not 40 bytes.
    """
    # fmt: off
    try:
        (serial, port, volts, amps, grid, hertz, watts,
         today, total, warmth, status, alarm, alarms, link) = _unpack(data)
    except struct.error as error:
        raise Garbled(f"a block has {_LAYOUT.size} bytes, not {len(data)}", data) from error
    if serial == _END:
        return None
    if divisor is None:
        clear = watts and volts * amps / watts >= _BETWEEN_SCALES
        divisor = 100 if clear else _other_divisor(serial, volts * amps, watts)
    return _new(Block, (
        serial.hex(), port, volts / 10, amps / divisor, grid / 10, hertz / 100,
        watts / 10, today, total, warmth / 10, status, alarm, alarms, link,
    ))
    # fmt: on


def _other_divisor(serial: bytes, volts_amps: int, watts: int) -> int:
    """The divisor where V·I over P does not speak for hundredths; the series' when one of them is zero."""
    return 10 if (watts and volts_amps) or serial[0] == _MI_PREFIX else 100
