"""Rollups kept in step with readings: quarters of an hour in UTC, local hours and days, of all measurements.

A quarter is rolled up when it closes, and joined to its hour and day. Where a late reading re-opens it, it is
rolled up again, and its hour and day are composed anew. So each is what recomputing it from readings gives.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sunledger.ledger.rollup import all_joined, rolled
from sunledger.sitetime import Step
from sunledger.sitetime.almanac import almanac
from sunledger.store.protocol import Of
from sunledger.store.shelf import QUARTER_MS, ReadShelf, Rolled, Shelf, Tier, quarter_start
from sunledger.store.tables import COLUMNS, rollup_row

_STEPS = {Tier.QUARTER: Step.QUARTER, Tier.HOUR: Step.HOUR, Tier.DAY: Step.DAY}
_BELOW = {Tier.HOUR: Tier.QUARTER, Tier.DAY: Tier.HOUR}


class Changed(NamedTuple):
    """A quarter of a series whose readings have changed."""

    of: Of
    series: int
    start: int


class Periods:
    """The local hour and day of a quarter; the latest of each is remembered."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._find = {tier: almanac(zone).periods(step) for tier, step in _STEPS.items()}
        self._known: dict[Tier, tuple[int, int]] = {}

    def of(self, tier: Tier, start: int) -> tuple[int, int]:
        """Start and end of the period of a tier that holds a quarter, in milliseconds."""
        known = self._known.get(tier)
        if known is None or not known[0] <= start < known[1]:
            known = self._known[tier] = self._find[tier](start)
        return known


def roll_closed(shelf: Shelf, periods: Periods, closed: Iterable[Changed]) -> None:
    """Roll up quarters that have just closed: nothing of their hours and days comes after them."""
    for of, parts in read_again(shelf, closed).items():
        shelf.put_rollups(of, Tier.QUARTER, parts)
        for tier in (Tier.HOUR, Tier.DAY):
            parts = _put_together(shelf, periods, of, tier, parts)


def read_again(shelf: ReadShelf, closed: Iterable[Changed]) -> dict[Of, list[Rolled]]:
    """Quarters rolled up from their readings, in the order of time."""
    groups: dict[Of, list[Rolled]] = {}
    for (of, start), series in sorted(_grouped(closed).items(), key=lambda group: group[0][1]):
        groups.setdefault(of, []).extend(roll_quarter(shelf, of, start, series))
    return groups


def _put_together(
    shelf: Shelf, periods: Periods, of: Of, tier: Tier, parts: Iterable[Rolled]
) -> list[Rolled]:
    """Join parts in the order of time to the hours or days that they end; what they come to by themselves."""
    together = _by_period(periods, tier, parts)
    grown = [part._replace(start=begin) for begin, group in together.items() for part in group]
    shelf.grow_rollups(of, [rollup_row(tier, each) for each in grown])
    return [part for group in together.values() for part in group]


def _by_period(periods: Periods, tier: Tier, parts: Iterable[Rolled]) -> Mapping[int, list[Rolled]]:
    """By the start of each hour or day what its parts of each series come to."""
    groups: dict[int, dict[int, list[Rolled]]] = {}
    for part in parts:
        groups.setdefault(periods.of(tier, part.start)[0], {}).setdefault(part.series, []).append(part)
    return {begin: list(map(_joined, group.values())) for begin, group in groups.items()}


def roll_again(shelf: Shelf, periods: Periods, reopened: Iterable[Changed]) -> None:
    """Roll up quarters again whose readings have changed, and their hours and days."""
    groups = sorted(_grouped(reopened).items(), key=lambda group: group[0][1])
    for (of, start), series in groups:
        shelf.put_rollups(of, Tier.QUARTER, roll_quarter(shelf, of, start, series))
    for tier in (Tier.HOUR, Tier.DAY):
        stretches: dict[tuple[Of, tuple[int, int]], set[int]] = {}
        for (of, start), some in groups:
            stretches.setdefault((of, periods.of(tier, start)), set()).update(some)
        for (of, period), every in stretches.items():
            shelf.put_rollups(of, tier, compose(shelf, of, tier, period, sorted(every)))


def roll_quarter(shelf: ReadShelf, of: Of, start: int, series: Sequence[int] | None) -> list[Rolled]:
    """A quarter of some series (None: all), from its readings."""
    values: dict[int, list[Sequence[int | None]]] = {}
    for row in shelf.rows(of, series, start, start + QUARTER_MS):
        values.setdefault(row[1] or 0, []).append(row[2:])
    width = len(COLUMNS[of])
    return [Rolled(start, number, len(rows), rolled(rows, width)) for number, rows in values.items()]


def compose(
    shelf: Shelf, of: Of, tier: Tier, period: tuple[int, int], series: Sequence[int] | None
) -> list[Rolled]:
    """An hour from its quarters, or a day from its hours."""
    parts: dict[int, list[Rolled]] = {}
    for part in shelf.rollups(of, _BELOW[tier], series, *period):
        parts.setdefault(part.series, []).append(part)
    return [_joined(each)._replace(start=period[0]) for each in parts.values()]


def rebuild(shelf: Shelf, of: Of, zone: ZoneInfo, span: tuple[int, int]) -> None:
    """Roll up all closed quarters anew from their readings, over the span of all readings."""
    open_at = {series: start for start, series in shelf.open_starts(of, None)}
    shelf.drop_rollups(of, (Tier.QUARTER,))
    for start in range(quarter_start(span[0]), span[1], QUARTER_MS):
        quarters = roll_quarter(shelf, of, start, None)
        shelf.put_rollups(of, Tier.QUARTER, [each for each in quarters if start < open_at[each.series]])
    remake(shelf, of, zone, span)


def remake(shelf: Shelf, of: Of, zone: ZoneInfo, span: tuple[int, int]) -> None:
    """Compose all hours and days anew, for a new zone, over the span of all quarters."""
    periods = Periods(zone)
    shelf.drop_rollups(of, (Tier.HOUR, Tier.DAY))
    for tier in (Tier.HOUR, Tier.DAY):
        start = quarter_start(span[0])
        while start < span[1]:
            begin, start = periods.of(tier, start)
            shelf.put_rollups(of, tier, compose(shelf, of, tier, (begin, start), None))


def _grouped(changed: Iterable[Changed]) -> Mapping[tuple[Of, int], list[int]]:
    groups: dict[tuple[Of, int], list[int]] = {}
    for each in changed:
        groups.setdefault((each.of, each.start), []).append(each.series)
    return groups


def _joined(parts: Sequence[Rolled]) -> Rolled:
    """Parts of a series in the order of time as one, from where the first one starts."""
    if len(parts) == 1:
        return parts[0]
    readings = sum(part.readings for part in parts)
    return Rolled(parts[0].start, parts[0].series, readings, all_joined([part.rollup for part in parts]))
