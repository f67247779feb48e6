"""Rows: stored integers and readings as the names and values that the API gives."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sunledger.measurements import (
    INVERTER,
    PORT,
    InverterReading,
    Measurement,
    PortReading,
    ReadingKind,
    Stored,
)
from sunledger.sitetime import instant
from sunledger.store.records import Device, Page, Row, Series, position

INVERTER_NAMES = ("serial_number", "timestamp", *INVERTER.columns)
PORT_NAMES = ("serial_number", "port_number", "timestamp", *PORT.columns)


def names(kind: ReadingKind[Any]) -> tuple[str, ...]:
    """The names of the values that a row of this kind has, in their order."""
    return (*kind.identity, "timestamp", *kind.columns)


def decoded(
    kind: ReadingKind[Any], rows: Sequence[Row], series: Mapping[int, Series]
) -> Iterable[Sequence[object]]:
    """Stored rows as values in the order of `names`; column by column."""
    if not rows:
        return []
    places = [position(row) for row in rows]
    moments = {at: instant(at) for at in {place.at for place in places}}
    identity = zip(*[series[place.series].identity for place in places], strict=True)
    _, _, *columns = zip(*rows, strict=True)
    values = [_in_unit(m, column) for m, column in zip(kind.measurements, columns, strict=True)]
    return zip(*identity, [moments[place.at] for place in places], *values, strict=True)


def _in_unit(measurement: Measurement, column: Sequence[Stored]) -> Sequence[float | None]:
    if measurement.quantity.scale == 1:
        return column
    scale = measurement.quantity.scale
    return [None if value is None else value / scale for value in column]


def as_objects(kind: ReadingKind[Any], page: Page) -> list[dict[str, object]]:
    """Stored rows by names."""
    keys = names(kind)
    return [dict(zip(keys, row, strict=True)) for row in decoded(kind, page.rows, page.series)]


def reading_row(kind: ReadingKind[Any], reading: Any) -> dict[str, object]:
    """A reading of any kind by names."""
    identity = (getattr(reading, name) for name in kind.identity)
    return dict(zip(names(kind), (*identity, reading.taken_at, *kind.values(reading)), strict=True))


def inverter_row(reading: InverterReading) -> dict[str, object]:
    """An inverter reading by names."""
    values = (reading.serial_number, reading.taken_at, *INVERTER.values(reading))
    return dict(zip(INVERTER_NAMES, values, strict=True))


def port_row(reading: PortReading) -> dict[str, object]:
    """A port reading by names."""
    values = (reading.serial_number, reading.port_number, reading.taken_at, *PORT.values(reading))
    return dict(zip(PORT_NAMES, values, strict=True))


def no_reading(serial_number: str) -> dict[str, object]:
    """An inverter of which nothing is known now: every value missing, none zero."""
    return dict.fromkeys(INVERTER_NAMES) | {"serial_number": serial_number}


def seen(device: Device) -> dict[str, object]:
    """What is known of an inverter for good."""
    return {
        "serial_number": device.serial_number,
        "dtu_name": device.dtu_name,
        "inverter_type": device.inverter_type,
        "first_seen": device.first_seen,
        "last_seen": device.last_seen,
    }
