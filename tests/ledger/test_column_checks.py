"""The checks find the same in a batch as in its polls, and batches are made of polls without a loss."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunledger.ledger.batching import batches, polls
from sunledger.ledger.checks import check
from sunledger.ledger.column_checks import check_batch
from sunledger.measurements import PORT, Columns, Poll, TelemetryPoint
from sunledger.measurements.catalogue import inverter_reading, port_reading

BEGIN = datetime(2026, 6, 21, 12, 0, tzinfo=UTC)
ZEROS = (0, 0, 0, 0, 0)
PORTS = [*[(331, 604, 2000, 1200, 5_000_000)] * 5, (0, 0, 0, 1200, 5_000_000), ZEROS, (None,) * 5,
         (65_535, 604, 2000, None, 5_000_000), (331, 604, -1, 1200, 5_000_000)]  # fmt: skip
INVERTERS = [*[(2301, 4998, 214, 3, 0, 0, 1)] * 5, (0,) * 7, (None,) * 7, (65_535, 4998, 214, 3, 0, 0, 1)]


@st.composite
def some_polls(draw: st.DrawFn) -> list[Poll]:
    """Polls of two DTUs, some of them again and some at the same moment, with faults."""
    made = []
    for _ in range(draw(st.integers(0, 12))):
        at = BEGIN + timedelta(minutes=draw(st.integers(0, 9)))
        dtu = draw(st.sampled_from(["roof", "shed"]))
        there = draw(st.sets(st.integers(1, 3), min_size=1))
        made.append(
            Poll(
                dtu_name=dtu,
                taken_at=at,
                inverters=[inverter_reading(dtu, at, draw(st.sampled_from(INVERTERS)))],
                ports=[port_reading(dtu, each, at, draw(st.sampled_from(PORTS))) for each in sorted(there)],
                suspect_time=draw(st.sampled_from([False] * 5 + [True])),
                telemetry=[TelemetryPoint(device=dtu, data_type="hum", taken_at=at, value=0.1)],
            )
        )
    return made


@given(some_polls())
def test_a_batch_is_judged_as_its_polls_are(given: list[Poll]) -> None:
    for batch in batches(given):
        assert check_batch(batch) == [verdict for poll in polls(batch) for verdict in check(poll)]


def tidy(poll: Poll) -> Poll:
    return replace(poll, ports=sorted(poll.ports, key=lambda port: port.port_number))


@given(some_polls())
def test_batches_lose_nothing_and_keep_the_last_of_a_moment_last(given: list[Poll]) -> None:
    there_and_back = [tidy(poll) for batch in batches(given) for poll in polls(batch)]
    assert sorted(map(repr, there_and_back)) == sorted(map(repr, given))
    last = {(poll.dtu_name, poll.taken_at): poll for poll in there_and_back}
    assert last == {(poll.dtu_name, poll.taken_at): poll for poll in given}


@given(some_polls(), st.integers(0, 9), st.integers(0, 9))
def test_a_part_of_a_batch_has_the_polls_of_its_span(given: list[Poll], first: int, last: int) -> None:
    start, end = (round((BEGIN + timedelta(minutes=each)).timestamp() * 1000) for each in (first, last))
    for batch in batches(given):
        assert polls(batch.between(start, end)) == [
            poll for poll in polls(batch) if start <= poll.taken_at.timestamp() * 1000 < end
        ]


def test_columns_that_do_not_go_together_are_refused_by_name() -> None:
    good = Columns(kind=PORT, identity=("1141", 1), times=[1, 2], values=[[1, 2]] * 5)
    with pytest.raises(ValueError, match="port 1141/1: pv_voltage has 1 values for 2 times"):
        replace(good, values=[[1]] * 5)
    with pytest.raises(ValueError, match="4 columns for pv_voltage, pv_current"):
        replace(good, values=[[1, 2]] * 4)
    with pytest.raises(ValueError, match="each time must be later than the one before"):
        replace(good, times=[2, 2])
