"""Polls on their way into a store: how they become rows, quarters, days and corrections, for every engine.

A reading that is the latest of its series is folded on from where the series stands. Any other is late: it is
held against what is stored (`late.py`), and its quarter and those after it are folded again (`refold.py`).
Several polls are posted in one transaction: what they bring is gathered, and written together.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from sunledger.ledger.fold import State, step
from sunledger.ledger.judgement import Judgement, Reason
from sunledger.measurements import ENERGY, INVERTER, PORT, TELEMETRY, WEATHER, Poll, Reading, Stored
from sunledger.sitetime import milliseconds
from sunledger.store.bookkeeper import Bookkeeper
from sunledger.store.decoded import correction
from sunledger.store.late import Change, Late, held_against_stored, later
from sunledger.store.records import Found, Identity, Of, Production, Receipt, Row, Series, SeriesKey
from sunledger.store.refold import Refolded, refold
from sunledger.store.rollups import Changed, roll_again, roll_closed
from sunledger.store.shelf import POWER, PortStanding, Quarter, Shelf, Standing, quarter_start


@dataclass(slots=True)
class _Posted:
    """What posting one poll did."""

    poll: Poll
    stored: int = 0
    repeated: int = 0
    ports: list[int] = field(default_factory=list)
    found: list[tuple[Series, Judgement]] = field(default_factory=list)
    """What its check found, and the values that it replaced."""
    folded: list[tuple[Series, Judgement]] = field(default_factory=list)
    """What the fold found."""


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
        self._late: dict[tuple[Of, int], list[Late]] = {}
        """Late readings, by the quarter that they are of."""
        self._posted: list[_Posted] = []
        self._at = self._start = self._since = 0

    def post(self, poll: Poll, found: Iterable[Found] = ()) -> None:
        """Take in a poll, and what its check found."""
        self._at = milliseconds(poll.taken_at)
        self._start = quarter_start(self._at)
        self._since = self._books.today_since(self._at)
        self._now = _Posted(poll)
        self._posted.append(self._now)
        self._marks: dict[int, tuple[Judgement, ...]] = {}
        for each in found:
            of, identity = named(each)
            series = self._series_of(of, identity)
            self._marks[series.id] = self._marks.get(series.id, ()) + each.judgements
        self._post_ports(poll)
        self._post_others(Of.INVERTER, poll.inverters, INVERTER.encode_all(poll.inverters))
        self._post_others(Of.ENERGY, poll.energy, ENERGY.encode_all(poll.energy))
        self._post_others(Of.WEATHER, poll.weather, WEATHER.encode_all(poll.weather))
        self._post_others(Of.TELEMETRY, poll.telemetry, TELEMETRY.encode_all(poll.telemetry))
        self._see(poll)

    def write(self) -> None:
        """Write everything to the shelf."""
        self._flush()
        self._write_late()
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
        """Store the rows and the quarters that are new."""
        for of, rows in self._rows.items():
            if rows:
                self._shelf.put_rows(of, rows, new=len(rows))
        if self._closed:
            self._put_quarters(
                self._closed, ((each.start, each.series, each.energy) for each in self._closed)
            )
            self._to_roll += [Changed(Of.PORT, each.series, each.start) for each in self._closed]

    def _put_quarters(self, quarters: Sequence[Quarter], gained: Iterable[tuple[int, int, int]]) -> None:
        """Store quarters, and what hours and days gained by them: (start of the quarter, series, Wh)."""
        books, gained = self._books, list(gained)
        self._shelf.put_quarters(quarters)
        self._shelf.add_to_hours((books.hour(start), series, energy) for start, series, energy in gained)
        self._shelf.add_to_days((books.day(start), series, energy) for start, series, energy in gained)

    def _see(self, poll: Poll) -> None:
        """Note which inverters the poll showed."""
        seen = self._seen.setdefault((poll.dtu_name, poll.inverter_type), {})
        for serial in {each.serial_number for each in poll.inverters} | {
            each.serial_number for each in poll.ports
        }:
            first, last = seen.get(serial, (self._at, self._at))
            seen[serial] = min(first, self._at), max(last, self._at)

    def _post_ports(self, poll: Poll) -> None:
        """Fold the poll's ports on, but for those that are late."""
        numbers = self._now.ports
        at, ports, settled, posted = self._at, poll.ports, self._books.ports, self._ports
        rows = self._rows[Of.PORT]
        for reading, values in zip(ports, PORT.encode_all(ports), strict=True):
            series = self._series_of(Of.PORT, (reading.serial_number, reading.port_number))
            row: Row = (at, series.id, *values)
            numbers.append(series.id)
            standing = posted.get(series.id) or settled.get(series.id)
            if standing is None or at > standing.seen_at:
                rows.append(row)
                self._now.stored += 1
                self._fold_on(series, standing, row)
            else:
                self._come_late(Of.PORT, series, row)

    def _post_others(self, of: Of, readings: Sequence[Reading], encoded: Iterable[Sequence[Stored]]) -> None:
        """Store readings that nothing is folded of."""
        standings, settled, rows = self._others[of], self._books.others, self._rows[of]
        identity = _IDENTITIES[of]
        for reading, values in zip(readings, encoded, strict=True):
            series = self._series_of(of, identity(reading))
            row: Row = (self._at, series.id, *values)
            standing = standings.get(series.id) or settled.get(series.id)
            if standing is not None and self._at <= standing.seen_at:
                self._come_late(of, series, row)
                continue
            rows.append(row)
            self._now.stored += 1
            latest: Row | None = row
            if standing is not None and self._start > quarter_start(standing.seen_at):
                self._to_roll.append(Changed(of, series.id, quarter_start(standing.seen_at)))
            if self._marks:
                self._mark(series)
                latest = later(standing and standing.latest, row, self._marks.get(series.id, ()))
            standings[series.id] = Standing(series.id, self._at, latest)

    def _come_late(self, of: Of, series: Series, row: Row) -> None:
        """Note a late reading."""
        late = Late(series, row, len(self._posted) - 1, self._marks.get(series.id, ()))
        self._late.setdefault((of, self._start), []).append(late)

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
                later(latest, row, self._marks.get(number, ())) if self._marks else row,
            ),
        )
        if self._marks:
            self._mark(series)

    def _write_late(self) -> None:
        """Store late readings, fold again what they change, and note what is to be rolled up again."""
        rows: dict[Of, list[Change]] = {}
        refolds: dict[int, dict[int, list[Row]]] = {}
        for (of, start), lates in self._late.items():
            changes, now = held_against_stored(self._shelf, of, start, lates)
            self._count_repeated(lates, changes)
            rows.setdefault(of, []).extend(changes)
            for number in dict.fromkeys(change.late.series.id for change in changes):
                if of is Of.PORT:
                    refolds.setdefault(number, {})[start] = now[number]
                if start < quarter_start(self._standing(of, number).seen_at):
                    self._to_roll_again.append(Changed(of, number, start))
        for of, changes in rows.items():
            new = sum(change.before is None for change in changes)
            self._shelf.put_rows(of, [change.late.row for change in changes], new=new)
            for change in changes:
                self._take_in(of, change)
        self._fold_again(refolds, {change.late.series.id: change.late for change in rows.get(Of.PORT, ())})

    def _count_repeated(self, lates: Sequence[Late], changes: Sequence[Change]) -> None:
        for late in lates:
            self._posted[late.poll].repeated += 1
        for change in changes:
            self._posted[change.late.poll].repeated -= 1

    def _take_in(self, of: Of, change: Change) -> None:
        """Note what a late reading replaced and what its check found; it may be the latest, come again."""
        series, row, poll, marks = change.late
        posted = self._posted[poll]
        posted.stored += change.before is None
        judgements = [*change.notes, *marks]
        if judgements:
            self._shelf.put_judgements(series.id, judgements, folded=False)
            posted.found += [(series, judgement) for judgement in judgements]
        standing = self._standing(of, series.id)
        latest = later(standing.latest, row, marks)
        if isinstance(standing, PortStanding):
            self._ports[series.id] = standing._replace(latest=latest)
        else:
            self._others[of][series.id] = standing._replace(latest=latest)

    def _standing(self, of: Of, number: int) -> PortStanding | Standing:
        """Where a series stands that is known."""
        if of is Of.PORT:
            return self._ports.get(number) or self._books.ports[number]
        return self._others[of].get(number) or self._books.others[number]

    def _fold_again(self, refolds: Mapping[int, Mapping[int, list[Row]]], last: Mapping[int, Late]) -> None:
        """Fold quarters with late readings again, and those after them until nothing changes."""
        quarters: list[Quarter] = []
        gained: list[tuple[int, int, int]] = []
        for number, late in refolds.items():
            standing = self._ports.get(number) or self._books.ports[number]
            done = refold(self._shelf, standing, late, self._books.accounting.nameplate)
            quarters += done.quarters
            gained += [(start, number, energy) for start, energy in done.changes]
            self._ports[number] = refolded(standing, done)
            self._find_again(last[number], done)
        if quarters:
            self._put_quarters(quarters, gained)

    def _find_again(self, last: Late, done: Refolded) -> None:
        """What folding again found, instead of what folding on had found in the same quarters."""
        again = done.starts
        for posted in self._posted:
            posted.folded = [
                (series, judgement)
                for series, judgement in posted.folded
                if series != last.series or quarter_start(judgement.decided_at) not in again
            ]
        self._posted[last.poll].folded += [(last.series, judgement) for judgement in done.judgements]

    def _note(self, series: Series, made: Sequence[Judgement], frozen_from: int | None) -> int | None:
        """Store what the fold found; a frozen run is one judgement that grows."""
        for judgement in made:
            if judgement.reason is Reason.FROZEN:
                if frozen_from is None:
                    frozen_from = judgement.at
                    self._now.folded.append((series, judgement))
                else:
                    self._shelf.drop_frozen(series.id, frozen_from)
                judgement = judgement._replace(at=frozen_from)
            else:
                self._now.folded.append((series, judgement))
            self._shelf.put_judgements(series.id, (judgement,), folded=True)
        return frozen_from

    def _mark(self, series: Series) -> None:
        """Store what the poll's check found of a reading that is new."""
        marks = self._marks.get(series.id)
        if marks:
            self._shelf.put_judgements(series.id, marks, folded=False)
            self._now.found += [(series, mark) for mark in marks]

    def _series_of(self, of: Of, identity: Identity) -> Series:
        key = (of, identity)
        series = self._books.by_key.get(key) or self._new_series.get(key)
        if series is None:
            series = self._new_series[key] = self._shelf.new_series(of, identity)
        return series


