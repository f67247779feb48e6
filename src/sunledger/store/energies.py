"""Answering questions of energy: periods composed from days, quarters and, at ragged edges, readings.

Every part is what the one fold credited to readings in [start, end), in whole Wh; so sums over any cut of a
span are equal, over restarts and over days of 23 and 25 hours.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sunledger.ledger.fold import step as fold_step
from sunledger.sitetime import Span, Step, milliseconds
from sunledger.sitetime.almanac import almanac
from sunledger.store.protocol import Accounting
from sunledger.store.records import Energy, Series
from sunledger.store.shelf import QUARTER_MS, ReadShelf, quarter_start


class Question(NamedTuple):
    """Which energy is asked for."""

    series: Mapping[int, Series]
    """The ports."""
    every_port: bool
    """True when these are all the ports there are."""
    span: Span
    step: Step | None
    zone: ZoneInfo | None
    together: bool = False
    """True when only the sum over the ports is asked for."""


_Piece = tuple[int, int, int]
"""The energy credited to a port at a moment, or from it on: milliseconds, series, Wh."""
_Cutter = Callable[[int], tuple[int, int]]
"""Gives the period of a moment, as far as it is inside of the span."""


def energies(shelf: ReadShelf, accounting: Accounting, question: Question) -> list[Energy]:
    """The energy of each port, or of all together, in each period that has readings, by start and port."""
    cut = _cutter(question, accounting)
    pieces = _pieces(shelf, accounting, question)
    return _together(pieces, cut) if question.together else _by_port(pieces, cut, question.series)


def _together(pieces: Iterable[_Piece], cut: _Cutter) -> list[Energy]:
    sums: dict[int, int] = {}
    ends: dict[int, int] = {}
    start = end = 0
    for at, _, energy in pieces:
        if not start <= at < end:
            start, end = cut(at)
            ends[start] = end
        sums[start] = sums.get(start, 0) + energy
    return [_new(Energy, (start, ends[start], "", 0, sums[start])) for start in sorted(sums)]


def _by_port(pieces: Iterable[_Piece], cut: _Cutter, ports: Mapping[int, Series]) -> list[Energy]:
    sums: dict[tuple[int, int, int], int] = {}
    start = end = 0
    for at, series, energy in pieces:
        if not start <= at < end:
            start, end = cut(at)
        if series in ports:
            key = start, end, series
            sums[key] = sums.get(key, 0) + energy
    names = {number: (port.serial_number, port.port_number or 0) for number, port in ports.items()}
    return [
        _new(Energy, (start, end, *names[series], energy))
        for (start, end, series), energy in sorted(sums.items())
    ]


_new = tuple.__new__
"""What `Energy(…)` comes down to, in half the time: a year has thousands of hours."""


def _cutter(question: Question, accounting: Accounting) -> _Cutter:
    first, last = milliseconds(question.span.start), milliseconds(question.span.end)
    if question.step is None:
        return lambda _: (first, last)
    period_of = almanac(question.zone or accounting.zone).periods(question.step)

    def cut(at: int) -> tuple[int, int]:
        period = start, end = period_of(at)
        return period if first <= start and end <= last else (max(start, first), min(end, last))

    return cut


def _pieces(shelf: ReadShelf, accounting: Accounting, question: Question) -> Iterator[_Piece]:
    """What the span is composed of: ragged edges, whole quarters, and whole days where they will do."""
    start, end = milliseconds(question.span.start), milliseconds(question.span.end)
    first, last = -(-start // QUARTER_MS) * QUARTER_MS, quarter_start(end)
    selection = None if question.every_port else list(question.series)
    if first > last:
        yield from _edge(shelf, accounting.nameplate, question.series, start, end)
        return
    if start < first:
        yield from _edge(shelf, accounting.nameplate, question.series, start, first)
    if last < end:
        yield from _edge(shelf, accounting.nameplate, question.series, last, end)
    for quarter in shelf.open_quarters(selection):
        if first <= quarter.start < last and quarter.readings:
            yield quarter.start, quarter.series, quarter.energy
    stored = _stored(shelf, accounting, question, selection, (first, last))
    yield from _quarters(shelf, selection, first, stored.start)
    yield from stored.pieces
    yield from _quarters(shelf, selection, stored.end, last)


class _Stored(NamedTuple):
    """What is stored of longer stretches than quarters, and from when to when that goes."""

    start: int
    end: int
    pieces: Iterable[_Piece]


def _stored(
    shelf: ReadShelf,
    accounting: Accounting,
    question: Question,
    selection: Sequence[int] | None,
    within: tuple[int, int],
) -> _Stored:
    """The whole local days or hours inside, where they will do; else nothing, at the end."""
    days = _whole_days(accounting, question, within)
    if days is not None:
        first, end = days
        midnight = almanac(accounting.zone).midnight
        stored = shelf.days(selection, first, end - 1, together=question.together)
        pieces = ((midnight(day), series, energy) for day, series, energy in stored)
        return _Stored(midnight(first), midnight(end), pieces)
    if question.step is Step.HOUR and question.zone in (None, accounting.zone):
        start = _hour(within[0], accounting.zone, after=True)
        end = _hour(within[1], accounting.zone, after=False)
        if start < end:
            return _Stored(start, end, shelf.hours(selection, start, end, together=question.together))
    return _Stored(within[1], within[1], ())


def _hour(at: int, zone: ZoneInfo, *, after: bool) -> int:
    """The start of the local hour that holds a moment; or of the next one, unless it begins then."""
    start, end = almanac(zone).hour(at)
    return end if after and start < at else start


def _quarters(shelf: ReadShelf, selection: Sequence[int] | None, start: int, end: int) -> Iterable[_Piece]:
    if start < end:
        yield from shelf.energies(selection, start, end)


def _whole_days(
    accounting: Accounting, question: Question, within: tuple[int, int]
) -> tuple[int, int] | None:
    """The first whole local day and the day after the last one, where stored days can answer."""
    if question.step in (Step.QUARTER, Step.HOUR):
        return None
    if question.step is not None and question.zone not in (None, accounting.zone):
        return None
    known = almanac(accounting.zone)
    day, end = (known.day(at) for at in within)
    if known.midnight(day) < within[0]:
        day += 1
    return (day, end) if day < end else None


def _edge(shelf: ReadShelf, nameplate: int, series: Iterable[int], start: int, end: int) -> Iterator[_Piece]:
    """Part of one quarter: its readings folded, and of those the ones with start <= at < end."""
    begin = quarter_start(start)
    for number in series:
        state = shelf.checkpoint(number, begin)
        for shown in shelf.shown(number, begin, end):
            folded = fold_step(state, shown, nameplate)
            state = folded.state
            if state.seen_at >= start:
                yield state.seen_at, number, folded.energy
