"""The counter fold over columns: what `fold` gives reading by reading, at many times its pace.

A healthy counter needs no weighing: where it only rises, and never by more than the panel can have given,
each stretch is credited with what it rose. That is seen by comparing whole columns. Anything else is folded
reading by reading.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, compress, repeat
from operator import eq, le, sub

from sunledger.ledger.fold import (
    FROZEN_AFTER_MS,
    LONG_STEP_MS,
    NO_COUNT,
    Count,
    State,
    Step,
    fold,
    most_possible,
)
from sunledger.measurements import PORT, Stored

_POWER, _TODAY, _TOTAL = map(PORT.index, ("pv_power", "today_production", "total_production"))

Values = Sequence[Sequence[Stored]]
"""A column for each measurement of a port."""


@dataclass(frozen=True)
class Beat:
    """When a series was read, cut into stretches of time; shared by all series that were read together."""

    times: Sequence[int]
    starts: Sequence[int]
    """When each stretch with a reading starts."""
    bounds: Sequence[tuple[int, int]]
    """Where its times begin and end."""

    @classmethod
    def of(cls, times: Sequence[int], stretch: int) -> "Beat":
        """Cut by stretches of so many milliseconds."""
        starts, bounds, begin = [], [], 0
        while begin < len(times):
            start = times[begin] - times[begin] % stretch
            end = bisect_left(times, start + stretch, begin)
            starts.append(start)
            bounds.append((begin, end))
            begin = end
        return cls(times, starts, bounds)

    @cached_property
    def stretches(self) -> list[slice]:
        """Where each is in a column."""
        return [slice(*each) for each in self.bounds]

    @cached_property
    def shortest(self) -> int:
        """The shortest time from one reading to the next."""
        return min(map(sub, self.times[1:], self.times), default=LONG_STEP_MS)


def fold_columns(state: State, beat: Beat, values: Values, nameplate: int) -> list[Step]:
    """Fold the readings of a port, later than all before, into the state: what each stretch brought."""
    rows = list(zip(*values, strict=True))
    since = _same_since(state, beat.times, rows, values[_POWER])
    if since is not None and _counts_on(state, beat, values[_TOTAL], nameplate):
        return list(_credited(state, beat, rows, since))
    shown = list(zip(beat.times, repeat(0), *values))
    return list(_one_by_one(state, [shown[begin:end] for begin, end in beat.bounds], nameplate))


def _one_by_one(
    state: State, stretches: Sequence[Sequence[tuple[Stored, ...]]], nameplate: int
) -> Iterator[Step]:
    for stretch in stretches:
        folded = fold(state, stretch, nameplate)
        state = folded.state
        yield folded


def _same_since(
    state: State, times: Sequence[int], rows: Sequence[tuple[Stored, ...]], powers: Sequence[Stored]
) -> Sequence[int] | None:
    """Since when each reading's values stand still while producing; None if some do for too long."""
    still = list(map(eq, rows, chain((state.values,), rows)))
    if not any(compress(powers, still)):
        return times
    begins, begin = [], state.same_since
    for at, same, power in zip(times, still, powers, strict=True):
        if not (same and power):
            begin = at
        elif at - begin >= FROZEN_AFTER_MS:
            return None
        begins.append(begin)
    return begins


def _counts_on(state: State, beat: Beat, totals: Sequence[Stored], nameplate: int) -> bool:
    """Whether a counter does nothing but count on, as a healthy one does."""
    if state.candidate is not None or None in totals:
        return False
    before = state.accepted or Count(beat.times[0], totals[0] or 0, None)
    rises = list(map(sub, totals, chain((before.total,), totals)))
    if min(rises) < 0 or (totals[-1] or 0) >= NO_COUNT:
        return False
    first = beat.times[0] - before.at
    if max(rises) <= most_possible(min(first, beat.shortest, LONG_STEP_MS), nameplate):
        return True
    elapsed = map(sub, beat.times, chain((before.at,), beat.times))
    return all(map(le, rises, (most_possible(min(each, LONG_STEP_MS), nameplate) for each in elapsed)))


def _credited(
    state: State, beat: Beat, rows: Sequence[tuple[Stored, ...]], since: Sequence[int]
) -> Iterator[Step]:
    """Each stretch with what a healthy counter rose in it."""
    times, new = beat.times, tuple.__new__
    totals = [row[_TOTAL] or 0 for row in rows]
    before, changed_at = totals[0], times[0]
    if state.accepted is not None:
        before, changed_at = state.accepted.total, state.changed_at
    for begin, end in beat.bounds:
        at, row = times[end - 1], rows[end - 1]
        total = totals[end - 1]
        if total != before:
            changed_at = times[bisect_left(totals, total, begin, end)]
        count = new(Count, (at, total, row[_TODAY]))
        values = row if row[_POWER] else None
        after = new(State, (at, count, changed_at, None, values, since[end - 1]))
        yield new(Step, (after, total - before, 0, ()))
        before = total
