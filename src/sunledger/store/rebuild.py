"""Rebuilding everything that is derived from readings, in short steps, while polls are committed in between.

Quarter by quarter from the first one on. Before each step everything derived of earlier quarters is right, a
port's open quarter included; so a commit between two steps leaves it right, be its readings late or not. Once
no quarter lies ahead, all of it is.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sunledger.ledger.judgement import Judgement, Reason
from sunledger.store.audit import Audit, Period
from sunledger.store.bookkeeper import Bookkeeper
from sunledger.store.protocol import Of
from sunledger.store.shelf import QUARTER_MS, PortStanding, Quarter, ReadShelf, Tier, quarter_start
from sunledger.store.upkeep import UpkeepShelf

AT_ONCE = 32
"""Series that are looked at together: their quarter of an hour takes some milliseconds."""
_MOST_UNITS = 256
"""Parts of the work in one step, also where a clock stands still."""

Standings = dict[int, PortStanding]
Stands = Mapping[Of, Sequence[tuple[int, int]]]
"""(start, series) of the open quarters of each kind."""


class Unit(NamedTuple):
    """A part of the work: some series of one kind over a quarter, an hour or a day."""

    of: Of
    tier: Tier
    period: Period
    series: list[int]


class Today(NamedTuple):
    """The last part of the work for some ports: their energy since the last RESET_HOUR."""

    ports: list[int]


class Rebuild:
    """How far a rebuild has come. Each step is a transaction of its own; when one fails, all has failed."""

    def __init__(self, extent: Period) -> None:
        self._first = self.at = quarter_start(extent[0])
        """Everything before is right, but for hours and days that go on beyond."""
        self._last = extent[1]
        self._units: deque[Unit | Today] = deque()
        self._closing = False
        self.mended = 0
        """How many differences have been put right."""
        self.done = False

    @property
    def fraction(self) -> float:
        """How much is done, from 0 to 1."""
        walked = (self.at - self._first) / (self._last + QUARTER_MS - self._first)
        return 1.0 if self.done else min(0.999, walked)

    def step(self, books: Bookkeeper, shelf: UpkeepShelf, enough: Callable[[], bool]) -> Callable[[], None]:
        """Go on until that is enough for one transaction; what is returned is called once it is durable."""
        audit = Audit(shelf, books.accounting, mending=True)
        changed: Standings = {}
        for _ in range(_MOST_UNITS):
            unit = self._next(books, shelf)
            if unit is None:
                break
            if isinstance(unit, Today):
                changed |= _counted_today(unit, books, shelf, changed)
            else:
                changed |= _rebuilt(unit, books, shelf, audit)
            if enough():
                break
        self.mended += audit.found
        return lambda: books.ports.update(changed)

    def _next(self, books: Bookkeeper, shelf: ReadShelf) -> Unit | Today | None:
        """The next part of the work; None at its end."""
        while not self._units:
            there = {series.of for series in books.all_series()}
            stands = {of: shelf.open_starts(of, None) if of in there else () for of in Of}
            # the last quarter that there is anything of by now
            end = max([self._last, *(start for each in stands.values() for start, _ in each)])
            if self.at <= end:
                self._units.extend(_units(books, stands, self.at, self.at + QUARTER_MS))
                self.at += QUARTER_MS
            elif not self._closing:
                self._closing = True
                self._units.extend(_periods(books, stands, self.at - QUARTER_MS, None))
                self._units.extend(map(Today, _batches(stands[Of.PORT])))
            else:
                self.done = True
                return None
        return self._units.popleft()


def _units(books: Bookkeeper, stands: Stands, start: int, end: int) -> Iterator[Unit]:
    """A quarter of every series, then the hour and the day that end with it."""
    for of in Of:
        for some in _batches(stands[of]):
            yield Unit(of, Tier.QUARTER, (start, end), some)
    yield from _periods(books, stands, start, end)


def _periods(books: Bookkeeper, stands: Stands, start: int, end: int | None) -> Iterator[Unit]:
    """The hour and the day that a quarter is in: those that end at a moment, or with None both."""
    for tier in (Tier.HOUR, Tier.DAY):
        period = books.periods.of(tier, start)
        if end in (None, period[1]):
            for of in Of:
                for some in _batches(stands[of]):
                    yield Unit(of, tier, period, some)


def _batches(stands: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    numbers = sorted(number for _, number in stands)
    for index in range(0, len(numbers), AT_ONCE):
        yield numbers[index : index + AT_ONCE]


def _rebuilt(unit: Unit, books: Bookkeeper, shelf: UpkeepShelf, audit: Audit) -> Standings:
    """Do a part of the work; where ports stand now whose open quarter it was."""
    if unit.tier is not Tier.QUARTER:
        audit.period(unit.of, unit.tier, unit.period, unit.series)
        return {}
    changed = {
        quarter.series: _standing(books.ports[quarter.series], quarter, judged)
        for quarter, judged in audit.quarter(unit.of, unit.period[0], unit.series)
        if quarter.start == books.ports[quarter.series].open.start
    }
    shelf.put_ports(list(changed.values()))
    return changed


def _standing(before: PortStanding, last: Quarter, judged: tuple[Judgement, ...]) -> PortStanding:
    frozen = [judgement.at for judgement in judged if judgement.reason is Reason.FROZEN]
    return before._replace(open=last, frozen_from=frozen[-1] if frozen else None)


def _counted_today(today: Today, books: Bookkeeper, shelf: UpkeepShelf, changed: Standings) -> Standings:
    """The energy of some ports since the last RESET_HOUR, counted again from their quarters."""
    counted: Standings = {}
    for number in today.ports:
        standing = changed.get(number, books.ports[number])
        since = books.today_since(standing.seen_at)
        closed = shelf.quarters([number], since, standing.open.start)
        energy = sum(quarter.energy for quarter in closed) + standing.open.energy
        counted[number] = standing._replace(today=energy, today_since=since)
    shelf.put_ports(list(counted.values()))
    return counted


def lifetimes_moved(books: Bookkeeper, shelf: UpkeepShelf, by: Mapping[int, int]) -> Callable[[], None]:
    """Move the continuous lifetime counters of some ports; what is returned is called once it is durable.

    By how much is known from any moment since the rebuild, because commits move both sides of the difference.
    """
    moved = {
        number: books.ports[number]._replace(lifetime_offset=books.ports[number].lifetime_offset + offset)
        for number, offset in by.items()
    }
    shelf.put_ports(list(moved.values()))
    return lambda: books.ports.update(moved)
