"""Rows: stored integers and readings as the names and values that the API gives."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sunledger.measurements import INVERTER, PORT, InverterReading, PortReading, ReadingKind
from sunledger.sitetime import instant
from sunledger.store.records import Device, Page, Row, Series, position

INVERTER_NAMES = ("serial_number", "timestamp", *INVERTER.columns)
PORT_NAMES = ("serial_number", "port_number", "timestamp", *PORT.columns)


def names(kind: ReadingKind[Any]) -> tuple[str, ...]:
    """The names of the values that a row of this kind has, in their order."""
    return (*kind.identity, "timestamp", *kind.columns)


def decoded(
    kind: ReadingKind[Any], rows: Iterable[Row], series: Mapping[int, Series]
) -> Iterator[Sequence[object]]:
    """Stored rows as values in the order of `names`."""
    identity = {s.id: s[1 : 1 + len(kind.identity)] for s in series.values()}
    scales = tuple(1 if m.integral else m.quantity.scale for m in kind.measurements)
    last, at = -1, instant(0)
    for row in rows:
        when, number = position(row)
        if when != last:
            last, at = when, instant(when)
        values = zip(row[2:], scales, strict=True)
        yield (*identity[number], at, *[v if v is None or k == 1 else v / k for v, k in values])


def as_objects(kind: ReadingKind[Any], page: Page) -> list[dict[str, object]]:
    """Stored rows by names."""
    keys = names(kind)
    return [dict(zip(keys, row, strict=True)) for row in decoded(kind, page.rows, page.series)]


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
