"""A store in memory: for dry runs, for persistence switched off, and for everybody's tests.

It keeps readings of the last `keep`; the energy of days it keeps for ever.
"""

import heapq
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from sunledger.ledger.fold import Shown, State
from sunledger.ledger.judgement import Judgement, Reason
from sunledger.measurements import Poll
from sunledger.sitetime import Span, Step, instant, milliseconds
from sunledger.store.bookkeeper import Bookkeeper
from sunledger.store.decoded import correction, inverter_readings, port_readings
from sunledger.store.energies import Question, energies
from sunledger.store.posting import Posting, production
from sunledger.store.protocol import Accounting, Of
from sunledger.store.records import (
    Correction,
    Device,
    Energy,
    Found,
    Latest,
    Page,
    PortKey,
    Position,
    PowerSummary,
    Receipt,
    Row,
    Series,
    Statistics,
    position,
)
from sunledger.store.shelf import POWER, InverterStanding, PortStanding, Quarter
from sunledger.store.summaries import Sums, summarise


class _Rows:
    """The rows of one series in time order."""

    def __init__(self) -> None:
        self.times: list[int] = []
        self.by_time: dict[int, Row] = {}

    def put(self, row: Row) -> None:
        at = position(row).at
        if at not in self.by_time:
            insort(self.times, at)
        self.by_time[at] = row

    def between(self, start: int, end: int) -> list[Row]:
        times = self.times[bisect_left(self.times, start) : bisect_left(self.times, end)]
        return [self.by_time[at] for at in times]

    def forget(self, before: int) -> None:
        position = bisect_left(self.times, before)
        for at in self.times[:position]:
            del self.by_time[at]
        del self.times[:position]


