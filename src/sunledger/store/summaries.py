"""Readings of one inverter by period, as one row each: means of what is measured, the last of each code."""

from collections.abc import Iterable
from datetime import datetime

from sunledger.ledger.rollup import Summary
from sunledger.measurements import INVERTER, PORT, Kind
from sunledger.measurements.catalogue import inverter_reading
from sunledger.sitetime import Span, Step
from sunledger.store.protocol import Answers
from sunledger.store.records import History, Of, PowerSummary

_POWER = ("pv_power",)
_SCALE = PORT.measurements[PORT.index("pv_power")].quantity.scale
_KINDS = tuple(measurement.quantity.kind for measurement in INVERTER.measurements)
_NOTHING = (Summary(),) * len(_KINDS)


async def summaries(store: Answers, serial_number: str, span: Span, step: Step) -> list[PowerSummary]:
    """Readings of an inverter by period, oldest first; periods without readings are absent."""
    own = [each for each in store.series().values() if each.identity[0] == serial_number]
    inverter = [each.id for each in own if each.of is Of.INVERTER]
    ports = [each.id for each in own if each.of is Of.PORT]
    return _joined(
        serial_number,
        await store.history(Of.INVERTER, inverter, INVERTER.columns, span, step),
        await store.history(Of.PORT, ports, _POWER, span, step),
    )


def _joined(serial_number: str, inverter: Iterable[History], ports: Iterable[History]) -> list[PowerSummary]:
    """The history of an inverter with that of its ports' power."""
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
