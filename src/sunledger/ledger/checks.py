"""What one poll alone can tell of its readings, before anything is known of the past."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from sunledger.ledger.judgement import Judgement, Reason
from sunledger.measurements import INVERTER, PORT, InverterReading, Poll, PortReading, ReadingKind
from sunledger.sitetime import milliseconds

R = TypeVar("R", InverterReading, PortReading)

EVERY_FIELD = "*"
"""The field of a judgement that concerns the reading as a whole."""


class Verdict(NamedTuple):
    """The judgements on one reading of a poll."""

    reading: InverterReading | PortReading
    judgements: tuple[Judgement, ...]


def check(poll: Poll) -> list[Verdict]:
    """Judge a poll's readings by each other and by what can be measured at all; only those with findings."""
    at = milliseconds(poll.taken_at)
    producing = any(port.pv_power for port in poll.ports)
    verdicts = [*_judged(PORT, poll.ports, at, producing), *_judged(INVERTER, poll.inverters, at, producing)]
    verdicts = [verdict for verdict in verdicts if not _known_offline(verdict, poll)]
    if poll.suspect_time:
        readings: Iterable[InverterReading | PortReading] = (*poll.ports, *poll.inverters)
        verdicts += [Verdict(reading, _whole(at, Reason.SUSPECT_TIME)) for reading in readings]
    return verdicts


def _judged(kind: ReadingKind[R], readings: Sequence[R], at: int, producing: bool) -> Iterator[Verdict]:
    """The verdicts on readings of one kind; a healthy poll is seen to be one column by column."""
    rows = [kind.values(reading) for reading in readings]
    columns = zip(*rows, strict=True)
    plausible = all(m.all_plausible(column) for m, column in zip(kind.measurements, columns, strict=False))
    if plausible and (not producing or all(map(any, rows))):
        return
    for reading, values in zip(readings, rows, strict=True):
        if producing and _silent(values):
            yield Verdict(reading, _whole(at, Reason.ZERO_GLITCH))
        elif found := tuple(_implausible(kind, values, at)):
            yield Verdict(reading, found)


def _known_offline(verdict: Verdict, poll: Poll) -> bool:
    """Whether an inverter of nothing but zeros is one its DTU has lost: its ports keep their counters."""
    reading, judgements = verdict
    if not isinstance(reading, InverterReading) or judgements[0].reason is not Reason.ZERO_GLITCH:
        return False
    ports = [port for port in poll.ports if port.serial_number == reading.serial_number]
    producing = any(port.pv_power for port in ports)
    return not producing and any(not _silent(PORT.values(port)) for port in ports)


def _silent(values: Sequence[float | None]) -> bool:
    """Whether a reading is nothing but zeros."""
    return not any(values) and any(value is not None for value in values)


def _whole(at: int, reason: Reason) -> tuple[Judgement, ...]:
    return (Judgement(at, at, EVERY_FIELD, reason, None, None, at),)


def _implausible(kind: ReadingKind[R], values: Sequence[float | None], at: int) -> Iterator[Judgement]:
    """Marks on values outside of what their quantity can be."""
    for value, measurement in zip(values, kind.measurements, strict=True):
        if value is not None and not measurement.plausible(value):
            yield Judgement(at, at, measurement.name, Reason.IMPLAUSIBLE, measurement.encode(value), None, at)
