"""Rows in dictionaries: the shelf of the store in memory."""

import heapq
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sunledger.ledger.fold import Shown, State
from sunledger.ledger.judgement import Judgement, Reason
from sunledger.ledger.rollup import joined
from sunledger.sitetime import instant
from sunledger.store.records import Device, Identity, Of, Row, Series, position
from sunledger.store.shelf import PortStanding, Quarter, Rolled, RollupRow, Standing, Tier, quarter_start
from sunledger.store.tables import COLUMNS, rolled

Energies = dict[tuple[int, int], int]
"""Wh by hour or day, and series."""


class Rows:
    """The rows of one series in time order."""

    def __init__(self) -> None:
        self.times: list[int] = []
        self.by_time: dict[int, Row] = {}

    def put(self, row: Row) -> None:
        """Store a row."""
        at = position(row).at
        if at not in self.by_time:
            insort(self.times, at)
        self.by_time[at] = row

    def between(self, start: int, end: int) -> list[Row]:
        """Rows with start <= at < end, in order."""
        times = self.times[bisect_left(self.times, start) : bisect_left(self.times, end)]
        return [self.by_time[at] for at in times]

    def forget(self, before: int) -> None:
        """Drop rows from before a moment."""
        position = bisect_left(self.times, before)
        for at in self.times[:position]:
            del self.by_time[at]
        del self.times[:position]


