"""Folding again after late readings: from their quarters on, each time until one ends as it ended before."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sunledger.ledger.fold import Shown, State, fold
from sunledger.ledger.judgement import Judgement, Reason
from sunledger.store.shelf import POWER, QUARTER_MS, PortStanding, Quarter, Shelf

_AT_ONCE = 8
"""Quarters looked up together: most often the second one ends as it did before."""


@dataclass(slots=True)
class Refolded:
    """What changed."""

    open: Quarter
    """The open quarter as it is now."""
    quarters: list[Quarter] = field(default_factory=list)
    """Closed quarters to store again."""
    changes: list[tuple[int, int]] = field(default_factory=list)
    """By how much the energy of closed quarters changed: (start, Wh)."""
    offset: int = 0
    """By how much the continuous lifetime counter moved."""
    reached_open: bool = False
    frozen_from: int | None = None
    """The first frozen reading of the open quarter, when it was reached."""
    judgements: list[Judgement] = field(default_factory=list)
    """What the fold found this time that is decided in the quarters folded again."""

    @property
    def starts(self) -> set[int]:
        """Which quarters were folded again."""
        return {each.start for each in self.quarters} | ({self.open.start} if self.reached_open else set())


def refold(
    shelf: Shelf, standing: PortStanding, late: Mapping[int, Sequence[Shown]], nameplate: int
) -> Refolded:
    """Fold the quarters of late readings again and those after them as far as needed.

    `late` has the start of each such quarter with all of its readings, which are stored already.
    """
    done = Refolded(standing.open)
    opens = standing.open.start
    state: State | None = None
    for start in sorted(late.keys() - {opens}):
        if not done.quarters or start > done.quarters[-1].start:
            state = _fold_from(shelf, done, start, late, nameplate)
    if state is None and opens in late:
        state = shelf.checkpoint(done.open.series, opens)
    if state is not None:
        _fold_open(shelf, done, state, nameplate)
    return done


def fold_in(shelf: Shelf, standing: PortStanding, fresh: Sequence[Quarter], nameplate: int) -> Refolded:
    """Take in quarters where there were none, folded from the state before them; and fold those after them.

    The fresh ones are among those to be stored.
    """
    done = Refolded(standing.open)
    for each in fresh:
        done.quarters.append(each)
        done.changes.append((each.start, each.energy))
        done.offset += each.offset
    state = _go_on(shelf, done, fresh[-1].state, fresh[-1].start + QUARTER_MS, {}, nameplate)
    if state is not None:
        _fold_open(shelf, done, state, nameplate)
    return done


def _fold_from(
    shelf: Shelf, done: Refolded, begin: int, late: Mapping[int, Sequence[Shown]], nameplate: int
) -> State | None:
    """Fold closed quarters until one ends as before, which is None; else the state before the open one."""
    return _go_on(shelf, done, shelf.checkpoint(done.open.series, begin), begin, late, nameplate)


def _go_on(
    shelf: Shelf,
    done: Refolded,
    state: State,
    begin: int,
    late: Mapping[int, Sequence[Shown]],
    nameplate: int,
) -> State | None:
    """The same from a state."""
    series = done.open.series
    for start, before in _quarters(shelf, series, (begin, done.open.start), late):
        shown = late.get(start) or shelf.shown(series, start, start + QUARTER_MS)
        after, judgements = quarter_of(series, start, state, shown, nameplate)
        if before is None:
            before = Quarter(series, start)
            shelf.put_judgements(series, judgements, folded=True)
        else:
            _judge_again(shelf, series, start, judgements)
        done.quarters.append(after)
        done.changes.append((start, after.energy - before.energy))
        done.offset += after.offset - before.offset
        done.judgements += judgements
        if after == before:
            return None
        state = after.state
    return state


def _quarters(
    shelf: Shelf, series: int, within: tuple[int, int], late: Iterable[int]
) -> Iterator[tuple[int, Quarter | None]]:
    """The stored quarters and those of late readings, in order; None for one that is not stored."""
    start, end = within
    waiting = sorted(each for each in late if start <= each < end)
    for stored in _stored(shelf, series, start, end):
        while waiting and waiting[0] < stored.start:
            yield waiting.pop(0), None
        if waiting and waiting[0] == stored.start:
            waiting.pop(0)
        yield stored.start, stored
    for each in waiting:
        yield each, None


def _stored(shelf: Shelf, series: int, start: int, end: int) -> Iterator[Quarter]:
    """The stored quarters of a port within, looked up as far as they are asked for."""
    some = shelf.quarters_of(series, start, end, _AT_ONCE)
    while some:
        yield from some
        some = shelf.quarters_of(series, some[-1].start + 1, end, _AT_ONCE)


def quarter_of(
    series: int, start: int, state: State, readings: Sequence[Shown], nameplate: int
) -> tuple[Quarter, tuple[Judgement, ...]]:
    """Fold the readings of a quarter from the state before it."""
    folded = fold(state, readings, nameplate)
    powers = [power for shown in readings if (power := shown[POWER]) is not None]
    quarter = Quarter(
        series, start, folded.energy, folded.offset, len(readings), sum(powers), len(powers), folded.state
    )
    return quarter, folded.judgements


def _fold_open(shelf: Shelf, done: Refolded, state: State, nameplate: int) -> None:
    """Go on into the open quarter."""
    before = done.open
    readings = shelf.shown(before.series, before.start, before.start + QUARTER_MS)
    done.open, judgements = quarter_of(before.series, before.start, state, readings, nameplate)
    _judge_again(shelf, before.series, before.start, judgements)
    frozen = [judgement.at for judgement in judgements if judgement.reason is Reason.FROZEN]
    done.reached_open = True
    done.frozen_from = frozen[-1] if frozen else None
    done.offset += done.open.offset - before.offset
    done.judgements += judgements


def _judge_again(shelf: Shelf, series: int, start: int, judgements: tuple[Judgement, ...]) -> None:
    shelf.drop_folded(series, start, start + QUARTER_MS)
    shelf.put_judgements(series, judgements, folded=True)
