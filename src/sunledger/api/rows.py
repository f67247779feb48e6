"""Rows: stored integers and readings as the names and values that the API gives."""

from collections.abc import Mapping, Sequence
from typing import Any

from sunledger.api.tables import Chunk, Column, Content
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
from sunledger.store.records import Device, Page, Row, Series

INVERTER_NAMES = ("serial_number", "timestamp", *INVERTER.columns)
PORT_NAMES = ("serial_number", "port_number", "timestamp", *PORT.columns)


def names(kind: ReadingKind[Any]) -> tuple[str, ...]:
    """The names of the values that a row of this kind has, in their order."""
    return (*kind.identity, "timestamp", *kind.columns)


def columns(kind: ReadingKind[Any]) -> tuple[Column, ...]:
    """The columns of a table of such rows."""
    return (
        *map(identity_column, kind.identity),
        Column("timestamp", Content.MOMENT),
        *map(_column, kind.measurements),
    )


def identity_column(name: str) -> Column:
    """The column of a name, or of a number, of what was read."""
    return Column(name, Content.WHOLE if name == "port_number" else Content.TEXT)


def _column(measurement: Measurement) -> Column:
    quantity = measurement.quantity
    content = Content.WHOLE if measurement.integral else Content.NUMBER
    return Column(measurement.name, content, quantity.unit.symbol, quantity.resolution)


def decoded(kind: ReadingKind[Any], rows: Sequence[Row], series: Mapping[int, Series]) -> Chunk:
    """Stored rows, at least one, as values in the order of `names`, column by column."""
    times, ids, *stored = zip(*rows, strict=True)
    moments = {at: instant(at) for at in set(times)}
    owners = {id_: series[id_].identity for id_ in set(ids)}
    identity = zip(*[owners[id_] for id_ in ids], strict=True)
    values = [_in_unit(m, column) for m, column in zip(kind.measurements, stored, strict=True)]
    return [*identity, [moments[at] for at in times], *values]


def _in_unit(measurement: Measurement, column: Sequence[Stored]) -> Sequence[float | None]:
    if measurement.quantity.scale == 1:
        return column
    scale = measurement.quantity.scale
    return [None if value is None else value / scale for value in column]


def as_objects(kind: ReadingKind[Any], page: Page) -> list[dict[str, object]]:
    """Stored rows by names."""
    if not page.rows:
        return []
    keys, chunk = names(kind), decoded(kind, page.rows, page.series)
    return [dict(zip(keys, row, strict=True)) for row in zip(*chunk, strict=True)]


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
