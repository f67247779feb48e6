"""Rollups kept in step with readings: quarters of an hour in UTC, local hours and days, of all measurements.

A quarter is rolled up when it closes, and joined to its hour and day. Where a late reading re-opens it, it is
rolled up again, and its hour and day are composed anew. So each is what recomputing it from readings gives.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sunledger.ledger.rollup import joined, rolled
from sunledger.sitetime import Step, instant, milliseconds
from sunledger.sitetime.spans import period_of
from sunledger.store.protocol import Of
from sunledger.store.records import position
from sunledger.store.shelf import QUARTER_MS, ReadShelf, Rolled, Shelf, Tier, quarter_start
from sunledger.store.tables import COLUMNS

_STEPS = {Tier.HOUR: Step.HOUR, Tier.DAY: Step.DAY}
_BELOW = {Tier.HOUR: Tier.QUARTER, Tier.DAY: Tier.HOUR}


class Changed(NamedTuple):
    """A quarter of a series whose readings have changed."""

    of: Of
    series: int
    start: int


class Periods:
    """The local hour and day of a quarter; the latest of each is remembered."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._known: dict[Tier, tuple[int, int]] = {}

    def of(self, tier: Tier, start: int) -> tuple[int, int]:
        """Start and end of the period of a tier that holds a quarter, in milliseconds."""
        known = self._known.get(tier)
        if known is None or not known[0] <= start < known[1]:
            span = period_of(instant(start), _STEPS[tier], self._zone)
            known = self._known[tier] = milliseconds(span.start), milliseconds(span.end)
        return known


def roll_closed(shelf: Shelf, periods: Periods, closed: Iterable[Changed]) -> None:
    """Roll up quarters that have just closed: nothing of their hours and days comes after them."""
    for (of, start), series in _grouped(closed).items():
        quarters = roll_quarter(shelf, of, start, series)
        shelf.put_rollups(of, Tier.QUARTER, quarters)
        for tier in (Tier.HOUR, Tier.DAY):
            begin, _ = periods.of(tier, start)
            before = {each.series: each for each in shelf.rollups(of, tier, series, begin, begin + 1)}
            grown = (_joined(before.get(each.series), each, begin) for each in quarters)
            shelf.put_rollups(of, tier, list(grown))


def roll_again(shelf: Shelf, periods: Periods, reopened: Iterable[Changed]) -> None:
    """Roll up quarters again whose readings have changed, and their hours and days."""
    for (of, start), series in _grouped(reopened).items():
        shelf.put_rollups(of, Tier.QUARTER, roll_quarter(shelf, of, start, series))
        for tier in (Tier.HOUR, Tier.DAY):
            begin, end = periods.of(tier, start)
            shelf.put_rollups(of, tier, compose(shelf, of, tier, (begin, end), series))


def roll_quarter(shelf: ReadShelf, of: Of, start: int, series: Sequence[int] | None) -> list[Rolled]:
    """A quarter of some series (None: all), from its readings."""
    values: dict[int, list[Sequence[int | None]]] = {}
    for row in shelf.rows(of, series, start, start + QUARTER_MS):
        values.setdefault(position(row).series, []).append(row[2:])
    width = len(COLUMNS[of])
    return [Rolled(start, number, len(rows), rolled(rows, width)) for number, rows in values.items()]


def compose(
    shelf: Shelf, of: Of, tier: Tier, period: tuple[int, int], series: Sequence[int] | None
) -> list[Rolled]:
    """An hour from its quarters, or a day from its hours."""
    composed: dict[int, Rolled] = {}
    for part in shelf.rollups(of, _BELOW[tier], series, *period):
        composed[part.series] = _joined(composed.get(part.series), part, period[0])
    return list(composed.values())


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


def _joined(earlier: Rolled | None, later: Rolled, start: int) -> Rolled:
    """Both together, as what begins at `start`."""
    if earlier is None:
        return later._replace(start=start)
    readings = earlier.readings + later.readings
    return Rolled(start, later.series, readings, joined(earlier.rollup, later.rollup))
