"""Columns are folded and rolled up as their readings are one by one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sunledger.ledger.fold import NO_COUNT, Count, State, Step, fold
from sunledger.ledger.fold_columns import Beat, fold_columns
from sunledger.ledger.rollup import (
    Rollup,
    Summaries,
    Summary,
    all_joined,
    joined_column,
    rolled,
    rolled_column,
)
from sunledger.measurements import Stored

QUARTER = 15 * 60_000
GAPS = st.sampled_from([1_000, 60_000, 60_000, 60_000, 300_000, 1_800_000, 40_000_000])
RISES = st.sampled_from([0, 0, 4, 8, 16, 16])
POWERS = st.sampled_from([None, 0, 0, 2000, 2000, 2000, 2001])
MISFORTUNES = st.sampled_from([*[lambda total: total] * 60, lambda _: 0, lambda _: None, lambda _: NO_COUNT,
                               lambda total: total * 3, lambda total: total - 500])  # fmt: skip


@st.composite
def readings(draw: st.DrawFn) -> list[tuple[Stored, ...]]:
    """What a port shows: mostly a healthy counter, and sometimes for long the same."""
    at, total = draw(st.integers(0, 10**7)), draw(st.integers(0, 10**6))
    rows: list[tuple[Stored, ...]] = []
    misfortunes = draw(st.sampled_from([st.just(lambda total: total), MISFORTUNES]))
    for _ in range(draw(st.integers(1, 60))):
        at += draw(GAPS)
        total += draw(RISES)
        shown = draw(misfortunes)(total)
        rows.append((at, 0, 331, 604, draw(POWERS), None if shown is None else shown % 1000, shown))
    return rows


states = st.builds(
    State,
    seen_at=st.just(0),
    accepted=st.none() | st.builds(Count, st.just(0), st.integers(0, 10**6), st.none()),
    changed_at=st.integers(-10_000_000, 0),
    candidate=st.none() | st.builds(Count, st.just(0), st.integers(0, 10**6), st.none()),
    values=st.none() | st.just((331, 604, 2000, 5, 5)),
    same_since=st.integers(-3_000_000, 0),
)


@settings(max_examples=300)
@given(readings(), states | st.just(State()))
def test_columns_are_folded_as_their_readings_are(rows: list[tuple[Stored, ...]], state: State) -> None:
    times = [at for at, *_ in rows if at is not None]
    beat = Beat.of(times, QUARTER)
    one_by_one: list[Step] = []
    for begin, end in beat.bounds:
        one_by_one.append(fold(one_by_one[-1].state if one_by_one else state, rows[begin:end]))
    columns = list(zip(*(row[2:] for row in rows), strict=True))
    assert fold_columns(state, beat, columns, 1000) == one_by_one


@given(st.lists(st.integers(0, 10**8), unique=True).map(sorted))
def test_a_beat_has_every_time_in_its_own_stretch(times: list[int]) -> None:
    beat = Beat.of(times, QUARTER)
    assert [at - at % QUARTER for at in times] == [
        start for start, (begin, end) in zip(beat.starts, beat.bounds, strict=True) for _ in range(begin, end)
    ]
    assert len(set(beat.starts)) == len(beat.starts)


@given(readings(), st.integers(1, 5))
def test_columns_are_rolled_up_as_their_readings_are(rows: list[tuple[Stored, ...]], some: int) -> None:
    beat = Beat.of([at for at, *_ in rows if at is not None], QUARTER)
    columns = list(zip(*(row[2:] for row in rows), strict=True))
    quarters = [rolled([row[2:] for row in rows[begin:end]], len(columns)) for begin, end in beat.bounds]
    rolled_up = [rolled_column(column, beat.stretches) for column in columns]
    assert _by_stretch(rolled_up) == quarters
    several = [slice(first, min(first + some, len(quarters))) for first in range(0, len(quarters), some)]
    longer = [joined_column(column, several) for column in rolled_up]
    assert _by_stretch(longer) == [all_joined(quarters[each]) for each in several]


def _by_stretch(columns: list[Summaries]) -> list[Rollup]:
    return list(zip(*(map(Summary, *column) for column in columns), strict=True))
