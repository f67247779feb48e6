"""What is derived from readings, held against what recomputing it gives, and mended where it differs.

Everything is recomputed from the tier below it as that is stored: a quarter of an hour from its readings and
the fold's state before it, an hour from its quarters, a day from its hours, all ports together from each one.
So when nothing differs anywhere, all is what folding and rolling up every reading from the first one gives;
and a fault shows where it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from sunledger.ledger.fold import State
from sunledger.ledger.judgement import Judgement
from sunledger.ledger.rollup import alike, rolled
from sunledger.sitetime import instant, milliseconds
from sunledger.sitetime.spans import day_of, last_occurrence
from sunledger.store.protocol import Accounting, Of
from sunledger.store.records import Row, position
from sunledger.store.refold import quarter_of
from sunledger.store.rollups import compose
from sunledger.store.shelf import QUARTER_MS, TOGETHER, Quarter, Rolled, Tier, quarter_start
from sunledger.store.upkeep import Difference, Stand, UpkeepShelf

MOST_EXAMPLES = 20

Chosen = Sequence[int] | None
"""Some series, or None for all."""
Period = tuple[int, int]
"""Start and end in milliseconds."""
V = TypeVar("V")
P = TypeVar("P", Rolled, Quarter)


class Audit:
    """Holds what is kept against the readings, stretch by stretch in the order of time.

    `mending` also puts right what differs. Without, everything has to be of one snapshot.
    """

    def __init__(self, shelf: UpkeepShelf, accounting: Accounting, *, mending: bool) -> None:
        self._shelf = shelf
        self._accounting = accounting
        self._mending = mending
        self._states: dict[int, State] = {}
        self.readings = 0
        """How many have been read."""
        self.found = 0
        """How many differences there are."""
        self.examples: list[Difference] = []

    def quarter(self, of: Of, start: int, series: Chosen) -> list[tuple[Quarter, tuple[Judgement, ...]]]:
        """A quarter of an hour; what ports have folded to whose quarter is not closed yet is returned."""
        rows: dict[int, list[Row]] = {}
        for row in self._shelf.rows(of, series, start, start + QUARTER_MS):
            rows.setdefault(position(row).series, []).append(row)
        self.readings += sum(map(len, rows.values()))
        open_at = {number: begin for begin, number in self._shelf.open_starts(of, series)} if rows else {}
        closed = {number for number in rows if start < open_at.get(number, start + 1)}
        self._roll(of, start, series, {number: rows[number] for number in closed})
        if of is not Of.PORT:
            return []
        folded = self._fold(start, rows)
        self._judge(start, series, {each.series: judged for each, judged in folded})
        self._hold_quarters(start, series, [each for each, _ in folded if each.series in closed])
        return [each for each in folded if each[0].series not in closed]

    def period(self, of: Of, tier: Tier, period: Period, series: Chosen) -> None:
        """An hour or a day, against the tier below."""
        self._hold_rollups(of, tier, period, series, compose(self._shelf, of, tier, period, series))
        if of is Of.PORT:
            hold = self._hold_day if tier is Tier.DAY else self._hold_hour
            hold(period, series)

    def stands(self) -> None:
        """Where every port stands; this is never mended."""
        for stored, expected in standing(self._shelf, self._accounting):
            place = stored.open_start, stored.series
            self._differ("where a port stands", {place: stored}, {place: expected})

    def _roll(self, of: Of, start: int, series: Chosen, rows: Mapping[int, list[Row]]) -> None:
        expected = [
            Rolled(start, number, len(each), rolled((row[2:] for row in each), len(each[0]) - 2))
            for number, each in rows.items()
        ]
        self._hold_rollups(of, Tier.QUARTER, (start, start + QUARTER_MS), series, expected)

    def _hold_rollups(
        self, of: Of, tier: Tier, period: Period, series: Chosen, expected: Sequence[Rolled]
    ) -> None:
        stored, right = _placed(self._shelf.rollups(of, tier, series, *period)), _placed(expected)
        if of is Of.TELEMETRY:  # floats, the only ones
            right |= {place: kept for place, kept in stored.items() if _same(kept, right.get(place))}
        name = f"{of.value} rolled up by the {tier.name.lower()}"
        if self._differ(name, stored, right) and self._mending:
            self._shelf.replace_rollups(of, tier, series, *period, expected)

    def _fold(self, start: int, rows: Mapping[int, list[Row]]) -> list[tuple[Quarter, tuple[Judgement, ...]]]:
        """What the readings of each port fold to, from where its quarter before is stored to have ended."""
        unknown = [number for number in rows if number not in self._states]
        states = {**self._states, **self._shelf.checkpoints(unknown, start)} if unknown else self._states
        nameplate = self._accounting.nameplate
        return [quarter_of(number, start, states[number], shown, nameplate) for number, shown in rows.items()]

    def _hold_quarters(self, start: int, series: Chosen, expected: Sequence[Quarter]) -> None:
        end = start + QUARTER_MS
        stored = self._shelf.quarters(series, start, end)
        if not self._mending:  # then nothing else changes them, and they need not be looked up again
            self._states |= {each.series: each.state for each in stored}
        if self._differ("energy by the quarter", _placed(stored), _placed(expected)) and self._mending:
            self._shelf.replace_quarters(series, start, end, expected)

    def _judge(self, start: int, series: Chosen, expected: Mapping[int, tuple[Judgement, ...]]) -> None:
        end = start + QUARTER_MS
        stored: dict[int, list[Judgement]] = {}
        for number, judgement in self._shelf.folded(series, start, end):
            stored.setdefault(number, []).append(judgement)
        before = {(start, number): _sorted(each) for number, each in stored.items()}
        after = {(start, number): _sorted(each) for number, each in expected.items() if each}
        if self._differ("judgements", before, after) and self._mending:
            for number in stored.keys() | expected.keys():
                self._shelf.drop_folded(number, start, end)
                self._shelf.put_judgements(number, expected.get(number, ()), folded=True)

    def _hold_hour(self, period: Period, series: Chosen) -> None:
        expected = self._summed(period, series)
        kept = self._shelf.hours(series, *period, together=False)
        stored = {(start, number): energy for start, number, energy in kept}
        right = {(period[0], number): energy for number, energy in expected.items()}
        if self._differ("energy by the hour", stored, right) and self._mending:
            self._shelf.replace_hour(series, period, expected)
        self._hold_plant_hour(period)

    def _hold_plant_hour(self, period: Period) -> None:
        """All ports together, against what is stored of each."""
        stored = self._shelf.hours(None, *period, together=True)
        right = _together(self._shelf.hours(None, *period, together=False))
        name = "energy of all ports by the hour"
        if self._differ(name, {each[:2]: each[2] for each in stored}, right) and self._mending:
            self._shelf.sum_up_hours(*period)

    def _summed(self, period: Period, series: Chosen) -> dict[int, int]:
        """Wh of the quarters by series."""
        sums: dict[int, int] = {}
        for _, number, energy in self._shelf.energies(series, *period):
            sums[number] = sums.get(number, 0) + energy
        return sums

    def _hold_day(self, period: Period, series: Chosen) -> None:
        day = day_of(instant(period[0]), self._accounting.zone).toordinal()
        expected = self._summed(period, series)
        stored = {
            (period[0], number): energy
            for _, number, energy in self._shelf.days(series, day, day, together=False)
        }
        right = {(period[0], number): energy for number, energy in expected.items()}
        if self._differ("energy by the day", stored, right) and self._mending:
            self._shelf.replace_day(series, day, expected)
        self._hold_plant_day(period[0], day)

    def _hold_plant_day(self, start: int, day: int) -> None:
        """All ports together, against what is stored of each."""
        stored = self._shelf.days(None, day, day, together=True)
        right = _together(self._shelf.days(None, day, day, together=False))
        expected = {(start, series): energy for (_, series), energy in right.items()}
        name = "energy of all ports by the day"
        if self._differ(name, {(start, each[1]): each[2] for each in stored}, expected) and self._mending:
            self._shelf.sum_up_day(day)

    def _differ(
        self, what: str, stored: Mapping[tuple[int, int], V], expected: Mapping[tuple[int, int], V]
    ) -> bool:
        """Whether they differ, which is noted; by (start, series)."""
        if stored == expected:
            return False
        for place in sorted(stored.keys() | expected.keys()):
            before, after = stored.get(place), expected.get(place)
            if before != after:
                self.found += 1
                if len(self.examples) < MOST_EXAMPLES:
                    self.examples.append(Difference(what, place[1], place[0], before, after))
        return True


def standing(shelf: UpkeepShelf, accounting: Accounting) -> Iterator[tuple[Stand, Stand]]:
    """Where every port stands, as stored and by its closed quarters and the readings of the open one."""
    offsets = shelf.offsets()
    for stored in shelf.stands():
        number, start = stored.series, quarter_start(stored.seen_at)
        shown = shelf.shown(number, start, start + QUARTER_MS)
        last, _ = quarter_of(number, start, shelf.checkpoint(number, start), shown, accounting.nameplate)
        seen_at, accepted = last.state.seen_at, last.state.accepted
        since = milliseconds(last_occurrence(accounting.reset_hour, instant(seen_at), accounting.zone))
        today = sum(each.energy for each in shelf.quarters([number], since, start)) + last.energy
        offset = offsets.get(number, 0) + last.offset
        total = None if accepted is None else accepted.total + offset
        yield stored, Stand(number, seen_at, start, last.energy, last.readings, today, since, total, offset)


def _together(energies: Iterable[tuple[int, int, int]]) -> dict[tuple[int, int], int]:
    """Wh by (start, series) of all series together."""
    sums: dict[tuple[int, int], int] = {}
    for start, _, energy in energies:
        sums[start, TOGETHER] = sums.get((start, TOGETHER), 0) + energy
    return sums


def _same(kept: Rolled, right: Rolled | None) -> bool:
    return right is not None and kept.readings == right.readings and alike(kept.rollup, right.rollup)


def _placed(parts: Iterable[P]) -> dict[tuple[int, int], P]:
    return {(each.start, each.series): each for each in parts}


def _sorted(judgements: Iterable[Judgement]) -> tuple[Judgement, ...]:
    return tuple(sorted(judgements, key=repr))
