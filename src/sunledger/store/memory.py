"""A store in memory: for dry runs, for persistence switched off, and for everybody's tests.

It keeps readings of the last `keep`; the energy of days it keeps for ever.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from sunledger.measurements import Batch, Poll
from sunledger.sitetime import Span, Step, instant, milliseconds
from sunledger.store.bookkeeper import Bookkeeper
from sunledger.store.decoded import correction, latest
from sunledger.store.energies import Question, energies
from sunledger.store.histories import Wanted, histories
from sunledger.store.loading import loading
from sunledger.store.memory_shelf import MemoryShelf
from sunledger.store.posting import Posting, production
from sunledger.store.protocol import Accounting
from sunledger.store.records import (
    Correction,
    Device,
    Energy,
    Entry,
    Found,
    History,
    Latest,
    Loaded,
    Of,
    Page,
    PortKey,
    Position,
    Receipt,
    Row,
    Series,
    Statistics,
    position,
)
from sunledger.store.shelf import POWER, PortStanding, Standing


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
        (receipt,) = await self.commit_all([Entry(poll, found)])
        return receipt

    async def commit_all(self, entries: Sequence[Entry]) -> Sequence[Receipt]:
        """Keep several polls."""
        posting = Posting(self._books, self._shelf)
        for poll, found in entries:
            posting.post(poll, found)
        posting.write()
        receipts = posting.settle()
        if self._keep_ms is not None and entries:
            self._shelf.forget(milliseconds(max(each.poll.taken_at for each in entries)) - self._keep_ms)
        return receipts

    async def load(self, batch: Batch, found: Sequence[Found] = ()) -> Loaded:
        """Keep a batch."""
        loaded = loading(self._books, self._shelf, batch, found)()
        if self._keep_ms is not None and batch.size:
            self._shelf.forget(max(each.times[-1] for each in batch.columns if each.times) - self._keep_ms)
        return loaded

    async def latest(self) -> Latest:
        """The latest readings."""
        series, shelf = self._books.series, self._shelf
        standings: Mapping[Of, Iterable[PortStanding | Standing]]
        standings = {of: each.values() for of, each in shelf.others.items()} | {Of.PORT: shelf.ports.values()}
        rows = {of: [each.latest for each in some if each.latest] for of, some in standings.items()}
        produced = [production(series[number], standing) for number, standing in shelf.ports.items()]
        return latest(series, rows, produced)

    async def latest_time(self) -> datetime | None:
        """The time of the latest reading of all."""
        seen = [each.seen_at for each in self._shelf.ports.values()]
        seen += [each.seen_at for some in self._shelf.others.values() for each in some.values()]
        return instant(max(seen)) if seen else None

    async def extent(self, of: Of) -> Span | None:
        """From when to when there are readings."""
        kept = [rows.times for (kind, _), rows in self._shelf.kept.items() if kind is of and rows.times]
        if not kept:
            return None
        return Span(instant(min(times[0] for times in kept)), instant(max(times[-1] for times in kept)))

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
        chosen = [rows for (kind, each), rows in self._shelf.kept.items()
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

    async def history(
        self,
        of: Of,
        series: Sequence[int] | None,
        measurements: Sequence[str],
        span: Span,
        step: Step,
        zone: ZoneInfo | None = None,
    ) -> Sequence[History]:
        """Some measurements by period."""
        wanted = Wanted(of, series, measurements, span, step, zone or self._accounting.zone)
        return histories(self._shelf, self._accounting.zone, wanted)

    async def energy(
        self,
        ports: Sequence[PortKey] | None,
        span: Span,
        step: Step | None,
        zone: ZoneInfo | None = None,
        *,
        together: bool = False,
    ) -> Sequence[Energy]:
        """Repaired energy by period."""
        question = Question(self._books.chosen(ports), ports is None, span, step, zone, together)
        return energies(self._shelf, self._accounting, question)

    async def corrections(
        self,
        series: Sequence[int] | None,
        span: Span,
        *,
        limit: int,
        after: Position | None = None,
        newest_first: bool = False,
    ) -> tuple[Sequence[Correction], Position | None]:
        """Corrections within a span."""
        start, end = milliseconds(span.start), milliseconds(span.end)
        concerned = (
            (Position(judgement.at, number), each, judgement)
            for number, (each, judgement, _) in enumerate(self._shelf.judgements)
            if judgement.at < end and judgement.until >= start and (series is None or each in series)
        )
        rest = sorted(
            (place, each, judgement)
            for place, each, judgement in concerned
            if after is None or (place < after if newest_first else place > after)
        )
        if newest_first:
            rest.reverse()
        page = rest[:limit]
        found = [correction(self._books.series[each], judgement) for _, each, judgement in page]
        return found, page[-1][0] if len(rest) > limit else None

    async def statistics(self) -> Statistics:
        """How much is kept."""
        shelf = self._shelf
        return Statistics("memory", 0, len(shelf.ports), 0, dict(shelf.counts), len(shelf.devices))
