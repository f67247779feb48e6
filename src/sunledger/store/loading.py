"""Batches on their way into a store: what `posting.py` does with their polls, column by column.

Series that are fresh (`fresh.py`) are folded and rolled up as columns. The others are posted poll by poll.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from operator import itemgetter

from sunledger.ledger.batching import polls
from sunledger.ledger.fold import Step
from sunledger.ledger.fold_columns import fold_columns
from sunledger.ledger.judgement import Judgement, Reason
from sunledger.measurements import Batch
from sunledger.sitetime import milliseconds
from sunledger.store.bookkeeper import Bookkeeper
from sunledger.store.decoded import correction
from sunledger.store.fresh import Fresh, Known, by_kind, rows_of, sorted_out
from sunledger.store.late import later, set_aside
from sunledger.store.posting import Posting, named, production, refolded
from sunledger.store.records import Found, Identity, Loaded, Of, Receipt, Row, Series, SeriesKey
from sunledger.store.refold import fold_in
from sunledger.store.rollups import Changed, read_again
from sunledger.store.shelf import POWER, PortStanding, Quarter, Shelf, Standing
from sunledger.store.stretches import Stretches, put_past, put_stretches

_Marks = Mapping[int, tuple[Judgement, ...]]
"""What the check found of the readings of a series, by their times."""
_new = tuple.__new__
"""What `Quarter(…)` comes down to, in half the time: for what is made anew with every quarter."""


def loading(books: Bookkeeper, shelf: Shelf, batch: Batch, found: Iterable[Found]) -> Callable[[], Loaded]:
    """Write a batch inside of a transaction; what is returned is to be called once that is durable."""
    begun = Loading(books, shelf, batch, found)
    begun.write()
    return begun.settle


class Loading:
    """A batch on its way: `write` it, and `settle` once the transaction is durable."""

    def __init__(self, books: Bookkeeper, shelf: Shelf, batch: Batch, found: Iterable[Found]) -> None:
        self._books = books
        self._shelf = shelf
        self._batch = batch
        self._marks = _by_series(found)
        self._posting = Posting(books, shelf)
        self._new_series: list[Series] = []
        self._ports: dict[int, PortStanding] = {}
        self._others: dict[Of, dict[int, Standing]] = {of: {} for of in Of}
        self._new: list[Quarter] = []
        """Quarters that are closed now."""
        self._refolded: list[Quarter] = []
        """Closed quarters that have changed."""
        self._gained: list[tuple[int, int, int]] = []
        """By how much the energy of closed quarters changed: (start, series, Wh)."""
        self._found: list[tuple[Series, Judgement]] = []
        self._stored = 0

    def write(self) -> None:
        """Write everything to the shelf."""
        fresh, others = sorted_out(self._shelf, list(self._known()))
        for of, some in by_kind(fresh).items():
            rows = rows_of(some)
            self._shelf.put_rows(of, rows, new=len(rows))
            self._stored += len(rows)
            for each in some:
                self._mark(each)
                if of is Of.PORT:
                    self._fold(each)
                else:
                    self._stand(each)
        self._put_energies()
        for of, some in by_kind(fresh).items():
            self._put_rollups(of, some)
        self._put_standings()
        self._see(fresh)
        self._post(others)

    def settle(self) -> Loaded:
        """Take the changes into the books: what was written is durable now."""
        books = self._books
        books.enter(self._new_series)
        books.ports.update(self._ports)
        for standings in self._others.values():
            books.others.update(standings)
        produced = [production(books.series[number], standing) for number, standing in self._ports.items()]
        loaded = Loaded(self._stored, 0, produced, [correction(*each) for each in self._found])
        return loaded.followed_by(_together(self._posting.settle()))

    def _known(self) -> Iterable[Known]:
        books = self._books
        for columns in self._batch.columns:
            if columns.times:
                series = self._series_of(Of(columns.kind.name), columns.identity)
                standings: Mapping[int, PortStanding | Standing]
                standings = books.ports if series.of is Of.PORT else books.others
                yield Known(series, columns, standings.get(series.id))

    def _series_of(self, of: Of, identity: Identity) -> Series:
        series = self._books.by_key.get((of, identity))
        if series is None:
            series = self._shelf.new_series(of, identity)
            self._new_series.append(series)
        return series

    def _post(self, others: Sequence[Known]) -> None:
        """Post the polls of some series."""
        found: dict[int, list[Found]] = {}
        for series, marks in ((each.series, self._marks_of(each)) for each in others):
            for at, judgements in marks.items():
                found.setdefault(at, []).append(Found(series.serial_number, series.port_number, judgements))
        for poll in polls(replace(self._batch, columns=[each.columns for each in others])):
            self._posting.post(poll, found.get(milliseconds(poll.taken_at), ()))
        self._posting.write()

    def _marks_of(self, known: Known) -> _Marks:
        return self._marks.get((known.series.of, known.series.identity), {})

    def _mark(self, fresh: Fresh) -> None:
        """Store what the check found of a series."""
        marks = list(chain.from_iterable(self._marks_of(fresh).values()))
        if marks:
            self._shelf.put_judgements(fresh.series.id, marks, folded=False)
            self._found += [(fresh.series, mark) for mark in marks]

    def _fold(self, fresh: Fresh) -> None:
        """Fold the columns of a port, and take its quarters in."""
        number, begin = fresh.series.id, fresh.beat.starts[0]
        standing = fresh.standing
        if not isinstance(standing, PortStanding):
            standing = PortStanding(Quarter(number, begin))
        state = standing.open.state if fresh.after_all else self._shelf.checkpoint(number, begin)
        steps = fold_columns(state, fresh.beat, fresh.columns.values, self._books.accounting.nameplate)
        self._note(fresh.series, [judgement for step in steps for judgement in step.judgements])
        standing = standing._replace(latest=self._latest(fresh, standing.latest))
        quarters = list(_quarters(fresh.rolled, steps))
        if fresh.after_all:
            self._ports[number] = self._gone_on(fresh, standing, quarters, steps)
        else:
            self._ports[number] = self._fitted_in(fresh.series, standing, quarters)

    def _note(self, series: Series, judgements: Sequence[Judgement]) -> None:
        """Store what the fold found."""
        if judgements:
            self._shelf.put_judgements(series.id, judgements, folded=True)
            self._found += [(series, judgement) for judgement in judgements]

    def _gone_on(
        self, fresh: Fresh, standing: PortStanding, quarters: list[Quarter], steps: Sequence[Step]
    ) -> PortStanding:
        """Where a port stands after more readings: all quarters but the last of these are closed now."""
        if fresh.reopens:
            quarters[0] = _both(standing.open, quarters[0])
        elif fresh.standing is not None:
            quarters.insert(0, standing.open)
        self._close(quarters[:-1])
        since = self._books.today_since(fresh.columns.times[-1])
        starts = fresh.beat.starts
        today = sum(step.energy for start, step in zip(starts, steps, strict=True) if start >= since)
        frozen = [each.at for each in steps[-1].judgements if each.reason is Reason.FROZEN]
        return standing._replace(
            open=quarters[-1],
            lifetime_offset=standing.lifetime_offset + sum(step.offset for step in steps),
            today=today + (standing.today if standing.today_since == since else 0),
            today_since=since,
            frozen_from=frozen[-1] if frozen else None,
        )

    def _close(self, quarters: Iterable[Quarter]) -> None:
        for each in quarters:
            self._new.append(each)
            self._gained.append((each.start, each.series, each.energy))

    def _fitted_in(self, series: Series, standing: PortStanding, quarters: Sequence[Quarter]) -> PortStanding:
        """Where a port stands after quarters of its past: those after them are folded again."""
        done = fold_in(self._shelf, standing, quarters, self._books.accounting.nameplate)
        self._new += quarters
        self._refolded += done.quarters[len(quarters) :]
        self._gained += [(start, series.id, energy) for start, energy in done.changes]
        self._found += [(series, judgement) for judgement in done.judgements]
        return refolded(standing, done)

    def _stand(self, fresh: Fresh) -> None:
        """Where a series stands that nothing is folded of."""
        series, standing = fresh.series, fresh.standing or Standing(fresh.series.id)
        seen_at = max(fresh.columns.times[-1], standing.seen_at)
        self._others[series.of][series.id] = Standing(
            series.id, seen_at, self._latest(fresh, standing.latest)
        )

    def _latest(self, fresh: Fresh, before: Row | None) -> Row | None:
        """The latest reading that was not set aside."""
        marks, times = self._marks_of(fresh), fresh.columns.times
        for last in range(len(times) - 1, -1, -1):
            if not set_aside(marks.get(times[last], ())):
                values = (column[last] for column in fresh.columns.values)
                return later(before, (times[last], fresh.series.id, *values), ())
        return before

    def _put_energies(self) -> None:
        """Store closed quarters, and what hours and days gained by them."""
        if self._refolded:
            self._shelf.put_quarters(self._refolded)
        if self._new:
            self._shelf.add_quarters(sorted(self._new, key=itemgetter(1, 0)))
            starts = {start for start, _, _ in self._gained}
            hours = {start: self._books.hour(start) for start in starts}
            days = {start: self._books.day(start) for start in starts}
            self._shelf.add_to_hours(_summed(hours, self._gained))
            self._shelf.add_to_days(_summed(days, self._gained))

    def _put_rollups(self, of: Of, fresh: Sequence[Fresh]) -> None:
        """Put the rollups of quarters that are closed."""
        closed = [Changed(of, each.series.id, at) for each in fresh if (at := each.closes) is not None]
        before = {each.series: each for each in read_again(self._shelf, closed).get(of, ())}
        following = [each.whole.after(before.get(each.series.id)) for each in fresh if each.after_all]
        periods = self._books.periods
        put_stretches(self._shelf, periods, of, following)
        put_past(self._shelf, periods, of, [each.rolled for each in fresh if not each.after_all])

    def _put_standings(self) -> None:
        if self._ports:
            self._shelf.put_ports(list(self._ports.values()))
        for of, standings in self._others.items():
            if standings:
                self._shelf.put_standings(of, list(standings.values()))

    def _see(self, fresh: Iterable[Fresh]) -> None:
        """Note which inverters the batch showed."""
        seen: dict[str, tuple[int, int]] = {}
        for each in fresh:
            if each.series.of in (Of.INVERTER, Of.PORT):
                times, serial = each.columns.times, each.series.serial_number
                first, last = seen.get(serial, (times[0], times[-1]))
                seen[serial] = min(first, times[0]), max(last, times[-1])
        if seen:
            self._shelf.put_seen(self._batch.dtu_name, self._batch.inverter_type, seen)


def _by_series(found: Iterable[Found]) -> Mapping[SeriesKey, _Marks]:
    """What the check found, by series and time."""
    marks: dict[SeriesKey, dict[int, tuple[Judgement, ...]]] = {}
    for each in found:
        of_series = marks.setdefault(named(each), {})
        for judgement in each.judgements:
            of_series[judgement.at] = (*of_series.get(judgement.at, ()), judgement)
    return marks


def _together(receipts: Sequence[Receipt]) -> Loaded:
    """What polls did that were posted together."""
    return Loaded(
        sum(each.stored for each in receipts),
        sum(each.repeated for each in receipts),
        [produced for each in receipts for produced in each.production],
        [correction for each in receipts for correction in each.corrections],
    )


def _quarters(rolled: Stretches, steps: Iterable[Step]) -> Iterator[Quarter]:
    """The quarters of a port by what their readings came to."""
    power = rolled.measured[POWER - 2]
    sums = (total or 0 for total in power.total)
    known = zip(rolled.starts, rolled.readings, sums, power.known, steps, strict=True)
    for start, readings, power_sum, power_count, (state, energy, offset, _) in known:
        yield _new(Quarter, (rolled.series, start, energy, offset, readings, power_sum, power_count, state))


def _both(earlier: Quarter, later: Quarter) -> Quarter:
    """The same quarter with more readings."""
    return later._replace(
        energy=earlier.energy + later.energy,
        offset=earlier.offset + later.offset,
        readings=earlier.readings + later.readings,
        power_sum=earlier.power_sum + later.power_sum,
        power_count=earlier.power_count + later.power_count,
    )


def _summed(periods: Mapping[int, int], gained: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """(start or day, series, Wh) by the hours or days of quarters."""
    sums: dict[tuple[int, int], int] = {}
    for start, series, energy in gained:
        key = periods[start], series
        sums[key] = sums.get(key, 0) + energy
    return [(period, series, energy) for (period, series), energy in sums.items()]
