"""Answering questions of energy: periods composed from days, quarters and, at ragged edges, readings.

Every part is what the one fold credited to readings in [start, end), in whole Wh; so sums over any cut of a
span are equal, over restarts and over days of 23 and 25 hours.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sunledger.ledger.fold import step as fold_step
from sunledger.sitetime import Span, Step, instant, milliseconds
from sunledger.sitetime.hours import Hours
from sunledger.sitetime.spans import day_of, midnight, period_of
from sunledger.store.protocol import Accounting
from sunledger.store.records import Energy, Series
from sunledger.store.shelf import QUARTER_MS, TOGETHER, ReadShelf, quarter_start


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


def energies(shelf: ReadShelf, accounting: Accounting, question: Question) -> list[Energy]:
    """The energy of each port, or of all together, in each period that has readings, by start and port."""
    zone = question.zone or accounting.zone
    cut = _cutter(question, zone)
    ends: dict[int, int] = {}
    sums: dict[tuple[int, int], int] = {}
    start = end = 0
    together = question.together
    for at, series, energy in _pieces(shelf, accounting, question):
        if series != TOGETHER and series not in question.series:
            continue
        if not start <= at < end:
            start, end = cut(at)
            ends[start] = end
        key = start, TOGETHER if together else series
        sums[key] = sums.get(key, 0) + energy
    names = {TOGETHER: ("", 0)} | {
        number: (port.serial_number, port.port_number or 0) for number, port in question.series.items()
    }
    moments = {at: instant(at) for at in {*ends, *ends.values()}}
    return [
        Energy(moments[start], moments[ends[start]], *names[series], energy)
        for (start, series), energy in sorted(sums.items())
    ]


def _cutter(question: Question, zone: ZoneInfo) -> Callable[[int], tuple[int, int]]:
    """What gives the period of a moment, inside of the span; all in milliseconds."""
    first, last = milliseconds(question.span.start), milliseconds(question.span.end)
    step, hours = question.step, Hours(zone)

    def whole(at: int) -> tuple[int, int]:
        if step is None:
            return first, last
        if step is Step.HOUR:
            return hours.of(at)
        period = period_of(instant(at), step, zone)
        return milliseconds(period.start), milliseconds(period.end)

    def cut(at: int) -> tuple[int, int]:
        start, end = whole(at)
        return max(start, first), min(end, last)

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
    days = _whole_days(accounting, question, instant(within[0]), instant(within[1]))
    if days is not None:
        morning, evening = (milliseconds(midnight(day, accounting.zone)) for day in days)
        ordinals = days[0].toordinal(), days[1].toordinal() - 1
        stored = shelf.days(selection, *ordinals, together=question.together)
        return _Stored(morning, evening, _at_midnight(stored, accounting.zone))
    if question.step is Step.HOUR and question.zone in (None, accounting.zone):
        start = _hour(within[0], accounting.zone, after=True)
        end = _hour(within[1], accounting.zone, after=False)
        if start < end:
            return _Stored(start, end, shelf.hours(selection, start, end, together=question.together))
    return _Stored(within[1], within[1], ())


def _at_midnight(days: Iterable[_Piece], zone: ZoneInfo) -> Iterator[_Piece]:
    """Days by the moment they begin instead of by ordinal."""
    for ordinal, energies_of_day in groupby(days, itemgetter(0)):
        at = milliseconds(midnight(date.fromordinal(ordinal), zone))
        yield from ((at, series, energy) for _, series, energy in energies_of_day)


def _hour(at: int, zone: ZoneInfo, *, after: bool) -> int:
    """The start of the local hour that holds a moment; or of the next one, unless it begins then."""
    start, end = Hours(zone).of(at)
    return end if after and start < at else start


def _quarters(shelf: ReadShelf, selection: Sequence[int] | None, start: int, end: int) -> Iterable[_Piece]:
    if start < end:
        yield from shelf.energies(selection, start, end)


def _whole_days(
    accounting: Accounting, question: Question, first: datetime, last: datetime
) -> tuple[date, date] | None:
    """The first whole local day and the day after the last one, where stored days can answer."""
    if question.step in (Step.QUARTER, Step.HOUR):
        return None
    if question.step is not None and question.zone not in (None, accounting.zone):
        return None
    day = day_of(first, accounting.zone)
    if midnight(day, accounting.zone) < first:
        day += timedelta(days=1)
    end = day_of(last, accounting.zone)
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
