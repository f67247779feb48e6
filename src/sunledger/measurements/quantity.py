"""What a number means: its unit, its kind and the resolution that the device gave it."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class UnitTraits:
    """Everything that is derived from a unit, in one entry so that name and factor cannot disagree."""

    symbol: str
    device_class: str | None
    """Home Assistant's device class for a value of this unit, if it has one."""
    prometheus_unit: str
    """The base unit that a Prometheus family name ends with; empty for plain codes."""
    prometheus_factor: float
    """What a value in this unit is multiplied by to become one in `prometheus_unit`."""


class Unit(Enum):
    """The units that Sunledger measures in."""

    VOLT = UnitTraits("V", "voltage", "volts", 1.0)
    AMPERE = UnitTraits("A", "current", "amperes", 1.0)
    HERTZ = UnitTraits("Hz", "frequency", "hertz", 1.0)
    WATT = UnitTraits("W", "power", "watts", 1.0)
    WATT_HOUR = UnitTraits("Wh", "energy", "joules", 3600.0)
    CELSIUS = UnitTraits("°C", "temperature", "celsius", 1.0)
    PERCENT = UnitTraits("%", None, "ratio", 0.01)
    WATT_PER_SQUARE_METRE = UnitTraits("W/m²", "irradiance", "watts_per_square_meter", 1.0)
    METRE_PER_SECOND = UnitTraits("m/s", "wind_speed", "meters_per_second", 1.0)
    PER_KILOWATT_HOUR = UnitTraits("/kWh", None, "per_joule", 1 / 3.6e6)
    """Money for a kilowatt-hour, in the site's currency."""
    NONE = UnitTraits("", None, "", 1.0)

    @property
    def symbol(self) -> str:
        """The unit as people write it, `Wh`."""
        return self.value.symbol


class Kind(Enum):
    """How a value behaves over time. The member's value is Home Assistant's state class."""

    GAUGE = "measurement"
    COUNTER = "total_increasing"
    """Only rises over a device's life, until the device is reset, wraps or is replaced."""
    DAILY_COUNTER = "total"
    """What the device says of today; reset by the device when it sees fit."""
    CODE = None
    """A code or a count whose sum or mean says nothing."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """The declaration of one measurement, attached to a field of a reading.

    `resolution` is the step of the stored integer, in `unit`; None keeps any number as it is. A released
    resolution never changes: stored integers would change their meaning.
    `bits` is the width of the device's own register, at which a counter wraps.
    """

    label: str
    unit: Unit
    resolution: float | None = 1.0
    kind: Kind = Kind.GAUGE
    bits: int = 16
    signed: bool = False
    plausible: tuple[float, float] | None = None
    """What a working device can measure, both ends included; outside of it a value is marked."""
    device_class: str | None = None
    """Home Assistant's device class where the unit alone does not tell it."""

    @property
    def scale(self) -> int:
        """Stored integers per unit: 10 for a resolution of 0.1; 1 where a number is kept as it is."""
        return 1 if self.resolution is None else round(1 / self.resolution)

    @property
    def home_assistant(self) -> str | None:
        """Home Assistant's device class."""
        return self.device_class or self.unit.value.device_class
