"""The catalogue: every measurement, read off the fields of the readings.

Nothing else declares a measurement. A new one is a new field of a reading and a migration.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, Generic, TypeVar, get_args, get_type_hints

from sunledger.measurements.quantity import Quantity
from sunledger.measurements.readings import (
    EnergyReading,
    InverterReading,
    PortReading,
    TelemetryPoint,
    WeatherReading,
)

Stored = int | None
"""A value as it is kept: an integer at the device's resolution, or None for missing.

Only a `TelemetryPoint` keeps a float as it is, since nobody knows its resolution.
"""

Reading = InverterReading | PortReading | EnergyReading | WeatherReading | TelemetryPoint
"""A reading of any kind."""

R = TypeVar("R", InverterReading, PortReading, EnergyReading, WeatherReading, TelemetryPoint)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One field of a reading with its declaration."""

    name: str
    reading: str
    """The kind of reading it belongs to, such as `inverter` or `port`."""
    quantity: Quantity
    integral: bool
    """True when the value is a whole number by declaration."""

    def encode(self, value: float | None) -> Stored:
        """The integer at the declared resolution."""
        if value is None or self.quantity.resolution is None:
            return value  # type: ignore[return-value]  # a float that is kept as it is
        return round(value * self.quantity.scale)

    def plausible(self, value: float) -> bool:
        """Whether a working device can have measured this."""
        limits = self.quantity.plausible
        return limits is None or limits[0] <= value <= limits[1]

    def all_plausible(self, values: Iterable[float | None]) -> bool:
        """Whether working devices can have measured all of these."""
        limits = self.quantity.plausible
        if limits is None:
            return True
        least, most = limits
        return all(least <= value <= most for value in values if value is not None)

    def decode(self, stored: Stored) -> float | int | None:
        """The value in its unit; the nearest float to the decimal that the device sent."""
        if stored is None or self.integral or self.quantity.resolution is None:
            return stored
        return stored / self.quantity.scale


@dataclass(frozen=True, slots=True)
class ReadingKind(Generic[R]):
    """A kind of reading: its class, the fields that name its series, and its measurements."""

    name: str
    table: str
    """The name of the view that users query."""
    identity: tuple[str, ...]
    reading: type[R]
    measurements: tuple[Measurement, ...]
    columns: tuple[str, ...]
    """The names of the measurements, which are column and API names too."""
    scales: tuple[int, ...]
    """Stored integers per unit, for each column; 1 where values are kept as they are."""
    values: Callable[[R], tuple[float | None, ...]]
    """The values of a reading in the order of `measurements`."""

    def encode(self, reading: R) -> list[Stored]:
        """The reading's values as stored integers."""
        return [each.encode(getattr(reading, each.name)) for each in self.measurements]

    def encode_all(self, readings: Iterable[R]) -> Iterator[tuple[Stored, ...]]:
        """Each reading's values as stored integers, made column by column: half the work of one by one."""
        columns = zip(*map(self.values, readings), strict=True)
        return zip(*map(_encoded, columns, self.scales), strict=True)

    def decode(self, stored: Iterable[Stored]) -> dict[str, float | int | None]:
        """Stored integers as the keyword arguments of the reading's class."""
        return {m.name: m.decode(value) for m, value in zip(self.measurements, stored, strict=True)}

    def index(self, name: str) -> int:
        """The position of a measurement among the columns."""
        return self.columns.index(name)


def _encoded(column: Sequence[float | None], scale: int) -> Sequence[Stored]:
    """A column of values as stored integers."""
    if scale == 1:
        return column  # type: ignore[return-value]  # whole already, or a float that is kept as it is
    return [value if value is None else round(value * scale) for value in column]


def _kind(name: str, table: str, identity: tuple[str, ...], reading: type[R]) -> ReadingKind[R]:
    measurements = tuple(_measurements(name, reading))
    columns = tuple(measurement.name for measurement in measurements)
    scales = tuple(measurement.quantity.scale for measurement in measurements)
    return ReadingKind(name, table, identity, reading, measurements, columns, scales, _getter(columns))


def _getter(columns: tuple[str, ...]) -> Callable[[Any], tuple[float | None, ...]]:
    """What takes the columns of a reading; `attrgetter` gives no tuple for a single one."""
    get: Callable[[Any], Any] = attrgetter(*columns)
    return get if len(columns) > 1 else lambda reading: (get(reading),)


def _measurements(kind: str, reading: type[Any]) -> Iterable[Measurement]:
    for field, hint in get_type_hints(reading, include_extras=True).items():
        quantity = next((q for q in getattr(hint, "__metadata__", ()) if isinstance(q, Quantity)), None)
        if quantity is not None:
            yield Measurement(field, kind, quantity, integral=int in get_args(get_args(hint)[0]))


INVERTER: ReadingKind[InverterReading] = _kind(
    "inverter", "inverter_data", ("serial_number",), InverterReading
)
PORT: ReadingKind[PortReading] = _kind("port", "port_data", ("serial_number", "port_number"), PortReading)
ENERGY: ReadingKind[EnergyReading] = _kind(
    "energy", "energy_data", ("device_id", "data_source", "location"), EnergyReading
)
WEATHER: ReadingKind[WeatherReading] = _kind(
    "weather", "weather_data", ("location", "source"), WeatherReading
)
TELEMETRY: ReadingKind[TelemetryPoint] = _kind(
    "telemetry", "telemetry_data", ("device", "data_type"), TelemetryPoint
)

KINDS: Mapping[str, ReadingKind[Any]] = {
    kind.name: kind for kind in (INVERTER, PORT, ENERGY, WEATHER, TELEMETRY)
}
"""Every kind of reading by its name."""

MEASUREMENTS: tuple[Measurement, ...] = tuple(each for kind in KINDS.values() for each in kind.measurements)


def port_reading(serial: str, port: int, taken_at: datetime, stored: Iterable[Stored]) -> PortReading:
    """A port reading from its stored integers."""
    return PortReading(serial_number=serial, port_number=port, taken_at=taken_at, **PORT.decode(stored))  # type: ignore[arg-type]


def inverter_reading(serial: str, taken_at: datetime, stored: Iterable[Stored]) -> InverterReading:
    """An inverter reading from its stored integers."""
    return InverterReading(serial_number=serial, taken_at=taken_at, **INVERTER.decode(stored))  # type: ignore[arg-type]
