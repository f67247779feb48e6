"""Rows and judgements as users see them: with the inverter's name, times, and values in their units."""

from collections.abc import Iterable, Mapping

from sunledger.ledger.judgement import Judgement
from sunledger.measurements import MEASUREMENTS, InverterReading, PortReading
from sunledger.measurements.catalogue import inverter_reading, port_reading
from sunledger.sitetime import instant
from sunledger.store.records import Correction, Row, Series, position

_BY_NAME = {measurement.name: measurement for measurement in MEASUREMENTS}


def correction(series: Series, judgement: Judgement) -> Correction:
    """A judgement on a series, decoded."""
    return Correction(
        series.serial_number,
        series.port_number,
        instant(judgement.at),
        instant(judgement.until),
        judgement.field,
        judgement.reason,
        _decoded(judgement.field, judgement.raw),
        _decoded(judgement.field, judgement.repaired),
        instant(judgement.decided_at),
    )


def inverter_readings(series: Mapping[int, Series], rows: Iterable[Row]) -> list[InverterReading]:
    """Stored rows of inverters as readings."""
    places = ((position(row), row[2:]) for row in rows)
    return [
        inverter_reading(series[at.series].serial_number, instant(at.at), values) for at, values in places
    ]


def port_readings(series: Mapping[int, Series], rows: Iterable[Row]) -> list[PortReading]:
    """Stored rows of ports as readings."""
    readings = []
    for row in rows:
        at, number = position(row)
        of = series[number]
        readings.append(port_reading(of.serial_number, of.port_number or 0, instant(at), row[2:]))
    return readings


def _decoded(field: str, stored: int | None) -> float | int | None:
    measurement = _BY_NAME.get(field)
    return stored if measurement is None else measurement.decode(stored)