class MemoryShelf:
    """Rows in dictionaries."""

    def __init__(self) -> None:
        self.rows: dict[tuple[Of, int], _Rows] = {}
        self.closed: dict[int, dict[int, Quarter]] = {}
        self.energy: dict[tuple[int, int], int] = {}
        self.judgements: list[tuple[int, Judgement, bool]] = []
        self.ports: dict[int, PortStanding] = {}
        self.inverters: dict[int, InverterStanding] = {}
        self.devices: dict[str, Device] = {}
        self.series: dict[int, Series] = {}
        self.counts = {Of.INVERTER: 0, Of.PORT: 0}

    def row(self, of: Of, series: int, at: int) -> Row | None:
        """One stored row."""
        rows = self.rows.get((of, series))
        return rows.by_time.get(at) if rows else None

    def shown(self, series: int, start: int, end: int) -> Sequence[Shown]:
        """A port's rows as the fold takes them."""
        rows = self.rows.get((Of.PORT, series))
        return rows.between(start, end) if rows else []

    def checkpoint(self, series: int, before: int) -> State:
        """The fold's state after the latest closed quarter that starts before."""
        starts = [start for start in self.closed.get(series, ()) if start < before]
        return self.closed[series][max(starts)].state if starts else State()

    def quarters(self, series: Sequence[int] | None, start: int, end: int) -> Sequence[Quarter]:
        """Closed quarters within."""
        chosen = self.closed if series is None else series
        found = [q for each in chosen for q in self.closed.get(each, {}).values() if start <= q.start < end]
        return sorted(found, key=lambda quarter: (quarter.start, quarter.series))

    def energies(self, series: Sequence[int] | None, start: int, end: int) -> Iterable[tuple[int, int, int]]:
        """(start, series, Wh) of closed quarters."""
        return [(each.start, each.series, each.energy) for each in self.quarters(series, start, end)]

    def days(self, series: Sequence[int] | None, first: int, last: int) -> Iterable[tuple[int, int, int]]:
        """(day, series, Wh) of closed quarters."""
        for (day, each), energy in sorted(self.energy.items()):
            if first <= day <= last and (series is None or each in series):
                yield day, each, energy

    def open_quarters(self, series: Sequence[int] | None) -> Sequence[Quarter]:
        """The open quarter of each port."""
        return [each.open for each in self.ports.values() if series is None or each.open.series in series]

    def new_series(self, serial_number: str, port_number: int | None) -> Series:
        """Open a series."""
        series = Series(len(self.series) + 1, serial_number, port_number)
        self.series[series.id] = series
        return series

    def put_rows(self, of: Of, rows: Sequence[Row], *, new: int) -> None:
        """Store rows."""
        self.counts[of] += new
        for row in rows:
            self.rows.setdefault((of, position(row).series), _Rows()).put(row)

    def put_quarters(self, quarters: Sequence[Quarter]) -> None:
        """Store closed quarters."""
        for quarter in quarters:
            self.closed.setdefault(quarter.series, {})[quarter.start] = quarter

    def add_to_days(self, energies: Iterable[tuple[int, int, int]]) -> None:
        """Add to the days."""
        for day, series, energy in energies:
            self.energy[day, series] = self.energy.get((day, series), 0) + energy

    def put_judgements(self, series: int, judgements: Iterable[Judgement], *, folded: bool) -> None:
        """Store judgements."""
        self.judgements += [(series, judgement, folded) for judgement in judgements]

    def drop_folded(self, series: int, start: int, end: int) -> None:
        """Remove the fold's judgements decided within."""
        self.judgements = [
            (each, judgement, folded)
            for each, judgement, folded in self.judgements
            if not (folded and each == series and start <= judgement.decided_at < end)
        ]

    def drop_frozen(self, series: int, at: int) -> None:
        """Remove the judgement on a frozen run."""
        self.judgements = [
            (each, judgement, folded)
            for each, judgement, folded in self.judgements
            if not (folded and each == series and judgement.at == at and judgement.reason is Reason.FROZEN)
        ]

    def put_ports(self, standings: Sequence[PortStanding]) -> None:
        """Store where ports stand."""
        self.ports.update((standing.open.series, standing) for standing in standings)

    def put_inverters(self, standings: Sequence[InverterStanding]) -> None:
        """Store where inverters stand."""
        self.inverters.update((standing.series, standing) for standing in standings)

    def put_seen(self, dtu_name: str, inverter_type: str, serial_numbers: Sequence[str], at: int) -> None:
        """Note which inverters a DTU showed."""
        seen = instant(at)
        for serial in serial_numbers:
            known = self.devices.get(serial)
            if known is None or seen >= known.last_seen:
                first = known.first_seen if known else seen
                self.devices[serial] = Device(serial, dtu_name, inverter_type, first, seen, ())
            else:
                self.devices[serial] = replace(known, first_seen=min(known.first_seen, seen))

    def forget(self, before: int) -> None:
        """Drop rows and quarters from before a moment; where the fold stood last is needed to go on."""
        for rows in self.rows.values():
            rows.forget(before)
        for quarters in self.closed.values():
            newest = max(quarters)
            for start in [start for start in quarters if start < before and start != newest]:
                del quarters[start]
        self.judgements = [each for each in self.judgements if each[1].until >= before]