def named(found: Found) -> SeriesKey:
    """The series that a judgement is on."""
    if found.port_number is None:
        return Of.INVERTER, (found.serial_number,)
    return Of.PORT, (found.serial_number, found.port_number)


def _receipt(posted: _Posted, produced: Mapping[int, Production]) -> Receipt:
    corrections = [correction(series, judgement) for series, judgement in (*posted.found, *posted.folded)]
    production = [produced[number] for number in posted.ports if number in produced]
    return Receipt(posted.poll, posted.stored, posted.repeated, production, corrections)


def _grown(quarter: Quarter, energy: int, offset: int, power: int | None, state: State) -> Quarter:
    """The quarter with one more reading."""
    series, start, energy_before, offset_before, readings, power_sum, power_count, _ = quarter
    if power is not None:
        power_sum, power_count = power_sum + power, power_count + 1
    energy, offset = energy_before + energy, offset_before + offset
    return _new(Quarter, (series, start, energy, offset, readings + 1, power_sum, power_count, state))


def refolded(standing: PortStanding, done: Refolded) -> PortStanding:
    """Where a port stands after folding again."""
    gained = sum(energy for start, energy in done.changes if start >= standing.today_since)
    return standing._replace(
        open=done.open,
        lifetime_offset=standing.lifetime_offset + done.offset,
        today=standing.today + gained + done.open.energy - standing.open.energy,
        frozen_from=done.frozen_from if done.reached_open else standing.frozen_from,
    )


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
