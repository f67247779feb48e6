"""Counts as samples: the names and units under which people find them. docs/system-metrics.md lists them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sunledger.app.vitals.counts import Counted
from sunledger.store.records import Statistics
from sunledger.store.system_metrics import Sample, tagged

_SHORTEST = 1.0
"""Seconds over which a share of a processor means something."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What we took of the machine in some time."""

    seconds: float
    """How long that was."""
    cpu_seconds: float
    memory_bytes: int | None
    """At its end; None where the system does not say."""


def samples(at: datetime, counted: Counted, machine: Machine, kept: Statistics) -> list[Sample]:
    """What is kept of a minute; what is not known is left out."""
    named = (*_of_machine(machine), *_of_requests(counted), *_of_store(kept))
    return [
        *(Sample(at, name, tagged(), value) for name, value in named),
        *(Sample(at, "polls", tagged(dtu_name=dtu), count) for dtu, count in counted.polls.items()),
        *(Sample(at, "poll_errors", tagged(dtu_name=dtu), n) for dtu, n in counted.failed_polls.items()),
    ]


def _of_machine(machine: Machine) -> Iterator[tuple[str, float]]:
    if machine.seconds >= _SHORTEST:
        yield "cpu_percent", 100 * machine.cpu_seconds / machine.seconds
    if machine.memory_bytes is not None:
        yield "memory_bytes", machine.memory_bytes


def _of_requests(counted: Counted) -> Iterator[tuple[str, float]]:
    yield "requests", counted.requests
    yield "request_errors", counted.failed_requests
    if counted.requests:
        yield "response_time_seconds", counted.request_seconds / counted.requests


def _of_store(kept: Statistics) -> Iterator[tuple[str, float]]:
    yield "rows", kept.total_records
    yield "database_size_bytes", kept.database_size_bytes
