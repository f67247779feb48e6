"""Readings of one inverter by period, as one row each: means of what is measured, the last of each code."""

from collections.abc import Iterable
from datetime import datetime

from sunledger.ledger.rollup import Summary
from sunledger.measurements import INVERTER, PORT, Kind
from sunledger.measurements.catalogue import inverter_reading
from sunledger.store.records import History, PowerSummary

POWER_OF_PORTS = ("pv_power",)
_SCALE = PORT.measurements[PORT.index("pv_power")].quantity.scale
_KINDS = tuple(measurement.quantity.kind for measurement in INVERTER.measurements)
_NOTHING = (Summary(),) * len(_KINDS)


def summarise(
    serial_number: str, inverter: Iterable[History], ports: Iterable[History]
) -> list[PowerSummary]:
    """Join the history of an inverter with that of its ports' power, oldest first."""
    powers: dict[datetime, list[float]] = {}
    for history in ports:
        (power,) = history.rollup
        if power.mean is not None:
            powers.setdefault(history.start, []).append(power.mean)
    own = {history.start: history.rollup for history in inverter}
    return [
        PowerSummary(
            start,
            inverter_reading(serial_number, start, map(_column, _KINDS, own.get(start, _NOTHING))),
            round(sum(powers[start])) / _SCALE if start in powers else None,
        )
        for start in sorted(own.keys() | powers.keys())
    ]


def _column(kind: Kind, summary: Summary) -> int | None:
    value = summary.last if kind is Kind.CODE else summary.mean
    return None if value is None else round(value)