class MemoryStore:
    """A Store that forgets everything when the process ends."""

    def __init__(self, accounting: Accounting, keep: timedelta | None = None) -> None:
        self._accounting = accounting
        self._keep_ms = None if keep is None else keep // timedelta(milliseconds=1)
        self._books = Bookkeeper(accounting)
        self._shelf = MemoryShelf()

    async def open(self) -> None:
        """Nothing to get ready."""

    async def close(self) -> None:
        """Nothing to let go of."""

    async def commit(self, poll: Poll, found: Sequence[Found] = ()) -> Receipt:
        """Keep a poll."""
        posting = Posting(self._books, self._shelf, poll, found)
        posting.write()
        posted = posting.settle()
        if self._keep_ms is not None:
            self._shelf.forget(milliseconds(poll.taken_at) - self._keep_ms)
        corrections = [correction(series, judgement) for series, judgement in posted.judgements]
        return Receipt(poll, posted.stored, posted.repeated, posted.production, corrections)

    async def latest(self) -> Latest:
        """The latest readings."""
        series, shelf = self._books.series, self._shelf
        return Latest(
            inverter_readings(series, (each.latest for each in shelf.inverters.values() if each.latest)),
            port_readings(series, (each.latest for each in shelf.ports.values() if each.latest)),
            [production(series[number], standing) for number, standing in shelf.ports.items()],
        )

    async def latest_time(self) -> datetime | None:
        """The time of the latest reading of all."""
        seen = [each.seen_at for each in self._shelf.ports.values()]
        seen += [each.seen_at for each in self._shelf.inverters.values()]
        return instant(max(seen)) if seen else None

    def series(self) -> Mapping[int, Series]:
        """All series by their id."""
        return self._books.series

    async def devices(self) -> Sequence[Device]:
        """All inverters ever seen."""
        ports: dict[str, list[int]] = {}
        for series in self._books.series.values():
            if series.port_number is not None:
                ports.setdefault(series.serial_number, []).append(series.port_number)
        return [
            Device(each.serial_number, each.dtu_name, each.inverter_type, each.first_seen, each.last_seen,
                   tuple(sorted(ports.get(serial, ()))))
            for serial, each in sorted(self._shelf.devices.items())
        ]  # fmt: skip

    async def readings(
        self,
        of: Of,
        series: Sequence[int] | None,
        span: Span,
        *,
        limit: int,
        after: Position | None = None,
        newest_first: bool = False,
    ) -> Page:
        """Stored rows by time and series."""
        start, end = milliseconds(span.start), milliseconds(span.end)
        chosen = [rows for (kind, each), rows in self._shelf.rows.items()
                  if kind is of and (series is None or each in series)]  # fmt: skip
        between = (rows.between(start, end) for rows in chosen)
        ordered: Iterable[Row] = heapq.merge(*between, key=position)
        if newest_first:
            ordered = sorted(ordered, key=position, reverse=True)
        if after is not None:
            ordered = (
                row for row in ordered if (position(row) < after if newest_first else position(row) > after)
            )
        rows = list(islice(ordered, limit + 1))
        more = len(rows) > limit
        rows = rows[:limit]
        return Page(rows, self._books.series, position(rows[-1]) if more else None)

    async def port_power(self, series: Sequence[int], times: Sequence[int]) -> Mapping[int, int]:
        """The sum of pv_power over ports at given times."""
        sums: dict[int, int] = {}
        for number in series:
            for at in times:
                row = self._shelf.row(Of.PORT, number, at)
                power = row[POWER] if row else None
                if power is not None:
                    sums[at] = sums.get(at, 0) + power
        return sums

    async def summaries(self, serial_number: str, span: Span, step: Step) -> Sequence[PowerSummary]:
        """Readings of an inverter by period."""
        start, end = milliseconds(span.start), milliseconds(span.end)
        sums = Sums()
        for series in self._books.series.values():
            if series.serial_number == serial_number:
                of = Of.INVERTER if series.port_number is None else Of.PORT
                rows = self._shelf.rows.get((of, series.id))
                sums.add(of, rows.between(start, end) if rows else ())
        return summarise(serial_number, sums, step, self._accounting.zone)

    async def energy(
        self, ports: Sequence[PortKey] | None, span: Span, step: Step | None, zone: ZoneInfo | None = None
    ) -> Sequence[Energy]:
        """Repaired energy by period."""
        question = Question(self._books.chosen(ports), ports is None, span, step, zone)
        return energies(self._shelf, self._accounting, question)

    async def corrections(
        self, serial_number: str | None, span: Span, *, limit: int, after: Position | None = None
    ) -> tuple[Sequence[Correction], Position | None]:
        """Corrections within a span."""
        start, end = milliseconds(span.start), milliseconds(span.end)
        series = self._books.series
        found = sorted(
            (judgement.at, number, correction(series[each], judgement))
            for number, (each, judgement, _) in enumerate(self._shelf.judgements)
            if judgement.at < end and judgement.until >= start
            and serial_number in (None, series[each].serial_number)
            and (after is None or (judgement.at, number) > after)
        )  # fmt: skip
        page, more = found[:limit], len(found) > limit
        return [each[2] for each in page], Position(page[-1][0], page[-1][1]) if more else None

    async def statistics(self) -> Statistics:
        """How much is kept."""
        counts = self._shelf.counts
        return Statistics(
            "memory", 0, len(self._shelf.ports), 0, 0,
            counts[Of.INVERTER], counts[Of.PORT], len(self._shelf.devices),
        )  # fmt: skip
