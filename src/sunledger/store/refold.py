"""Folding again after a late reading: from its quarter on, until a quarter ends as it ended before."""

from collections.abc import Sequence
from typing import NamedTuple

from sunledger.ledger.fold import Shown, State, fold
from sunledger.ledger.judgement import Judgement, Reason
from sunledger.store.shelf import POWER, QUARTER_MS, PortStanding, Quarter, Shelf, quarter_start


class Refolded(NamedTuple):
    """What changed."""

    quarters: list[Quarter]
    """Closed quarters to store again."""
    changes: list[tuple[int, int]]
    """By how much the energy of closed quarters changed: (start, Wh)."""
    offset: int
    """By how much the continuous lifetime counter moved."""
    open: Quarter
    """The open quarter as it is now."""
    reached_open: bool
    frozen_from: int | None
    """The first frozen reading of the open quarter, when it was reached."""
    judgements: list[Judgement]
    """What the fold found this time that is decided in the quarters folded again."""


def refold(shelf: Shelf, standing: PortStanding, late: int, nameplate: int) -> Refolded:
    """Fold the quarter of a late reading again, already stored, and those after it as far as needed."""
    series, last = standing.open.series, standing.open
    begin = quarter_start(late)
    stored = {each.start: each for each in shelf.quarters([series], begin, last.start)}
    state = shelf.checkpoint(series, begin)
    done = Refolded([], [], 0, last, False, None, [])
    for start in sorted({begin, *stored} - {last.start}):
        before = stored.get(start, Quarter(series, start))
        after, judgements = quarter_of(
            series, start, state, shelf.shown(series, start, start + QUARTER_MS), nameplate
        )
        _judge_again(shelf, series, start, judgements)
        state = after.state
        done.quarters.append(after)
        done.changes.append((start, after.energy - before.energy))
        done.judgements.extend(judgements)
        done = done._replace(offset=done.offset + after.offset - before.offset)
        if start != begin and after == before:
            return done
    return _refold_open(shelf, done, state, nameplate)


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


def _refold_open(shelf: Shelf, done: Refolded, state: State, nameplate: int) -> Refolded:
    """Go on into the open quarter."""
    last = done.open
    readings = shelf.shown(last.series, last.start, last.start + QUARTER_MS)
    after, judgements = quarter_of(last.series, last.start, state, readings, nameplate)
    _judge_again(shelf, last.series, last.start, judgements)
    frozen = [judgement.at for judgement in judgements if judgement.reason is Reason.FROZEN]
    done.judgements.extend(judgements)
    return done._replace(
        open=after,
        reached_open=True,
        offset=done.offset + after.offset - last.offset,
        frozen_from=frozen[-1] if frozen else None,
    )


def _judge_again(shelf: Shelf, series: int, start: int, judgements: tuple[Judgement, ...]) -> None:
    shelf.drop_folded(series, start, start + QUARTER_MS)
    shelf.put_judgements(series, judgements, folded=True)
