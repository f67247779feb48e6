"""What one poll alone can tell of its readings, before anything is known of the past."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sunledger.ledger.judgement import Judgement, Reason
from sunledger.measurements import INVERTER, PORT, InverterReading, Measurement, Poll, PortReading
from sunledger.sitetime import milliseconds

EVERY_FIELD = "*"
"""The field of a judgement that concerns the reading as a whole."""


class Verdict(NamedTuple):
    """The judgements on one reading of a poll."""

    reading: InverterReading | PortReading
    judgements: tuple[Judgement, ...]


def check(poll: Poll) -> list[Verdict]:
    """Judge a poll's readings by each other and by what can be measured at all; only those with findings."""
    at = milliseconds(poll.taken_at)
    verdicts: list[Verdict] = []
    producing = any(port.pv_power for port in poll.ports)
    for port in poll.ports:
        if producing and _silent(PORT.values(port)):
            verdicts.append(Verdict(port, _whole(at, Reason.ZERO_GLITCH)))
        else:
            _judge_values(port, PORT.values(port), PORT.measurements, at, verdicts)
    for inverter in poll.inverters:
        if producing and _silent(INVERTER.values(inverter)):
            verdicts.append(Verdict(inverter, _whole(at, Reason.ZERO_GLITCH)))
        else:
            _judge_values(inverter, INVERTER.values(inverter), INVERTER.measurements, at, verdicts)
    if poll.suspect_time:
        readings: Iterable[InverterReading | PortReading] = (*poll.ports, *poll.inverters)
        verdicts += [Verdict(reading, _whole(at, Reason.SUSPECT_TIME)) for reading in readings]
    return verdicts


def _silent(values: Sequence[float | None]) -> bool:
    """Whether a reading is nothing but zeros."""
    return not any(values) and any(value is not None for value in values)


def _whole(at: int, reason: Reason) -> tuple[Judgement, ...]:
    return (Judgement(at, at, EVERY_FIELD, reason, None, None, at),)


def _judge_values(
    reading: InverterReading | PortReading,
    values: Sequence[float | None],
    measurements: Sequence[Measurement],
    at: int,
    verdicts: list[Verdict],
) -> None:
    """Mark values outside of what their quantity can be."""
    found = tuple(
        Judgement(at, at, measurement.name, Reason.IMPLAUSIBLE, measurement.encode(value), None, at)
        for value, measurement in zip(values, measurements, strict=True)
        if value is not None and not measurement.plausible(value)
    )
    if found:
        verdicts.append(Verdict(reading, found))
