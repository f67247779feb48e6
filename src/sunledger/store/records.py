"""What goes into a store and comes out of it besides readings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple

from sunledger.ledger.judgement import Judgement, Reason
from sunledger.ledger.rollup import Rollup
from sunledger.measurements import (
    ENERGY,
    INVERTER,
    KINDS,
    PORT,
    TELEMETRY,
    WEATHER,
    EnergyReading,
    InverterReading,
    Poll,
    PortReading,
    ReadingKind,
    TelemetryPoint,
    WeatherReading,
)
from sunledger.sitetime import instant

PortKey = tuple[str, int]
"""An inverter's serial number and the number of one of its ports, from 1."""

Row = tuple[int | None, ...]
"""A stored reading: its time in milliseconds, its series, then the integers in the catalogue's order."""


class Of(Enum):
    """Which kind of reading is meant."""

    INVERTER = INVERTER.name
    PORT = PORT.name
    ENERGY = ENERGY.name
    WEATHER = WEATHER.name
    TELEMETRY = TELEMETRY.name

    __hash__ = object.__hash__
    """By identity; what an Enum has by itself is a function in Python, and each reading would call it."""

    @property
    def kind(self) -> ReadingKind[Any]:
        """The kind itself."""
        return KINDS[self.value]


Identity = tuple[str | int, ...]
"""What names a series among those of its kind: the values of `ReadingKind.identity`."""
SeriesKey = tuple[Of, Identity]


class Series(NamedTuple):
    """What rows are keyed by: what is read of one inverter, port, device or place."""

    id: int
    of: Of
    identity: Identity

    @property
    def serial_number(self) -> str:
        """Of the inverter; of another kind the device, or the place of a weather reading."""
        return str(self.identity[0])

    @property
    def port_number(self) -> int | None:
        """The port; None for what is not one."""
        return int(self.identity[1]) if self.of is Of.PORT else None


@dataclass(frozen=True, slots=True)
class Device:
    """An inverter that has been seen."""

    serial_number: str
    dtu_name: str
    inverter_type: str
    first_seen: datetime
    last_seen: datetime
    ports: tuple[int, ...]
    metadata: Mapping[str, object] = field(default_factory=dict)


class Production(NamedTuple):
    """A port's repaired counters at a moment, in Wh: continuous over falls, jumps, wraps and replacements."""

    serial_number: str
    port_number: int
    at_ms: int
    """Milliseconds since 1970."""
    since_ms: int
    """The RESET_HOUR that `today` counts from."""
    today: int
    total: int | None
    """Of its life; None until the device has shown a counter."""

    @property
    def at(self) -> datetime:
        """When the port was last read."""
        return instant(self.at_ms)

    @property
    def since(self) -> datetime:
        """The RESET_HOUR that `today` counts from."""
        return instant(self.since_ms)


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest reading of every series and the repaired counters of every port."""

    inverters: Sequence[InverterReading] = ()
    ports: Sequence[PortReading] = ()
    production: Sequence[Production] = ()
    energy: Sequence[EnergyReading] = ()
    weather: Sequence[WeatherReading] = ()
    telemetry: Sequence[TelemetryPoint] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """A judgement with the series that it concerns. Values are in the unit of `field`."""

    serial_number: str
    port_number: int | None
    at: datetime
    until: datetime
    field: str
    reason: Reason
    raw: float | int | None
    repaired: float | int | None
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a commit did; given only once it is durable."""

    poll: Poll
    stored: int
    """Rows that were not there before."""
    repeated: int
    """Rows that were there with the same values already."""
    production: Sequence[Production]
    corrections: Sequence[Correction]


class Loaded(NamedTuple):
    """What loading a batch did."""

    stored: int = 0
    """Rows that were not there before."""
    repeated: int = 0
    """Rows that were there with the same values already."""
    production: Sequence[Production] = ()
    """What the ports of the batch have come to."""
    corrections: Sequence[Correction] = ()

    def followed_by(self, more: "Loaded") -> "Loaded":
        """Both together."""
        produced = {(each.serial_number, each.port_number): each for each in self.production}
        produced |= {(each.serial_number, each.port_number): each for each in more.production}
        return Loaded(
            self.stored + more.stored,
            self.repeated + more.repeated,
            list(produced.values()),
            [*self.corrections, *more.corrections],
        )


class Page(NamedTuple):
    """Some stored readings in the order asked for, and where to go on."""

    rows: Sequence[Row]
    series: Mapping[int, Series]
    next: "Position | None"


class Position(NamedTuple):
    """A place in a list of rows ordered by (time, series): the last row that was given."""

    at: int
    series: int


def position(row: Row) -> Position:
    """The time and series of a row."""
    at, series = row[0], row[1]
    if at is None or series is None:
        raise ValueError(f"a row without time or series: {row}")
    return Position(at, series)


class Energy(NamedTuple):
    """The energy of one port in one period, in Wh; a period without any reading has none, not zero.

    That of several ports together has neither a serial number ("") nor a port number (0).
    """

    start_ms: int
    """In milliseconds since 1970, as the end: a year of hours is shown quicker than by datetimes."""
    end_ms: int
    serial_number: str
    port_number: int
    energy: int

    @property
    def start(self) -> datetime:
        """The moment that the period begins."""
        return instant(self.start_ms)

    @property
    def end(self) -> datetime:
        """The moment that it ends."""
        return instant(self.end_ms)


class History(NamedTuple):
    """Some measurements of one series over a period that has readings, as stored numbers."""

    start: datetime
    end: datetime
    series: int
    readings: int
    rollup: Rollup


class PowerSummary(NamedTuple):
    """Aggregated readings of an inverter in one period: each value the mean of its readings."""

    start: datetime
    inverter: InverterReading
    """Means of the grid side; codes are those of the last reading."""
    pv_power: float | None
    """The mean of the sum over the ports, in W."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """How much is kept; exact, and cheap at any size."""

    database_type: str
    database_size_bytes: int
    production_cache_entries: int
    config_cache_entries: int
    readings: Mapping[Of, int]
    """Rows of each kind."""
    inverters_count: int

    @property
    def total_records(self) -> int:
        """All rows that hold readings."""
        return sum(self.readings.values())


class Found(NamedTuple):
    """A judgement of a poll's check, with the series it belongs to."""

    serial_number: str
    port_number: int | None
    judgements: tuple[Judgement, ...]


class Entry(NamedTuple):
    """A poll as it is handed to a store, with what its check found."""

    poll: Poll
    found: Sequence[Found] = ()
