"""The readings: what a device said at one moment, in the units people use.

A field is declared once, here. Its column, its scale, its place in the API, its metric and its
label follow from that line (`catalogue.py`). A missing value is None, never zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from sunledger.measurements.quantity import Kind, Quantity, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class InverterReading:
    """What a (micro-)inverter said of itself and its grid side; one per inverter and poll."""

    serial_number: str
    taken_at: datetime

    grid_voltage: Annotated[float | None, Quantity("Grid voltage", Unit.VOLT, 0.1, plausible=(0, 600))] = None
    grid_frequency: Annotated[
        float | None, Quantity("Grid frequency", Unit.HERTZ, 0.01, plausible=(0, 70))
    ] = None
    temperature: Annotated[
        float | None, Quantity("Temperature", Unit.CELSIUS, 0.1, signed=True, plausible=(-60, 150))
    ] = None
    operating_status: Annotated[int | None, Quantity("Operating status", Unit.NONE, kind=Kind.CODE)] = None
    alarm_code: Annotated[int | None, Quantity("Alarm code", Unit.NONE, kind=Kind.CODE)] = None
    alarm_count: Annotated[int | None, Quantity("Alarm count", Unit.NONE, kind=Kind.CODE)] = None
    link_status: Annotated[int | None, Quantity("Link status", Unit.NONE, kind=Kind.CODE, bits=8)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortReading:
    """What one PV input of an inverter said; one per port and poll."""

    serial_number: str
    port_number: int
    taken_at: datetime

    pv_voltage: Annotated[float | None, Quantity("PV voltage", Unit.VOLT, 0.1, plausible=(0, 1500))] = None
    pv_current: Annotated[
        float | None, Quantity("PV current", Unit.AMPERE, 0.01, bits=32, plausible=(0, 100))
    ] = None
    pv_power: Annotated[float | None, Quantity("PV power", Unit.WATT, 0.1, plausible=(0, 6000))] = None
    today_production: Annotated[
        int | None, Quantity("Production today", Unit.WATT_HOUR, kind=Kind.DAILY_COUNTER)
    ] = None
    total_production: Annotated[
        int | None, Quantity("Lifetime production", Unit.WATT_HOUR, kind=Kind.COUNTER, bits=32)
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What one poll of one DTU brought; all its rows carry the time of its start."""

    dtu_name: str
    taken_at: datetime
    inverters: Sequence[InverterReading]
    ports: Sequence[PortReading]
    inverter_type: str = ""
    """What the inverters are, as far as their driver knows: the brand."""
    suspect_time: bool = False
    """True when the wall clock could not be trusted at that moment (see `sitetime.stamps`)."""
