"""Measurements over time: mean, extremes and latest value by period, composed from rollups."""

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sunledger.ledger.rollup import joined
from sunledger.sitetime import Span, Step, instant, milliseconds
from sunledger.sitetime.almanac import almanac
from sunledger.store.protocol import Of
from sunledger.store.records import History
from sunledger.store.rollups import roll_quarter
from sunledger.store.shelf import ReadShelf, Rolled, Tier
from sunledger.store.tables import COLUMNS


class Wanted(NamedTuple):
    """Which measurements are asked for, of whom and by which periods."""

    of: Of
    series: Sequence[int] | None
    measurements: Sequence[str]
    span: Span
    step: Step
    zone: ZoneInfo


def histories(shelf: ReadShelf, own: ZoneInfo, wanted: Wanted) -> list[History]:
    """Every period that touches the span and has readings, whole, by start and series.

    `own` is the zone that hours and days are kept in.
    """
    period_of = almanac(wanted.zone).periods(wanted.step)
    found: dict[tuple[int, int], dict[int, Rolled]] = {}
    start = end = 0
    for part in _parts(shelf, own, wanted):
        if not start <= part.start < end:
            start, end = period_of(part.start)
        rolled = found.setdefault((start, end), {})
        before = rolled.get(part.series)
        rolled[part.series] = part if before is None else _both(before, part)
    return list(_shown(found))


def _shown(found: Mapping[tuple[int, int], Mapping[int, Rolled]]) -> Iterator[History]:
    for (start, end), rolled in sorted(found.items(), key=itemgetter(0)):
        begin, finish = instant(start), instant(end)
        for series in sorted(rolled):
            yield History(begin, finish, series, rolled[series].readings, rolled[series].rollup)


def _parts(shelf: ReadShelf, own: ZoneInfo, wanted: Wanted) -> Iterator[Rolled]:
    """What the periods are composed of: closed quarters, or hours or days of them, then the open quarters."""
    start, end = whole(wanted.span, wanted.step, wanted.zone)
    tier = tier_for(wanted.step, wanted.zone, own)
    yield from shelf.rollups(wanted.of, tier, wanted.series, start, end, wanted.measurements)
    columns = [COLUMNS[wanted.of].index(name) for name in wanted.measurements]
    open_at: dict[int, list[int]] = {}
    for begin, series in shelf.open_starts(wanted.of, wanted.series):
        if start <= begin < end:
            open_at.setdefault(begin, []).append(series)
    for begin, several in sorted(open_at.items()):
        for rolled in roll_quarter(shelf, wanted.of, begin, several):
            yield rolled._replace(rollup=tuple(rolled.rollup[column] for column in columns))


def _both(earlier: Rolled, later: Rolled) -> Rolled:
    return earlier._replace(
        readings=earlier.readings + later.readings, rollup=joined(earlier.rollup, later.rollup)
    )


def tier_for(step: Step, zone: ZoneInfo, own: ZoneInfo) -> Tier:
    """The coarsest tier that periods of a step in a zone can be composed from."""
    if step is Step.QUARTER or zone != own:
        return Tier.QUARTER
    return Tier.HOUR if step is Step.HOUR else Tier.DAY


def whole(span: Span, step: Step, zone: ZoneInfo) -> tuple[int, int]:
    """The periods that touch a span, from the first one's start to the last one's end, in milliseconds."""
    period_of, last = almanac(zone).periods(step), milliseconds(span.end)
    start, end = period_of(last)
    return period_of(milliseconds(span.start))[0], start if start == last else end
