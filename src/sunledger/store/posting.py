"""One poll on its way into a store: how it becomes rows, quarters, days and corrections, for every engine.

A reading that is the latest of its series is folded on from where the series stands. Any other (late, or
again with other values) is stored, and its quarter and those after it are folded again (`refold.py`).
"""

from collections.abc import Sequence
from typing import NamedTuple

from sunledger.ledger.fold import State, step
from sunledger.ledger.judgement import Judgement, Reason
from sunledger.measurements import INVERTER, PORT, InverterReading, Poll, PortReading, ReadingKind
from sunledger.sitetime import milliseconds
from sunledger.store.bookkeeper import Bookkeeper, SeriesKey
from sunledger.store.protocol import Of
from sunledger.store.records import Found, Production, Row, Series, position
from sunledger.store.refold import refold
from sunledger.store.rollups import Changed, roll_again, roll_closed
from sunledger.store.shelf import POWER, InverterStanding, PortStanding, Quarter, Shelf, quarter_start


class Posted(NamedTuple):
    """What posting a poll did."""

    stored: int
    repeated: int
    production: tuple[Production, ...]
    judgements: tuple[tuple[Series, Judgement], ...]


_new = tuple.__new__
"""What `Quarter(…)` comes down to, in half the time: for what is made anew with every reading."""


class Posting:
    """One poll on its way: everything it changes, kept apart until it is durable."""

    def __init__(self, books: Bookkeeper, shelf: Shelf, poll: Poll, found: Sequence[Found]) -> None:
        self._books = books
        self._shelf = shelf
        self._poll = poll
        self._at = milliseconds(poll.taken_at)
        self._start = quarter_start(self._at)
        self._since = books.today_since(self._at)
        self._new_series: dict[SeriesKey, Series] = {}
        self._ports: dict[int, PortStanding] = {}
        self._inverters: dict[int, InverterStanding] = {}
        self._closed: list[Quarter] = []
        self._to_roll: list[Changed] = []
        self._to_roll_again: list[Changed] = []
        self._made: list[tuple[Series, Judgement]] = []
        self._marks: dict[int, tuple[Judgement, ...]] = {}
        for each in found:
            series = self._series_of(each.serial_number, each.port_number)
            self._marks[series.id] = self._marks.get(series.id, ()) + each.judgements
        self._stored = self._repeated = 0

    def write(self) -> None:
        """Write everything to the shelf."""
        self._write_ports()
        self._write_inverters()
        shelf, day = self._shelf, self._books.day
        if self._closed:
            shelf.put_quarters(self._closed)
            shelf.add_to_days((day(each.start), each.series, each.energy) for each in self._closed)
        self._roll()
        shelf.put_ports(list(self._ports.values()))
        shelf.put_inverters(list(self._inverters.values()))
        readings: tuple[InverterReading | PortReading, ...] = (*self._poll.inverters, *self._poll.ports)
        serials = dict.fromkeys(reading.serial_number for reading in readings)
        shelf.put_seen(self._poll.dtu_name, self._poll.inverter_type, list(serials), self._at)

    def settle(self) -> Posted:
        """Take the changes into the books: what was written is durable now."""
        books = self._books
        books.enter(self._new_series.values())
        books.ports.update(self._ports)
        books.inverters.update(self._inverters)
        series = books.series
        produced = tuple(production(series[number], standing) for number, standing in self._ports.items())
        return Posted(self._stored, self._repeated, produced, tuple(self._made))

    def _roll(self) -> None:
        """Roll up the quarters that have closed or changed."""
        self._to_roll += [Changed(Of.PORT, quarter.series, quarter.start) for quarter in self._closed]
        roll_closed(self._shelf, self._books.periods, self._to_roll)
        roll_again(self._shelf, self._books.periods, self._to_roll_again)

    def _write_ports(self) -> None:
        rows: list[Row] = []
        late: list[tuple[Series, Row]] = []
        replaced = 0
        at, ports, settled, posted = self._at, self._poll.ports, self._books.ports, self._ports
        for reading, values in zip(ports, PORT.encode_all(ports), strict=True):
            series = self._series_of(reading.serial_number, reading.port_number)
            row: Row = (at, series.id, *values)
            standing = posted.get(series.id) or settled.get(series.id)
            if standing is None or at > standing.seen_at:
                rows.append(row)
                self._fold_on(series, standing, row)
                continue
            change = self._change(Of.PORT, PORT, series, row)
            if change is not None:
                replaced += change
                late.append((series, row))
        self._put(Of.PORT, [*rows, *(row for _, row in late)], replaced)
        for series, row in late:
            self._fold_again(series, row)

    def _write_inverters(self) -> None:
        rows: list[Row] = []
        replaced = 0
        inverters = self._poll.inverters
        for reading, values in zip(inverters, INVERTER.encode_all(inverters), strict=True):
            series = self._series_of(reading.serial_number, None)
            row: Row = (self._at, series.id, *values)
            standing = self._inverters.get(series.id) or self._books.inverters.get(series.id)
            if standing is not None and self._at <= standing.seen_at:
                change = self._change(Of.INVERTER, INVERTER, series, row)
                if change is None:
                    continue
                replaced += change
            rows.append(row)
            self._mark(series)
            standing = standing or InverterStanding(series.id, self._at)
            self._turn(Of.INVERTER, series.id, standing.seen_at)
            latest = self._latest(series.id, standing.latest, row)
            self._inverters[series.id] = InverterStanding(series.id, max(self._at, standing.seen_at), latest)
        self._put(Of.INVERTER, rows, replaced)

    def _turn(self, of: Of, number: int, seen_at: int) -> None:
        """Note which closed quarter a reading has changed, by what was the latest reading before."""
        open_start = quarter_start(seen_at)
        if self._start > open_start:
            self._to_roll.append(Changed(of, number, open_start))
        elif self._start < open_start:
            self._to_roll_again.append(Changed(of, number, self._start))

    def _put(self, of: Of, rows: Sequence[Row], replaced: int) -> None:
        if rows:
            self._shelf.put_rows(of, rows, new=len(rows) - replaced)
            self._stored += len(rows) - replaced

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
        self._shelf.put_quarters(done.quarters)
        days = ((self._books.day(start), series.id, energy) for start, energy in done.changes)
        self._shelf.add_to_days(days)
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

    def _change(self, of: Of, kind: ReadingKind[PortReading] | ReadingKind[InverterReading],
                series: Series, row: Row) -> int | None:  # fmt: skip
        """None if the row is there already; 1 if it replaces one, which is noted; 0 if it is new."""
        stored = self._shelf.row(of, series.id, self._at)
        if stored is None:
            return 0
        if stored == row:
            self._repeated += 1
            return None
        notes = [
            Judgement(self._at, self._at, name, Reason.REPLACED_VALUE, before, after, self._at)
            for name, before, after in zip(kind.columns, stored[2:], row[2:], strict=True)
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

    def _series_of(self, serial_number: str, port_number: int | None) -> Series:
        key = (serial_number, port_number)
        series = self._books.by_key.get(key) or self._new_series.get(key)
        if series is None:
            series = self._new_series[key] = self._shelf.new_series(serial_number, port_number)
        return series


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
