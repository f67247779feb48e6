"""Which series of a batch are fresh: they have nothing stored in its time.

Either they go on after their latest reading, or they fill a gap in their past. What is fresh can be taken in
without looking at what is stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from operator import itemgetter

from sunledger.ledger.fold_columns import Beat
from sunledger.measurements import Columns
from sunledger.store.records import Of, Row, Series
from sunledger.store.shelf import (
    QUARTER_MS,
    PortStanding,
    ReadShelf,
    Standing,
    Tier,
    quarter_start,
)
from sunledger.store.stretches import Stretches
from sunledger.store.tables import COLUMNS


@dataclass(frozen=True, slots=True)
class Known:
    """The columns of a series, and where it stands; None for one that is new."""

    series: Series
    columns: Columns
    standing: PortStanding | Standing | None

    @property
    def after_all(self) -> bool:
        """Whether it goes on after the latest reading."""
        return self.standing is None or self.columns.times[0] > self.standing.seen_at

    @property
    def before_open(self) -> bool:
        """Whether all of it is of quarters that are closed by now."""
        return self.standing is not None and self.columns.times[-1] < quarter_start(self.standing.seen_at)

    @property
    def goes_on_frozen(self) -> bool:
        """Whether it goes on with a quarter that is known to be frozen."""
        standing = self.standing
        if not isinstance(standing, PortStanding) or standing.frozen_from is None:
            return False
        return self.columns.times[0] < standing.open.start + QUARTER_MS


@dataclass(frozen=True, slots=True)
class Fresh(Known):
    """One that has nothing stored in its time."""

    beat: Beat
    """By quarters of an hour."""
    rolled: Stretches
    """Its quarters rolled up."""

    @property
    def reopens(self) -> bool:
        """Whether it begins in the quarter that is open."""
        return self.standing is not None and quarter_start(self.standing.seen_at) == self.beat.starts[0]

    @property
    def closes(self) -> int | None:
        """The start of the quarter that was open and is closed by it, if there is one."""
        if self.standing is None:
            return None
        opens = quarter_start(self.standing.seen_at)
        return opens if opens < self.beat.starts[-1] else None

    @property
    def whole(self) -> Stretches:
        """Of one that goes on: the quarters all of whose readings it has, and that it closes."""
        return self.rolled.part(int(self.reopens), -1)


def sorted_out(shelf: ReadShelf, every: Sequence[Known]) -> tuple[list[Fresh], list[Known]]:
    """Those that are fresh, and the others."""
    past: dict[Of, list[Known]] = {}
    for each in every:
        if each.before_open:
            past.setdefault(each.series.of, []).append(each)
    taken = set(chain.from_iterable(_taken(shelf, of, some) for of, some in past.items()))
    beats: dict[int, Beat] = {}
    fresh, others = [], []
    for each in every:
        gap = each.before_open and each.series.id not in taken
        if gap or (each.after_all and not each.goes_on_frozen):
            times = each.columns.times
            beat = beats.get(id(times)) or beats.setdefault(id(times), Beat.of(times, QUARTER_MS))
            rolled = Stretches.of(each.series.id, each.columns.values, beat)
            fresh.append(Fresh(each.series, each.columns, each.standing, beat, rolled))
        else:
            others.append(each)
    return fresh, others


def _taken(shelf: ReadShelf, of: Of, past: Sequence[Known]) -> list[int]:
    """Those series that have readings somewhere in the time of all of them."""
    start = quarter_start(min(each.columns.times[0] for each in past))
    end = quarter_start(max(each.columns.times[-1] for each in past)) + QUARTER_MS
    numbers = [each.series.id for each in past]
    return [each.series for each in shelf.rollups(of, Tier.QUARTER, numbers, start, end, COLUMNS[of][:1])]


def rows_of(fresh: Sequence[Fresh]) -> list[Row]:
    """Their rows by time and series, the order in which SQLite keeps them."""
    together: dict[int, list[Fresh]] = {}
    for each in fresh:
        together.setdefault(id(each.columns.times), []).append(each)
    parallel = (zip(*map(_rows, some), strict=True) for some in together.values())
    rows = list(chain.from_iterable(chain.from_iterable(parallel)))
    if len(together) > 1:
        rows.sort(key=itemgetter(0, 1))
    return rows


def _rows(fresh: Fresh) -> Iterable[Row]:
    return zip(fresh.columns.times, repeat(fresh.series.id), *fresh.columns.values)


def by_kind(fresh: Sequence[Fresh]) -> Mapping[Of, list[Fresh]]:
    """Those of each kind."""
    kinds: dict[Of, list[Fresh]] = {}
    for each in fresh:
        kinds.setdefault(each.series.of, []).append(each)
    return kinds
