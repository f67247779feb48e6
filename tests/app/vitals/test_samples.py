"""What is counted in a minute, and the samples that are made of it."""

import mmap
import sys
from datetime import UTC, datetime

import pytest

from sunledger.app.vitals.counts import Counted, Counts
from sunledger.app.vitals.process import cpu_seconds, resident_bytes
from sunledger.app.vitals.samples import Machine, samples
from sunledger.live import PollOutcome
from sunledger.store.records import Of, Statistics

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)
KEPT = Statistics(
    database_type="sqlite", database_size_bytes=4096, production_cache_entries=2, config_cache_entries=1,
    readings={Of.INVERTER: 10, Of.PORT: 15, Of.TELEMETRY: 5}, inverters_count=1,
)  # fmt: skip
MACHINE = Machine(seconds=60.0, cpu_seconds=0.6, memory_bytes=90_000_000)


def outcome(dtu: str, error_type: str | None = None) -> PollOutcome:
    return PollOutcome(dtu_name=dtu, started_at=NOON, seconds=0.2, error_type=error_type)


def values(counted: Counted, machine: Machine = MACHINE) -> dict[tuple[str, str], float]:
    made = samples(NOON, counted, machine, KEPT)
    assert {each.at for each in made} == {NOON}
    assert len({each.key for each in made}) == len(made)
    return {(each.name, each.tags): each.value for each in made}


def test_a_minute_of_work_in_numbers() -> None:
    counts = Counts(["roof", "garage"])
    for error in (None, None, "garbled"):
        counts.poll_finished(outcome("roof", error))
    for status, seconds in ((200, 0.25), (404, 0.25), (503, 1.0)):
        counts.request_finished("/health", "GET", status, seconds)
    assert values(counts.taken()) == {
        ("cpu_percent", "{}"): pytest.approx(1.0),
        ("memory_bytes", "{}"): 90_000_000,
        ("requests", "{}"): 3,
        ("request_errors", "{}"): 1,
        ("response_time_seconds", "{}"): 0.5,
        ("rows", "{}"): KEPT.total_records,
        ("database_size_bytes", "{}"): 4096,
        ("polls", '{"dtu_name":"roof"}'): 3,
        ("polls", '{"dtu_name":"garage"}'): 0,
        ("poll_errors", '{"dtu_name":"roof"}'): 1,
        ("poll_errors", '{"dtu_name":"garage"}'): 0,
    }


def test_a_count_begins_anew_once_it_is_taken() -> None:
    counts = Counts(["roof"])
    counts.poll_finished(outcome("roof", "unreachable"))
    counts.request_finished("/health", "GET", 200, 0.1)
    assert counts.taken() != Counts(["roof"]).taken()
    assert counts.taken() == Counts(["roof"]).taken()


def test_what_is_not_known_is_left_out() -> None:
    found = values(Counted(), Machine(seconds=0.0, cpu_seconds=0.0, memory_bytes=None))
    assert {name for name, _ in found} == {"requests", "request_errors", "rows", "database_size_bytes"}


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not say")
def test_memory_and_processor_are_really_measured() -> None:
    memory, before = resident_bytes(), cpu_seconds()
    held = mmap.mmap(-1, 64 << 20)  # new pages, where a heap might have had them already
    held.write(b"x" * len(held))
    after = resident_bytes()
    assert memory is not None
    assert after is not None
    assert after - memory > 32 << 20
    assert cpu_seconds() >= before > 0
    held.close()
