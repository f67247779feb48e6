"""The counter fold: from what a lifetime counter showed to the energy that was produced.

A pure fold over one port's readings in the order of their times. Each step gives the energy in Wh that is
credited to its reading. A step that a healthy counter could have made is credited at once. Any other is a
*candidate* until the next reading: when that one counts on from the candidate, a seam is closed and a new
segment begins; when it counts on from before, the candidate was a glitch and is set aside. Several zeros
prove nothing; only a counter that counts does.

At a seam the lifetime counter says nothing of the energy between two readings: then the device's own counter
of today bridges it where it rose plausibly, else a counter that restarted from zero is credited with what it
shows (docs/decisions/0002-seams.md).
"""

from collections.abc import Iterable
from typing import NamedTuple

from sunledger.ledger.judgement import Judgement, Reason

NAMEPLATE = 1000
"""Watts that no port exceeds, unless set otherwise."""
LONG_STEP_MS = 15 * 60_000
"""After a longer silence a rise is only believed once the next reading confirms it."""
POLL_MS = 15_000
"""By how much later than its time, that of its poll's start, a counter may have been read: a device that
answers only at the last of four tries takes that long."""
FROZEN_AFTER_MS = 30 * 60_000
"""Identical producing readings for this long are frozen; a voltage in tenths never stands still so long."""
NO_COUNT = (1 << 32) - 1
"""All ones in the register: how devices say that they know no value."""
_MS_PER_HOUR = 3_600_000


Shown = tuple[int | None, ...]
"""What a port showed at one moment, as a stored row: its time in milliseconds, its series (which does not
matter here), then integers of 0.1 V, 0.01 A, 0.1 W, Wh today and Wh of its life."""


class Count(NamedTuple):
    """A lifetime counter's value at a moment, with the counter of today beside it."""

    at: int
    total: int
    today: int | None


class State(NamedTuple):
    """All that the fold needs to know of the past. Times in milliseconds since 1970."""

    seen_at: int = -1
    """The latest reading folded, accepted or not; -1 before the first."""
    accepted: Count | None = None
    changed_at: int = 0
    """When the accepted value was shown first: a counter that caught up after a silence had that long."""
    candidate: Count | None = None
    values: tuple[int | None, ...] | None = None
    """The last producing reading's values, to see whether they stand still; None when idle."""
    same_since: int = 0


class Step(NamedTuple):
    """What one reading brought."""

    state: State
    energy: int
    """Wh credited to this reading."""
    offset: int
    """By how much the continuous lifetime counter and the device's part further from here on."""
    judgements: tuple[Judgement, ...]


_NOTHING: tuple[Judgement, ...] = ()
_new = tuple.__new__
"""What `State(…)` comes down to, in half the time: for what is made anew with every reading."""


def step(state: State, shown: Shown, nameplate: int = NAMEPLATE) -> Step:
    """Fold one reading, later than all before it, into the state."""
    _, accepted, changed_at, candidate, before, same_since = state
    at, _, _, _, power, today, total = shown
    if at is None:
        raise ValueError(f"a reading without a time: {shown}")
    values = shown[2:] if power else None
    if values is None or values != before:
        same_since = at
    judgements = _frozen(at, power) if at - same_since >= FROZEN_AFTER_MS else _NOTHING
    if total is None or total == NO_COUNT:
        return Step(State(at, accepted, changed_at, candidate, values, same_since), 0, 0, judgements)
    count = _new(Count, (at, total, today))
    if candidate is None and accepted is not None and _counts_on(accepted, count, nameplate):
        energy = total - accepted.total
        state = _new(State, (at, count, at if energy else changed_at, None, values, same_since))
        return _new(Step, (state, energy, 0, judgements))
    verdict = _weigh(state, count, nameplate)
    return Step(
        State(at, verdict.accepted, verdict.changed_at, verdict.candidate, values, same_since),
        verdict.energy,
        verdict.offset,
        judgements + verdict.judgements,
    )


def _frozen(at: int, power: int | None) -> tuple[Judgement, ...]:
    return (Judgement(at, at, "pv_power", Reason.FROZEN, power, None, at),)


def fold(state: State, readings: Iterable[Shown], nameplate: int = NAMEPLATE) -> Step:
    """Fold readings in time order; energies, offsets and judgements of all of them together."""
    energy = offset = 0
    judgements: list[Judgement] = []
    for shown in readings:
        folded = step(state, shown, nameplate)
        state = folded.state
        energy += folded.energy
        offset += folded.offset
        judgements += folded.judgements
    return Step(state, energy, offset, merge_runs(judgements))


