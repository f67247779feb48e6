"""A batch is loaded in steps no longer than live polls may wait, or than a sync to the disk is worth."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store.plants import START, day

from sunledger.ledger.batching import batches
from sunledger.measurements import PORT, Batch, Columns
from sunledger.sitetime import ManualClock
from sunledger.store import pacing
from sunledger.store.pacing import LONG, SHORT, Pace
from sunledger.store.records import Found, Loaded
from sunledger.store.shelf import QUARTER_MS, quarter_start

TIMES = st.lists(st.integers(0, 10**8), min_size=1, max_size=60, unique=True).map(sorted)


class Shelves:
    """Takes the steps of a batch, each for as long as it is told."""

    def __init__(self, seconds_a_row: float = 0.0) -> None:
        self.clock = ManualClock(START)
        self.steps: list[Batch] = []
        self.seconds_a_row = seconds_a_row

    async def load(self, step: Batch, _found: Sequence[Found]) -> Loaded:
        self.steps.append(step)
        await self.clock.advance(step.size * self.seconds_a_row)
        return Loaded(step.size)


def batch_of(*times: Sequence[int]) -> Batch:
    columns = [
        Columns(kind=PORT, identity=("1141", number), times=each, values=[each] * len(PORT.columns))
        for number, each in enumerate(times)
    ]
    return Batch(dtu_name="roof", columns=columns)


@given(st.lists(TIMES, min_size=1, max_size=3), st.integers(1, 40))
async def test_steps_are_the_whole_batch_cut_between_quarters(times: list[list[int]], rows: int) -> None:
    shelves, batch = Shelves(), batch_of(*times)
    pace = Pace(shelves.clock)
    pace._rows = {SHORT: rows, LONG: rows}
    loaded = await pace.load(batch, (), shelves.load)
    assert loaded.stored == batch.size
    moments = [sorted(at for each in step.columns for at in each.times) for step in shelves.steps]
    assert sorted(at for step in moments for at in step) == sorted(at for each in times for at in each)
    assert all(quarter_start(before[-1]) < quarter_start(after[0]) for before, after in pairwise(moments))


async def test_steps_are_as_long_as_they_may_be_and_shorter_while_live_polls_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pacing, "_FEWEST", 30)
    shelves = Shelves(seconds_a_row=0.0002)
    pace = Pace(shelves.clock)
    (batch,) = batches(day(START, 48 * 60))

    async def beside_polls(step: Batch, found: Sequence[Found]) -> Loaded:
        pace.polled()
        return await shelves.load(step, found)

    for load, longest in ((shelves.load, LONG), (beside_polls, SHORT), (shelves.load, LONG)):
        await shelves.clock.advance(10)
        for _ in range(5):
            await pace.load(batch, (), load)
        assert longest / 2 < shelves.steps[-2].size * shelves.seconds_a_row <= longest * 1.1


async def test_a_step_is_never_less_than_a_quarter_of_an_hour() -> None:
    shelves = Shelves(seconds_a_row=10.0)
    (batch,) = batches(day(START, 60))
    pace = Pace(shelves.clock)
    pace._rows = {SHORT: 1, LONG: 1}
    await pace.load(batch, (), shelves.load)
    assert len(shelves.steps) <= timedelta(minutes=60) // timedelta(milliseconds=QUARTER_MS)
