"""The store in a PostgreSQL server: one writing connection, a pool of them for questions, both on threads.

The server may be away at any time, also at the start. Then every method raises `StoreError`, and works again
once the server is back.
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sunledger.ledger.judgement import Judgement, Reason
from sunledger.measurements import PORT, Batch, Poll
from sunledger.sitetime import Clock, Span, Step, instant, milliseconds
from sunledger.store.bookkeeper import Bookkeeper
from sunledger.store.connections import Connections
from sunledger.store.decoded import correction, latest
from sunledger.store.energies import Question, energies
from sunledger.store.histories import Wanted, histories
from sunledger.store.opening import kept_zone
from sunledger.store.pacing import Pace
from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.postgres_calls import Call, answered
from sunledger.store.postgres_connections import configure, connect, pool
from sunledger.store.postgres_opening import PostgresReadOpening
from sunledger.store.postgres_paging import page_of
from sunledger.store.postgres_schema import existing
from sunledger.store.postgres_shelf import PostgresReader, PostgresShelf
from sunledger.store.postgres_tables import LATEST, ROLLUPS
from sunledger.store.postgres_types import Milliseconds
from sunledger.store.postgres_writer import PostgresWriter
from sunledger.store.protocol import Accounting, StoreError
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
    Production,
    Receipt,
    Series,
    Statistics,
)
from sunledger.store.shelf import Tier
from sunledger.store.tables import READING_TABLES, TALLIES

SITE = 1
"""The site whose readings these are."""
COMMIT_WITHIN = 10.0
"""Seconds after which the server is given up that does not answer a commit."""
ANSWER_WITHIN = 30.0
"""Seconds after which it is given up that does not answer a question, or is not made ready."""
REMAKE_WITHIN = 3600.0
"""Seconds after which it is given up that does not get what an older schema or another zone has made anew."""

T = TypeVar("T")


class PostgresStore:
    """A Store in a server. `read_only` answers beside a running Sunledger, for exports.

    Without `zone_is_sure` the zone of `accounting` is a guess, which does not change what is kept.
    """

    def __init__(
        self,
        address: PostgresAddress,
        accounting: Accounting,
        clock: Clock,
        *,
        read_only: bool = False,
        zone_is_sure: bool = True,
    ) -> None:
        self._address = address
        self._accounting = accounting
        self._read_only = read_only
        self._books = Bookkeeper(accounting)
        self._pace = Pace(clock)
        self._writer = PostgresWriter(address, SITE, self._books, clock, zone_is_sure=zone_is_sure)
        self._pool = pool(address, address.pool_size, address.pool_size + address.max_overflow)
        self._writing = ThreadPoolExecutor(1, "store-writer")
        self._reading = ThreadPoolExecutor(self._pool.max_size, "store-reader")
        self._known = False
        self._getting_ready: asyncio.Task[None] | None = None

    @property
    def writes(self) -> bool:
        """Whether it is the one that writes."""
        return not self._read_only

    async def open(self) -> None:
        """Connect, migrate, restore where every series stands; may be called again after a `StoreError`."""
        self._pool.open(wait=False)
        await self._ready()

    async def _ready(self) -> None:
        """Know the database and have its lock; all who need that at once share one attempt."""
        if self._writer.ready or (self._read_only and self._known):
            return
        if self._getting_ready is None or self._getting_ready.done():
            self._getting_ready = asyncio.create_task(self._get_ready())
        await asyncio.shield(self._getting_ready)

    async def _get_ready(self) -> None:
        if self._read_only:
            await self._run(self._reading, ANSWER_WITHIN, self._look_in)
        else:
            await self._run(self._writing, ANSWER_WITHIN, self._writer.take)
            await self._run(self._writing, REMAKE_WITHIN, self._writer.bring_up_to_date)
        self._known = True

    def _look_in(self, call: Call) -> None:
        """Read beside the server, whose zone the stored days are of."""
        with connect(self._address) as connection, call.using(connection):
            configure(connection)
            existing(connection)
            reader = PostgresReadOpening(connection, SITE)
            self._accounting = replace(self._accounting, zone=kept_zone(reader) or self._accounting.zone)
            self._books.enter(reader.all_series())

    async def close(self) -> None:
        """Finish the commit under way, then leave the server."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._writing.shutdown(wait=True)
        self._reading.shutdown(wait=True)
        self._writer.let_go()
        self._pool.close()

    def connections(self) -> Connections:
        """How many connections are at work and how many wait."""
        known = self._pool.get_stats()
        idle = known.get("pool_available", 0)
        return Connections(known.get("pool_size", 0) - idle + self._writer.ready, idle)

    async def commit(self, poll: Poll, found: Sequence[Found] = ()) -> Receipt:
        """Keep a poll; see `commit_all`."""
        (receipt,) = await self.commit_all([Entry(poll, found)])
        return receipt

    async def commit_all(self, entries: Sequence[Entry]) -> Sequence[Receipt]:
        """Keep several polls; returns once the server has them on its disk.

        Raises ValueError for a value that no column can hold.
        """
        if self._read_only:
            raise StoreError("the store is not open for writing")
        self._pace.polled()
        await self._ready()
        return await self._run(self._writing, COMMIT_WITHIN, lambda call: self._writer.commit(call, entries))

    async def load(self, batch: Batch, found: Sequence[Found] = ()) -> Loaded:
        """Keep a batch, step by step; returns once the server has all of it on its disk.

        Raises ValueError for a value that no column can hold.
        """
        if self._read_only:
            raise StoreError("the store is not open for writing")
        return await self._pace.load(batch, found, self._load)

    async def _load(self, step: Batch, found: Sequence[Found]) -> Loaded:
        await self._ready()
        return await self._run(
            self._writing, COMMIT_WITHIN, lambda call: self._writer.load(call, step, found)
        )

    async def between_commits(self, work: Callable[[Bookkeeper, PostgresShelf], Callable[[], T]]) -> T:
        """Write in one transaction, after the commits that came before.

        What the work returns is called, on the same thread, once it is durable: then the books may change.
        """
        if self._read_only:
            raise StoreError("the store is not open for writing")
        await self._ready()
        return await self._run(self._writing, COMMIT_WITHIN, lambda call: self._writer.write(call, work))

    async def latest(self) -> Latest:
        """The latest readings."""
        return await self.ask(self._latest)

    def _latest(self, reader: PostgresReader) -> Latest:
        series = self._books.series
        rows = reader.ask(
            "SELECT series, seen_at, today_since, today, lifetime FROM port_latest "
            "WHERE site = %s ORDER BY series",
            reader.site,
        )
        produced = [
            Production(
                series[number].serial_number, series[number].port_number or 0,
                seen_at, since, today, lifetime,
            )
            for number, seen_at, since, today, lifetime in rows
        ]  # fmt: skip
        return latest(series, {of: reader.latest(of) for of in Of}, produced)

    async def latest_time(self) -> datetime | None:
        """The time of the latest reading of all."""
        all_kinds = " UNION ALL ".join(f"SELECT site, seen_at FROM {each.name}" for each in LATEST.values())
        sql = f"SELECT MAX(seen_at) FROM ({all_kinds}) t WHERE site = %s"
        ((last,),) = await self.ask(lambda reader: reader.ask(sql, reader.site))
        return None if last is None else instant(last)

    async def extent(self, of: Of) -> Span | None:
        """From when to when there are readings, by the first day of each series and its latest reading.

        A series whose first quarter is still open has no day yet, and few readings to look through.
        """
        latest_table, rollups, readings = LATEST[of].name, ROLLUPS[of].name, READING_TABLES[of]
        sql = (
            f"SELECT MIN(COALESCE(d.start, r.at)), MAX(l.seen_at) FROM {latest_table} l "
            f"LEFT JOIN LATERAL (SELECT start FROM {rollups} WHERE site = l.site AND tier = %s "
            "AND series = l.series ORDER BY start LIMIT 1) d ON TRUE "
            f"LEFT JOIN LATERAL (SELECT at FROM {readings} WHERE site = l.site AND series = l.series "
            "AND d.start IS NULL ORDER BY at LIMIT 1) r ON TRUE WHERE l.site = %s"
        )
        ((first, last),) = await self.ask(lambda reader: reader.ask(sql, int(Tier.DAY), reader.site))
        return None if first is None else Span(instant(first), instant(last))

    def series(self) -> Mapping[int, Series]:
        """All series by their id."""
        return dict(self._books.series)

    async def devices(self) -> Sequence[Device]:
        """All inverters ever seen."""
        sql = (
            "SELECT i.serial_number, dtu_name, inverter_type, first_seen, last_seen, metadata, "
            "ARRAY(SELECT port_number FROM series s WHERE s.site = i.site "
            "AND s.kind = 'port' AND s.device = i.serial_number ORDER BY 1) "
            "FROM inverter i WHERE site = %s ORDER BY i.serial_number"
        )
        return [
            Device(serial, dtu, kind, instant(first), instant(last), tuple(ports), json.loads(metadata))
            for serial, dtu, kind, first, last, metadata, ports in await self.ask(
                lambda reader: reader.ask(sql, reader.site)
            )
        ]

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
        rows, following = await self.ask(
            lambda reader: page_of(reader, of, series, span, limit, after, newest_first=newest_first)
        )
        return Page(rows, self._books.series, following)

    async def port_power(self, series: Sequence[int], times: Sequence[int]) -> Mapping[int, int]:
        """The sum of pv_power over ports at given times."""
        column = PORT.columns[PORT.index("pv_power")]
        sql = (
            f"SELECT at, SUM({column})::int8 FROM port_reading WHERE site = %s AND series = ANY(%s) "
            f"AND at = ANY(%b) GROUP BY at HAVING COUNT({column}) > 0"
        )
        moments = [Milliseconds(at) for at in times]
        return dict(await self.ask(lambda reader: reader.ask(sql, reader.site, list(series), moments)))

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
        return await self.ask(lambda reader: histories(reader, self._accounting.zone, wanted))

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

        def ask(reader: PostgresReader) -> list[Energy]:
            question = Question(self._books.chosen(ports), ports is None, span, step, zone, together)
            return energies(reader, self._accounting, question)

        return await self.ask(ask)

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
        bounds = [Milliseconds(milliseconds(span.end)), Milliseconds(milliseconds(span.start))]
        sql = (
            "SELECT number, series, at, until, field, reason, raw, repaired, decided_at FROM judgement "
            "WHERE site = %s AND at < %s AND until >= %s"
        )

        onward, order = ("<", "DESC") if newest_first else (">", "ASC")

        def ask(reader: PostgresReader) -> list[tuple[Any, ...]]:
            more, parameters = "", [reader.site, *bounds]
            if after is not None:
                more = f" AND (at, number) {onward} (%s, %s)"
                parameters += [Milliseconds(after.at), after.series]
            if series is not None:
                more += " AND series = ANY(%s)"
                parameters.append(list(series))
            return reader.ask(
                f"{sql}{more} ORDER BY at {order}, number {order} LIMIT %s", *parameters, limit + 1
            )

        rows = await self.ask(ask)
        found = [
            correction(
                self._books.series[row[1]], Judgement(row[2], row[3], row[4], Reason(row[5]), *row[6:])
            )
            for row in rows[:limit]
        ]
        last = rows[limit - 1] if len(rows) > limit else None
        return found, None if last is None else Position(last[2], last[0])

    async def statistics(self) -> Statistics:
        """How much is kept, from counts made at commit."""
        return await self.ask(_statistics)

    async def ask(self, question: Callable[[PostgresReader], T]) -> T:
        """Answer from one consistent snapshot, on a reader's thread."""
        if not self._known:
            await self._ready()
        return await self._run(self._reading, ANSWER_WITHIN, lambda call: self._ask(call, question))

    def _ask(self, call: Call, question: Callable[[PostgresReader], T]) -> T:
        with call.borrowing(self._pool, self._address) as connection, connection.transaction():
            reader = PostgresReader(connection, SITE)
            # ids count up from 1: what this snapshot shows and the books do not know yet
            self._books.enter(reader.all_series(after=len(self._books.series)))
            return question(reader)

    async def _run(self, executor: ThreadPoolExecutor, seconds: float, work: Callable[[Call], T]) -> T:
        return await answered(self._address, executor, seconds, work)


def _statistics(reader: PostgresReader) -> Statistics:
    tally = dict(reader.ask("SELECT name, entries FROM tally WHERE site = %s", reader.site))
    ((size, ports, settings, inverters),) = reader.ask(
        "SELECT pg_database_size(current_database()), "
        "(SELECT COUNT(*) FROM port_latest WHERE site = %s), "
        "(SELECT COUNT(*) FROM setting WHERE site = %s), (SELECT COUNT(*) FROM inverter WHERE site = %s)",
        *[reader.site] * 3,
    )
    readings = {of: tally.get(name, 0) for of, name in TALLIES.items()}
    return Statistics("postgres", size, ports, settings, readings, inverters)
