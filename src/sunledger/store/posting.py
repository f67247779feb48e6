"""Polls on their way into a store: how they become rows, quarters, days and corrections, for every engine.

A reading that is the latest of its series is folded on from where the series stands. Any other (late, or
again with other values) is stored, and its quarter and those after it are folded again (`refold.py`). Several
polls are posted in one transaction: what they bring is gathered, and written together.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from sunledger.ledger.fold import State, step
from sunledger.ledger.judgement import Judgement, Reason
from sunledger.measurements import ENERGY, INVERTER, PORT, TELEMETRY, WEATHER, Poll, Reading, Stored
from sunledger.sitetime import milliseconds
from sunledger.store.bookkeeper import Bookkeeper
from sunledger.store.decoded import correction
from sunledger.store.records import Found, Identity, Of, Production, Receipt, Row, Series, SeriesKey, position
from sunledger.store.refold import refold
from sunledger.store.rollups import Changed, roll_again, roll_closed
from sunledger.store.shelf import POWER, PortStanding, Quarter, Shelf, Standing, quarter_start


class _Posted(NamedTuple):
    """What posting one poll did."""

    poll: Poll
    stored: int
    repeated: int
    ports: tuple[int, ...]
    judgements: tuple[tuple[Series, Judgement], ...]


_IDENTITIES: Mapping[Of, Callable[[Any], Identity]] = {
    of: (lambda reading: (reading.serial_number,)) if of is Of.INVERTER else attrgetter(*of.kind.identity)
    for of in Of
}
"""What names the series of a reading."""
_new = tuple.__new__
"""What `Quarter(…)` comes down to, in half the time: for what is made anew with every reading."""


class Posting:
    """Polls on their way: everything they change, kept apart until it is durable.

    Post one after the other, then `write`; and `settle` once the transaction is durable.
    """

    def __init__(self, books: Bookkeeper, shelf: Shelf) -> None:
        self._books = books
        self._shelf = shelf
        self._new_series: dict[SeriesKey, Series] = {}
        self._ports: dict[int, PortStanding] = {}
        self._others: dict[Of, dict[int, Standing]] = {of: {} for of in Of}
        self._rows: dict[Of, list[Row]] = {of: [] for of in Of}
        """Rows to store that are new."""
        self._closed: list[Quarter] = []
        """Quarters that have closed and are not stored yet."""
        self._to_roll: list[Changed] = []
        self._to_roll_again: list[Changed] = []
        self._seen: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
        self._posted: list[_Posted] = []
        self._at = self._start = self._since = 0
        self._stored = self._repeated = 0

    def post(self, poll: Poll, found: Iterable[Found] = ()) -> None:
        """Take in a poll, and what its check found."""
        self._at = milliseconds(poll.taken_at)
        self._start = quarter_start(self._at)
        self._since = self._books.today_since(self._at)
        self._made: list[tuple[Series, Judgement]] = []
        self._marks: dict[int, tuple[Judgement, ...]] = {}
        for each in found:
            of, identity = _named(each)
            series = self._series_of(of, identity)
            self._marks[series.id] = self._marks.get(series.id, ()) + each.judgements
        self._stored = self._repeated = 0
        ports = self._post_ports(poll)
        self._post_others(Of.INVERTER, poll.inverters, INVERTER.encode_all(poll.inverters))
        self._post_others(Of.ENERGY, poll.energy, ENERGY.encode_all(poll.energy))
        self._post_others(Of.WEATHER, poll.weather, WEATHER.encode_all(poll.weather))
        self._post_others(Of.TELEMETRY, poll.telemetry, TELEMETRY.encode_all(poll.telemetry))
        self._see(poll)
        self._posted.append(_Posted(poll, self._stored, self._repeated, ports, tuple(self._made)))

    def write(self) -> None:
        """Write everything to the shelf."""
        self._flush()
        shelf, periods = self._shelf, self._books.periods
        roll_closed(shelf, periods, self._to_roll)
        roll_again(shelf, periods, self._to_roll_again)
        if self._ports:
            shelf.put_ports(list(self._ports.values()))
        for of, standings in self._others.items():
            if standings:
                shelf.put_standings(of, list(standings.values()))
        for (dtu_name, inverter_type), seen in self._seen.items():
            shelf.put_seen(dtu_name, inverter_type, seen)

    def settle(self) -> list[Receipt]:
        """Take the changes into the books: what was written is durable now."""
        books = self._books
        books.enter(self._new_series.values())
        books.ports.update(self._ports)
        for standings in self._others.values():
            books.others.update(standings)
        produced = {
            number: production(books.series[number], standing) for number, standing in self._ports.items()
        }
        return [_receipt(posted, produced) for posted in self._posted]

    def _flush(self) -> None:
        """Store the rows and the quarters gathered so far."""
        for of, rows in self._rows.items():
            if rows:
                self._shelf.put_rows(of, rows, new=len(rows))
                rows.clear()
        if self._closed:
            books, closed = self._books, self._closed
            self._shelf.put_quarters(closed)
            self._shelf.add_to_hours((books.hour(each.start), each.series, each.energy) for each in closed)
            self._shelf.add_to_days((books.day(each.start), each.series, each.energy) for each in closed)
            self._to_roll += [Changed(Of.PORT, each.series, each.start) for each in closed]
            self._closed = []

    def _see(self, poll: Poll) -> None:
        """Note which inverters the poll showed."""
        seen = self._seen.setdefault((poll.dtu_name, poll.inverter_type), {})
        for serial in {each.serial_number for each in poll.inverters} | {
            each.serial_number for each in poll.ports
        }:
            first, last = seen.get(serial, (self._at, self._at))
            seen[serial] = min(first, self._at), max(last, self._at)

    def _post_ports(self, poll: Poll) -> tuple[int, ...]:
        """Fold or store the poll's ports; which they are."""
        numbers = []
        at, ports, settled, posted = self._at, poll.ports, self._books.ports, self._ports
        rows = self._rows[Of.PORT]
        for reading, values in zip(ports, PORT.encode_all(ports), strict=True):
            series = self._series_of(Of.PORT, (reading.serial_number, reading.port_number))
            row: Row = (at, series.id, *values)
            numbers.append(series.id)
            standing = posted.get(series.id) or settled.get(series.id)
            if standing is None or at > standing.seen_at:
                rows.append(row)
                self._stored += 1
                self._fold_on(series, standing, row)
            elif self._put_late(Of.PORT, series, row):
                self._fold_again(series, row)
        return tuple(numbers)

    def _post_others(self, of: Of, readings: Sequence[Reading], encoded: Iterable[Sequence[Stored]]) -> None:
        """Store readings that nothing is folded of."""
        standings, settled, rows = self._others[of], self._books.others, self._rows[of]
        identity = _IDENTITIES[of]
        for reading, values in zip(readings, encoded, strict=True):
            series = self._series_of(of, identity(reading))
            row: Row = (self._at, series.id, *values)
            standing = standings.get(series.id) or settled.get(series.id)
            if standing is None or self._at > standing.seen_at:
                rows.append(row)
                self._stored += 1
            elif not self._put_late(of, series, row):
                continue
            self._mark(series)
            standing = standing or Standing(series.id, self._at)
            self._turn(of, series.id, standing.seen_at)
            latest = self._latest(series.id, standing.latest, row)
            standings[series.id] = Standing(series.id, max(self._at, standing.seen_at), latest)

    def _put_late(self, of: Of, series: Series, row: Row) -> bool:
        """Store a row that is not the latest of its series, unless it is there already."""
        self._flush()
        change = self._change(of, series, row)
        if change is None:
            return False
        self._shelf.put_rows(of, [row], new=1 - change)
        self._stored += 1 - change
        return True

    def _turn(self, of: Of, number: int, seen_at: int) -> None:
        """Note which closed quarter a reading has changed, by what was the latest reading before."""
        open_start = quarter_start(seen_at)
        if self._start > open_start:
            self._to_roll.append(Changed(of, number, open_start))
        elif self._start < open_start:
            self._to_roll_again.append(Changed(of, number, self._start))

    def _fold_on(self, series: Series, standing: PortStanding | None, row: Row) -> None:
        """Fold the latest reading of a series on from where it stands."""
        number, start, since = series.id, self._start, self._since
        if standing is None:
            standing = PortStanding(Quarter(number, start))
        quarter, lifetime_offset, today, today_since, frozen_from, latest = standing
        if quarter.start != start:
            self._closed.append(quarter)
            quarter, frozen_from = Quarter(number, start, state=quarter.state), None
        state, credited, offset, judgements = step(quarter.state, row, self._books.accounting.nameplate)
        if judgements:
            frozen_from = self._note(series, judgements, frozen_from)
        self._ports[number] = _new(
            PortStanding,
            (
                _grown(quarter, credited, offset, row[POWER], state),
                lifetime_offset + offset,
                credited + (today if today_since == since else 0),
                since,
                frozen_from,
                self._latest(number, latest, row) if self._marks else row,
            ),
        )
        if self._marks:
            self._mark(series)

    def _fold_again(self, series: Series, row: Row) -> None:
        """Fold a late reading's quarter again, and those after it until nothing changes."""
        standing = self._ports.get(series.id) or self._books.ports[series.id]
        done = refold(self._shelf, standing, self._at, self._books.accounting.nameplate)
        books, changes = self._books, done.changes
        self._shelf.put_quarters(done.quarters)
        self._shelf.add_to_hours((books.hour(start), series.id, energy) for start, energy in changes)
        self._shelf.add_to_days((books.day(start), series.id, energy) for start, energy in changes)
        gained = sum(energy for start, energy in done.changes if start >= standing.today_since)
        gained += done.open.energy - standing.open.energy if done.reached_open else 0
        self._ports[series.id] = standing._replace(
            open=done.open,
            lifetime_offset=standing.lifetime_offset + done.offset,
            today=standing.today + gained,
            frozen_from=done.frozen_from if done.reached_open else standing.frozen_from,
            latest=self._latest(series.id, standing.latest, row),
        )
        self._turn(Of.PORT, series.id, standing.seen_at)
        self._made += [(series, judgement) for judgement in done.judgements]
        self._mark(series)

    def _change(self, of: Of, series: Series, row: Row) -> int | None:
        """None if the row is there already; 1 if it replaces one, which is noted; 0 if it is new."""
        stored = self._shelf.row(of, series.id, self._at)
        if stored is None:
            return 0
        if stored == row:
            self._repeated += 1
            return None
        notes = [
            Judgement(self._at, self._at, name, Reason.REPLACED_VALUE, before, after, self._at)
            for name, before, after in zip(of.kind.columns, stored[2:], row[2:], strict=True)
            if before != after
        ]
        self._shelf.put_judgements(series.id, notes, folded=False)
        self._made += [(series, note) for note in notes]
        return 1

    def _note(self, series: Series, made: Sequence[Judgement], frozen_from: int | None) -> int | None:
        """Store what the fold found; a frozen run is one judgement that grows."""
        for judgement in made:
            if judgement.reason is Reason.FROZEN:
                if frozen_from is None:
                    frozen_from = judgement.at
                    self._made.append((series, judgement))
                else:
                    self._shelf.drop_frozen(series.id, frozen_from)
                judgement = judgement._replace(at=frozen_from)
            else:
                self._made.append((series, judgement))
            self._shelf.put_judgements(series.id, (judgement,), folded=True)
        return frozen_from

    def _mark(self, series: Series) -> None:
        """Store what the poll's check found of a reading that is new."""
        marks = self._marks.get(series.id)
        if marks:
            self._shelf.put_judgements(series.id, marks, folded=False)
            self._made += [(series, mark) for mark in marks]

    def _latest(self, number: int, before: Row | None, row: Row) -> Row | None:
        """The later of the two that was not set aside."""
        if self._marks and any(mark.reason is Reason.ZERO_GLITCH for mark in self._marks.get(number, ())):
            return before
        return row if before is None or self._at >= position(before).at else before

    def _series_of(self, of: Of, identity: Identity) -> Series:
        key = (of, identity)
        series = self._books.by_key.get(key) or self._new_series.get(key)
        if series is None:
            series = self._new_series[key] = self._shelf.new_series(of, identity)
        return series


