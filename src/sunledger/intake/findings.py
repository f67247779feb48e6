"""What was found out about a poll, in the words of the store and in those of the live room."""

from collections.abc import Iterable, Mapping, Sequence

from sunledger.ledger.checks import Verdict
from sunledger.live import CorrectionEvent, Finding
from sunledger.live.latest import SeriesKey
from sunledger.measurements import InverterReading, Poll, PortReading
from sunledger.store.records import Correction, Found


def for_store(verdicts: Iterable[Verdict]) -> list[Found]:
    """The check's verdicts, to be kept with the poll."""
    return [Found(*_series(verdict.reading), verdict.judgements) for verdict in verdicts]


def for_latest(
    poll: Poll, verdicts: Iterable[Verdict], corrections: Iterable[Correction]
) -> Mapping[SeriesKey, Sequence[Finding]]:
    """What the check and the store found out about the poll's own readings; earlier ones are left out."""
    findings: dict[SeriesKey, list[Finding]] = {}
    for reading, judgements in verdicts:
        found = findings.setdefault(_series(reading), [])
        found += [Finding(judgement.field, judgement.reason) for judgement in judgements]
    for correction in corrections:
        if correction.at <= poll.taken_at <= correction.until:
            found = findings.setdefault((correction.serial_number, correction.port_number), [])
            found.append(Finding(correction.field, correction.reason))
    return findings


def for_stream(correction: Correction) -> CorrectionEvent:
    """A correction as subscribers are told of it."""
    return CorrectionEvent(
        serial_number=correction.serial_number,
        port_number=correction.port_number,
        at=correction.at,
        until=correction.until,
        field=correction.field,
        reason=correction.reason,
        raw=correction.raw,
        repaired=correction.repaired,
        decided_at=correction.decided_at,
    )


def _series(reading: InverterReading | PortReading) -> SeriesKey:
    return reading.serial_number, reading.port_number if isinstance(reading, PortReading) else None
