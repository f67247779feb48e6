"""Simulated DTUs on real sockets, and how they are examined."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sunledger.app.configuration import Dtu
from sunledger.app.doctor.diagnosis import diagnosed
from sunledger.app.doctor.examination import Examination, Patient, examine
from sunledger.app.doctor.findings import Finding, Level
from sunledger.simulator import SimulatedDtu, SimulatorSettings, build
from sunledger.sitetime import AcceleratedClock, SystemClock
from sunledger.transports import CommParams

NOON = datetime(2026, 6, 21, 10, tzinfo=UTC)
MIDNIGHT = datetime(2026, 6, 21, 22, tzinfo=UTC)
PATIENT = CommParams(timeout=30.0, retries=1, gap=0.0)
"""For a DTU that answers, however busy the machine is."""
QUICK = CommParams(timeout=0.2, retries=1, gap=0.0)
"""For one that does not: that much time is lost each time."""
SPEED = 4.0
"""The speed of a DTU's clock: the two seconds of a slow answer last half a second."""


class Quiet:
    """Progress that nobody watches."""

    def __init__(self) -> None:
        self.stages: list[str] = []

    def stage(self, doing: str) -> None:
        self.stages.append(doing)

    def at(self, fraction: float, doing: str) -> None:
        raise AssertionError("nobody knows how many ports there are")


@asynccontextmanager
async def simulated(*faults: str, at: datetime = NOON, **settings: Any) -> AsyncIterator[SimulatedDtu]:
    """A DTU that listens."""
    written = tuple(f"{fault}@00:00+24h" for fault in faults)
    dtu = build(SimulatorSettings(faults=written, **settings), AcceleratedClock(at, SPEED))
    await dtu.start()
    try:
        yield dtu
    finally:
        await dtu.stop()


async def examined(port: int, comm: CommParams = PATIENT, period: float = 60.0, **dtu: Any) -> Examination:
    """What is seen of the DTU on this port."""
    entry = Dtu(**{"name": "roof", "host": "127.0.0.1", "port": port, **dtu})
    return await examine(Patient(entry, comm, period), SystemClock(), Quiet())


def findings(seen: Examination) -> list[Finding]:
    """All that is said of it."""
    return list(diagnosed(seen))


def attentions(found: Sequence[Finding]) -> list[Finding]:
    """What somebody has to act on."""
    return [finding for finding in found if finding.level is Level.ATTENTION]


def said(found: Sequence[Finding]) -> str:
    """All the sentences, with what shows them and what to change."""
    return "\n".join(line for each in found for line in (each.said, *each.shown, *each.changes))