def merge_runs(judgements: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """Frozen readings in a row as one judgement from the first to the last of them."""
    merged: list[Judgement] = []
    run: int | None = None
    for judgement in judgements:
        if judgement.reason is not Reason.FROZEN:
            merged.append(judgement)
        elif run is not None and merged[run].raw == judgement.raw:
            merged[run] = merged[run]._replace(until=judgement.at, decided_at=judgement.at)
        else:
            run = len(merged)
            merged.append(judgement)
    return tuple(merged)


class _Verdict(NamedTuple):
    accepted: Count | None
    changed_at: int
    candidate: Count | None
    energy: int = 0
    offset: int = 0
    judgements: tuple[Judgement, ...] = ()


def _weigh(state: State, count: Count, nameplate: int) -> _Verdict:
    """Decide on a reading that does not simply count on."""
    accepted, candidate = state.accepted, state.candidate
    if accepted is None:
        return _Verdict(count, count.at, None)
    if candidate is None:
        return _Verdict(accepted, state.changed_at, count)
    if _counts_on(accepted, count, nameplate):
        changed_at = count.at if count.total != accepted.total else state.changed_at
        early = accepted.total <= candidate.total <= count.total
        aside = () if early else _set_aside(candidate, accepted, count.at)
        return _Verdict(count, changed_at, None, count.total - accepted.total, 0, aside)
    if _confirms(candidate, count, nameplate):
        return _seam(state, accepted, candidate, count, nameplate)
    if candidate.total == 0 == count.total:
        return _Verdict(accepted, state.changed_at, candidate)
    return _Verdict(accepted, state.changed_at, count, 0, 0, _set_aside(candidate, accepted, count.at))


def _counts_on(before: Count, after: Count, nameplate: int) -> bool:
    """Whether a healthy counter could have gone from one to the other, with no long silence between."""
    elapsed, rise = after.at - before.at, after.total - before.total
    return 0 <= rise <= most_possible(min(elapsed, LONG_STEP_MS), nameplate)


def _confirms(candidate: Count, count: Count, nameplate: int) -> bool:
    """Whether the candidate's counter goes on; two zeros could be two glitches."""
    return count.total > 0 and _counts_on(candidate, count, nameplate)


def most_possible(elapsed_ms: int, nameplate: int) -> int:
    """The most Wh that a port can have counted in that time; one more for the counter's truncation."""
    return nameplate * (elapsed_ms + POLL_MS) // _MS_PER_HOUR + 1


def _seam(state: State, accepted: Count, candidate: Count, count: Count, nameplate: int) -> _Verdict:
    """Close the seam from `accepted` to `candidate`, which `count` has confirmed."""
    bridged, reason = _bridge(accepted, candidate, state.changed_at, nameplate)
    energy = bridged + count.total - candidate.total
    changed_at = count.at if count.total != candidate.total else candidate.at
    if reason is None:
        return _Verdict(count, changed_at, None, energy)
    continued = accepted.total + bridged
    judgement = Judgement(
        candidate.at, candidate.at, "total_production", reason, candidate.total, continued, count.at
    )
    return _Verdict(count, changed_at, None, energy, continued - candidate.total, (judgement,))


def _bridge(before: Count, after: Count, changed_at: int, nameplate: int) -> tuple[int, Reason | None]:
    """The energy between two counts that do not simply follow each other, and what the seam is called.

    No reason means that it is no seam: the counter caught up after a silence, or had shown nothing but zero.
    """
    possible = most_possible(after.at - changed_at, nameplate)
    rise = after.total - before.total
    if 0 <= rise <= possible or before.total == 0:
        return (rise if rise <= possible else 0), None
    wrapped = _wrapped(before, after, possible, nameplate)
    if wrapped is not None:
        return wrapped, Reason.COUNTER_WRAP
    reason = Reason.COUNTER_FALL if rise < 0 else Reason.COUNTER_JUMP
    if before.today is not None and after.today is not None and 0 <= after.today - before.today <= possible:
        return after.today - before.today, reason
    if rise < 0 and after.total <= possible:
        return after.total, reason
    return 0, reason


def _wrapped(before: Count, after: Count, possible: int, nameplate: int) -> int | None:
    """The energy if the counter passed the end of its register: of 32 bits, or of 16 when it was just there.

    A counter near 2^32 can hardly be anything else; one near 2^16 is an ordinary young inverter.
    """
    at_once = most_possible(min(after.at - before.at, LONG_STEP_MS), nameplate)
    for register, most in ((1 << 32, possible), (1 << 16, at_once)):
        wrapped = after.total + register - before.total
        if before.total < register and 0 < wrapped <= most:
            return wrapped
    return None


def _set_aside(candidate: Count, accepted: Count, decided_at: int) -> tuple[Judgement, ...]:
    """The judgement on a counter value that nothing confirmed."""
    reason = Reason.IMPLAUSIBLE
    return (
        Judgement(
            candidate.at,
            candidate.at,
            "total_production",
            reason,
            candidate.total,
            accepted.total,
            decided_at,
        ),
    )
