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


_SOC = Quantity("Battery state of charge", Unit.PERCENT, 0.1, plausible=(0, 100), device_class="battery")
_SIGNED_POWER = {"resolution": 0.1, "bits": 32, "signed": True, "plausible": (-1e8, 1e8)}
_USED_POWER = {"resolution": 0.1, "bits": 32, "plausible": (0, 1e8)}


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyReading:
    """The energy flows of a site or of a hybrid inverter.

    `battery_power` is positive when discharging, `grid_power` when importing, so that
    consumption = pv_power + battery_power + grid_power.
    """

    device_id: str
    data_source: str = ""
    """What read the device, where several do."""
    location: str = ""
    taken_at: datetime

    battery_soc: Annotated[float | None, _SOC] = None
    battery_temp: Annotated[
        float | None, Quantity("Battery temperature", Unit.CELSIUS, 0.1, signed=True, plausible=(-60, 150))
    ] = None
    battery_power: Annotated[float | None, Quantity("Battery power", Unit.WATT, **_SIGNED_POWER)] = None
    pv_power: Annotated[float | None, Quantity("PV power", Unit.WATT, **_USED_POWER)] = None
    grid_power: Annotated[float | None, Quantity("Grid power", Unit.WATT, **_SIGNED_POWER)] = None
    consumption: Annotated[float | None, Quantity("Consumption", Unit.WATT, **_USED_POWER)] = None
    price: Annotated[
        float | None,
        Quantity("Price", Unit.PER_KILOWATT_HOUR, 0.00001, bits=32, signed=True, plausible=(-10_000, 10_000)),
    ] = None
    cumulative_import: Annotated[
        int | None, Quantity("Imported energy", Unit.WATT_HOUR, kind=Kind.COUNTER, bits=64)
    ] = None
    cumulative_export: Annotated[
        int | None, Quantity("Exported energy", Unit.WATT_HOUR, kind=Kind.COUNTER, bits=64)
    ] = None
    cumulative_charge: Annotated[
        int | None, Quantity("Energy into the battery", Unit.WATT_HOUR, kind=Kind.COUNTER, bits=64)
    ] = None
    cumulative_discharge: Annotated[
        int | None, Quantity("Energy out of the battery", Unit.WATT_HOUR, kind=Kind.COUNTER, bits=64)
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherReading:
    """The weather at a place, measured there or told by a service."""

    location: str
    source: str = ""
    taken_at: datetime

    temperature: Annotated[
        float | None, Quantity("Air temperature", Unit.CELSIUS, 0.1, signed=True, plausible=(-90, 60))
    ] = None
    humidity: Annotated[
        float | None,
        Quantity("Humidity", Unit.PERCENT, 0.1, plausible=(0, 100), device_class="humidity"),
    ] = None
    irradiance: Annotated[
        float | None, Quantity("Irradiance", Unit.WATT_PER_SQUARE_METRE, 0.1, plausible=(0, 2000))
    ] = None
    wind_speed: Annotated[
        float | None, Quantity("Wind speed", Unit.METRE_PER_SECOND, 0.1, plausible=(0, 120))
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetryPoint:
    """One value of a device that there is no driver for; what it means its `data_type` says."""

    device: str
    data_type: str
    taken_at: datetime

    value: Annotated[float | None, Quantity("Value", Unit.NONE, None, bits=64, signed=True)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What was read of one device at one moment, by asking it or by being told; all rows carry that time.

    The time of a poll of a DTU is that of its start.
    """

    dtu_name: str
    """The DTU, or the device that pushed."""
    taken_at: datetime
    inverters: Sequence[InverterReading] = ()
    ports: Sequence[PortReading] = ()
    inverter_type: str = ""
    """What the inverters are, as far as their driver knows: the brand."""
    suspect_time: bool = False
    """True when the wall clock could not be trusted at that moment (see `sitetime.stamps`)."""
    energy: Sequence[EnergyReading] = ()
    weather: Sequence[WeatherReading] = ()
    telemetry: Sequence[TelemetryPoint] = ()

    @property
    def size(self) -> int:
        """How many readings there are."""
        kinds = (self.inverters, self.ports, self.energy, self.weather, self.telemetry)
        return sum(map(len, kinds))
