"""Rows and judgements as users see them: with the inverter's name, times, and values in their units."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sunledger.ledger.judgement import Judgement
from sunledger.measurements import KINDS
from sunledger.sitetime import instant
from sunledger.store.records import Correction, Latest, Of, Production, Row, Series, position

_BY_NAME = {kind.name: {each.name: each for each in kind.measurements} for kind in KINDS.values()}


def correction(series: Series, judgement: Judgement) -> Correction:
    """A judgement on a series, decoded."""
    return Correction(
        series.serial_number,
        series.port_number,
        instant(judgement.at),
        instant(judgement.until),
        judgement.field,
        judgement.reason,
        _decoded(series.of, judgement.field, judgement.raw),
        _decoded(series.of, judgement.field, judgement.repaired),
        instant(judgement.decided_at),
    )


def latest(
    series: Mapping[int, Series], rows: Mapping[Of, Iterable[Row]], production: Sequence[Production]
) -> Latest:
    """The latest stored rows of each kind as readings."""
    read = {of: _readings(of, series, rows[of]) for of in Of}
    return Latest(
        read[Of.INVERTER], read[Of.PORT], production, read[Of.ENERGY], read[Of.WEATHER], read[Of.TELEMETRY]
    )


def _readings(of: Of, series: Mapping[int, Series], rows: Iterable[Row]) -> list[Any]:
    kind, readings = of.kind, []
    for row in rows:
        at, number = position(row)
        names = dict(zip(kind.identity, series[number].identity, strict=True))
        readings.append(kind.reading(taken_at=instant(at), **names, **kind.decode(row[2:])))
    return readings


def _decoded(of: Of, field: str, stored: int | None) -> float | int | None:
    measurement = _BY_NAME[of.value].get(field)
    if measurement is None or stored is None or measurement.quantity.resolution is None:
        return stored
    return measurement.decode(round(stored))  # an engine may keep all of them as floats