class MemoryShelf:
    """Rows in dictionaries."""

    def __init__(self) -> None:
        self.kept: dict[tuple[Of, int], Rows] = {}
        self.rolled: dict[tuple[Of, Tier], dict[tuple[int, int], Rolled]] = {}
        self.closed: dict[int, dict[int, Quarter]] = {}
        self.hourly: Energies = {}
        self.daily: Energies = {}
        self.judgements: list[tuple[int, Judgement, bool]] = []
        self.ports: dict[int, PortStanding] = {}
        self.others: dict[Of, dict[int, Standing]] = {of: {} for of in Of}
        self.devices: dict[str, Device] = {}
        self.series: dict[int, Series] = {}
        self.counts = dict.fromkeys(Of, 0)

    def row(self, of: Of, series: int, at: int) -> Row | None:
        """One stored row."""
        rows = self.kept.get((of, series))
        return rows.by_time.get(at) if rows else None

    def between(self, of: Of, series: Sequence[int] | None, start: int, end: int) -> Iterator[Row]:
        """Stored rows within, by (at, series)."""
        chosen = [rows for (kind, each), rows in self.kept.items()
                  if kind is of and (series is None or each in series)]  # fmt: skip
        return heapq.merge(*(rows.between(start, end) for rows in chosen), key=position)

    def rows(self, of: Of, series: Sequence[int] | None, start: int, end: int) -> Sequence[Row]:
        """Stored rows within."""
        return list(self.between(of, series, start, end))

    def rollups(
        self,
        of: Of,
        tier: Tier,
        series: Sequence[int] | None,
        start: int,
        end: int,
        measurements: Sequence[str] | None = None,
    ) -> Sequence[Rolled]:
        """Rollups within."""
        chosen = [COLUMNS[of].index(name) for name in (COLUMNS[of] if measurements is None else measurements)]
        return [
            each._replace(rollup=tuple(each.rollup[column] for column in chosen))
            for (begin, number), each in sorted(self.rolled.get((of, tier), {}).items())
            if start <= begin < end and (series is None or number in series)
        ]

    def put_rollups(self, of: Of, tier: Tier, rollups: Sequence[Rolled]) -> None:
        """Store rollups."""
        self.rolled.setdefault((of, tier), {}).update({(each.start, each.series): each for each in rollups})

    def add_rollups(self, of: Of, rows: Sequence[RollupRow]) -> None:
        """Store rollups that are new."""
        for tier, *row in rows:
            self.put_rollups(of, Tier(int(tier or 0)), [rolled(row)])

    def grow_rollups(self, of: Of, rows: Sequence[RollupRow]) -> None:
        """Join rollups to those that are stored."""
        for tier, *row in rows:
            kept, part = self.rolled.setdefault((of, Tier(int(tier or 0))), {}), rolled(row)
            before = kept.get((part.start, part.series))
            if before is not None:
                grown = joined(before.rollup, part.rollup)
                part = part._replace(readings=before.readings + part.readings, rollup=grown)
            kept[part.start, part.series] = part

    def drop_rollups(self, of: Of, tiers: Sequence[Tier]) -> None:
        """Remove tiers."""
        for tier in tiers:
            self.rolled.pop((of, tier), None)

    def shown(self, series: int, start: int, end: int) -> Sequence[Shown]:
        """A port's rows as the fold takes them."""
        rows = self.kept.get((Of.PORT, series))
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

    def quarters_of(self, series: int, start: int, end: int, most: int) -> Sequence[Quarter]:
        """The first closed quarters of a port within."""
        closed = self.closed.get(series, {})
        return [
            closed[each] for each in heapq.nsmallest(most, (each for each in closed if start <= each < end))
        ]

    def energies(self, series: Sequence[int] | None, start: int, end: int) -> Iterable[tuple[int, int, int]]:
        """(start, series, Wh) of closed quarters."""
        return [(each.start, each.series, each.energy) for each in self.quarters(series, start, end)]

    def hours(
        self, series: Sequence[int] | None, start: int, end: int, *, together: bool
    ) -> Iterable[tuple[int, int, int]]:
        """(start, series, Wh) of closed quarters, by local hour."""
        return _within(self.hourly, series, start, end - 1, together=together)

    def days(
        self, series: Sequence[int] | None, first: int, last: int, *, together: bool
    ) -> Iterable[tuple[int, int, int]]:
        """(day, series, Wh) of closed quarters."""
        return _within(self.daily, series, first, last, together=together)

    def open_starts(self, of: Of, series: Sequence[int] | None) -> Sequence[tuple[int, int]]:
        """(start, series) of each open quarter."""
        standings = self.ports if of is Of.PORT else self.others[of]
        chosen = standings if series is None else [each for each in series if each in standings]
        return [(quarter_start(standings[each].seen_at), each) for each in chosen]

    def open_quarters(self, series: Sequence[int] | None) -> Sequence[Quarter]:
        """The open quarter of each port."""
        return [each.open for each in self.ports.values() if series is None or each.open.series in series]

    def new_series(self, of: Of, identity: Identity) -> Series:
        """Open a series."""
        series = Series(len(self.series) + 1, of, identity)
        self.series[series.id] = series
        return series

    def put_rows(self, of: Of, rows: Sequence[Row], *, new: int) -> None:
        """Store rows."""
        self.counts[of] += new
        for row in rows:
            self.kept.setdefault((of, position(row).series), Rows()).put(row)

    def put_quarters(self, quarters: Sequence[Quarter]) -> None:
        """Store closed quarters."""
        for quarter in quarters:
            self.closed.setdefault(quarter.series, {})[quarter.start] = quarter

    def add_quarters(self, quarters: Sequence[Quarter]) -> None:
        """Store closed quarters that are new."""
        self.put_quarters(quarters)

    def add_to_hours(self, energies: Iterable[tuple[int, int, int]]) -> None:
        """Add to the hours."""
        _add(self.hourly, energies)

    def add_to_days(self, energies: Iterable[tuple[int, int, int]]) -> None:
        """Add to the days."""
        _add(self.daily, energies)

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

    def put_standings(self, of: Of, standings: Sequence[Standing]) -> None:
        """Store where series stand that nothing is folded of."""
        self.others[of].update((standing.series, standing) for standing in standings)

    def put_seen(self, dtu_name: str, inverter_type: str, seen: Mapping[str, tuple[int, int]]) -> None:
        """Note which inverters a DTU showed."""
        for serial, (first_at, last_at) in seen.items():
            first, last, known = instant(first_at), instant(last_at), self.devices.get(serial)
            first = min(first, known.first_seen) if known else first
            if known is None or last >= known.last_seen:
                self.devices[serial] = Device(serial, dtu_name, inverter_type, first, last, ())
            else:
                self.devices[serial] = replace(known, first_seen=first)

    def forget(self, before: int) -> None:
        """Drop rows and quarters from before a moment; where the fold stood last is needed to go on."""
        for rows in self.kept.values():
            rows.forget(before)
        for quarters in self.closed.values():
            newest = max(quarters)
            for start in [start for start in quarters if start < before and start != newest]:
                del quarters[start]
        self.judgements = [each for each in self.judgements if each[1].until >= before]


def _add(kept: Energies, energies: Iterable[tuple[int, int, int]]) -> None:
    for stretch, series, energy in energies:
        kept[stretch, series] = kept.get((stretch, series), 0) + energy


def _within(
    kept: Energies, series: Sequence[int] | None, first: int, last: int, *, together: bool
) -> list[tuple[int, int, int]]:
    """(stretch, series, Wh) by stretch and series; of all together, as series 0."""
    sums: Energies = {}
    for (stretch, each), energy in kept.items():
        if first <= stretch <= last and (series is None or each in series):
            key = stretch, 0 if together else each
            sums[key] = sums.get(key, 0) + energy
    return [(stretch, each, energy) for (stretch, each), energy in sorted(sums.items())]