def _named(found: Found) -> SeriesKey:
    """The series that a judgement is on."""
    if found.port_number is None:
        return Of.INVERTER, (found.serial_number,)
    return Of.PORT, (found.serial_number, found.port_number)


def _receipt(posted: _Posted, produced: Mapping[int, Production]) -> Receipt:
    corrections = [correction(series, judgement) for series, judgement in posted.judgements]
    production = [produced[number] for number in posted.ports if number in produced]
    return Receipt(posted.poll, posted.stored, posted.repeated, production, corrections)


def _grown(quarter: Quarter, energy: int, offset: int, power: int | None, state: State) -> Quarter:
    """The quarter with one more reading."""
    series, start, energy_before, offset_before, readings, power_sum, power_count, _ = quarter
    if power is not None:
        power_sum, power_count = power_sum + power, power_count + 1
    energy, offset = energy_before + energy, offset_before + offset
    return _new(Quarter, (series, start, energy, offset, readings + 1, power_sum, power_count, state))


def production(series: Series, standing: PortStanding) -> Production:
    """What a port has produced, by where it stands."""
    state, accepted = standing.open.state, standing.open.state.accepted
    total = None if accepted is None else accepted.total + standing.lifetime_offset
    return Production(
        series.serial_number,
        series.port_number or 0,
        state.seen_at,
        standing.today_since,
        standing.today,
        total,
    )
