"""The embedded store: one SQLite file, one writing thread, readers beside it that never wait for it."""

import asyncio
import json
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sunledger.ledger.judgement import Judgement, Reason
from sunledger.measurements import PORT, Batch, Poll
from sunledger.sitetime import Clock, Span, Step, instant, milliseconds
from sunledger.store.bookkeeper import Bookkeeper
from sunledger.store.decoded import correction, latest
from sunledger.store.energies import Question, energies
from sunledger.store.histories import Wanted, histories
from sunledger.store.loading import loading
from sunledger.store.opening import bring_up_to_date, kept_zone, restore
from sunledger.store.pacing import Pace
from sunledger.store.posting import Posting
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
    position,
)
from sunledger.store.sqlite_file import (
    ServerLock,
    connect,
    existing,
    explain,
    make_directory,
    prepare,
    transaction,
)
from sunledger.store.sqlite_opening import SqliteOpening, SqliteReadOpening
from sunledger.store.sqlite_shelf import SqliteReader, SqliteShelf, among
from sunledger.store.tables import COLUMNS, LATEST_TABLES, READING_TABLES, TALLIES

_FIRST, _LAST = (-(1 << 62), 0), (1 << 62, 0)
"""Places before and after all corrections."""
READERS = 2
"""Threads that answer questions; more would only share the two cores of a small machine."""

T = TypeVar("T")


class SqliteStore:
    """A Store in a file. `read_only` answers beside a running server, for exports.

    `factory` makes its connections, for who wants to see the statements.
    """

    def __init__(
        self,
        path: Path,
        accounting: Accounting,
        clock: Clock,
        *,
        read_only: bool = False,
        factory: type[sqlite3.Connection] = sqlite3.Connection,
    ) -> None:
        self._path = path
        self._factory = factory
        self._accounting = accounting
        self._clock = clock
        self._read_only = read_only
        self._books = Bookkeeper(accounting)
        self._pace = Pace(clock)
        self._lock = ServerLock(path)
        self._writer = ThreadPoolExecutor(1, "store-writer")
        self._readers = ThreadPoolExecutor(READERS, "store-reader")
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._shelf: SqliteShelf | None = None

    async def open(self) -> None:
        """Take the file: lock it, migrate it, restore where every series stands."""
        await self._run(self._writer, self._open)

    def _open(self) -> None:
        try:
            if self._read_only:
                self._look_in()
            else:
                self._take()
        except BaseException:
            self._let_go()
            raise

    def _take(self) -> None:
        """Become the file's one server."""
        make_directory(self._path)
        self._lock.acquire()
        connection = prepare(self._path, self._factory)
        self._opened.append(connection)
        self._shelf = SqliteShelf(connection)
        shelf = SqliteOpening(connection)
        restore(self._books, shelf)
        with transaction(connection):
            bring_up_to_date(self._books, shelf, milliseconds(self._clock.now()))

    def _look_in(self) -> None:
        """Read beside the server, whose zone the stored days are of."""
        connection = existing(self._path)
        self._opened.append(connection)
        shelf = SqliteReadOpening(connection)
        self._accounting = replace(self._accounting, zone=kept_zone(shelf) or self._accounting.zone)
        self._books.enter(shelf.all_series())

    async def close(self) -> None:
        """Finish the commit under way, then let go of the file."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._writer.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self._let_go()

    def _let_go(self) -> None:
        for connection in reversed(self._opened):
            connection.close()
        self._opened.clear()
        self._lock.release()

    async def commit(self, poll: Poll, found: Sequence[Found] = ()) -> Receipt:
        """Keep a poll; returns once it is synced to the disk."""
        (receipt,) = await self.commit_all([Entry(poll, found)])
        return receipt

    async def commit_all(self, entries: Sequence[Entry]) -> Sequence[Receipt]:
        """Keep several polls; returns once they are synced to the disk."""
        self._pace.polled()
        return await self.between_commits(lambda books, shelf: _post(books, shelf, entries))

    async def load(self, batch: Batch, found: Sequence[Found] = ()) -> Loaded:
        """Keep a batch, step by step; returns once all of it is synced to the disk."""
        return await self._pace.load(batch, found, self._load)

    async def _load(self, step: Batch, found: Sequence[Found]) -> Loaded:
        return await self.between_commits(lambda books, shelf: loading(books, shelf, step, found))

    async def between_commits(self, work: Callable[[Bookkeeper, SqliteShelf], Callable[[], T]]) -> T:
        """Write in one transaction, after the commits that came before.

        What the work returns is called, on the same thread, once it is durable: then the books may change.
        """
        return await self._run(self._writer, lambda: self._write(work))

    def _write(self, work: Callable[[Bookkeeper, SqliteShelf], Callable[[], T]]) -> T:
        if self._shelf is None:
            raise StoreError("the store is not open for writing")
        with transaction(self._shelf.connection):
            settle = work(self._books, self._shelf)
        return settle()

    async def latest(self) -> Latest:
        """The latest readings."""
        return await self.ask(self._latest)

    def _latest(self, shelf: SqliteReader) -> Latest:
        series = self._books.series
        rows = shelf.connection.execute(
            "SELECT series, seen_at, today_since, today, lifetime FROM port_latest ORDER BY series"
        )
        produced = [
            Production(
                series[number].serial_number, series[number].port_number or 0,
                seen_at, since, today, lifetime,
            )
            for number, seen_at, since, today, lifetime in rows
        ]  # fmt: skip
        return latest(series, {of: shelf.latest(of) for of in Of}, produced)

    async def latest_time(self) -> datetime | None:
        """The time of the latest reading of all."""
        all_kinds = " UNION ALL ".join(f"SELECT seen_at FROM {table}" for table in LATEST_TABLES.values())
        sql = f"SELECT MAX(seen_at) FROM ({all_kinds})"
        (last,) = await self.ask(lambda shelf: shelf.connection.execute(sql).fetchone())
        return None if last is None else instant(last)

    async def extent(self, of: Of) -> Span | None:
        """From when to when there are readings."""
        table = READING_TABLES[of]  # each of its own: together SQLite would read the whole index
        sql = f"SELECT (SELECT MIN(at) FROM {table}), (SELECT MAX(at) FROM {table})"
        first, last = await self.ask(lambda shelf: shelf.connection.execute(sql).fetchone())
        return None if first is None else Span(instant(first), instant(last))

    def series(self) -> Mapping[int, Series]:
        """All series by their id."""
        return dict(self._books.series)

    async def devices(self) -> Sequence[Device]:
        """All inverters ever seen."""
        sql = (
            "SELECT i.serial_number, dtu_name, inverter_type, first_seen, last_seen, metadata, "
            "(SELECT group_concat(port_number) FROM series s "
            " WHERE s.kind = 'port' AND s.device = i.serial_number) FROM inverter i ORDER BY 1"
        )
        rows = await self.ask(lambda shelf: shelf.connection.execute(sql).fetchall())
        return [
            Device(
                serial, dtu, kind, instant(first), instant(last),
                tuple(sorted(int(port) for port in (ports or "").split(",") if port)), json.loads(metadata),
            )
            for serial, dtu, kind, first, last, metadata, ports in rows
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
        if after is not None:  # SQLite would scan the whole span again for the comparison of pairs below
            start, end = (start, min(end, after.at + 1)) if newest_first else (max(start, after.at), end)
        order, beyond = ("DESC", "<") if newest_first else ("ASC", ">")
        sql = (
            f"SELECT at, series, {', '.join(COLUMNS[of])} FROM {READING_TABLES[of]} WHERE at >= ? AND at < ?"
        )
        parameters = [start, end]
        if after is not None:
            sql += f" AND (at, series) {beyond} (?, ?)"
            parameters += after
        sql += f"{among(series)} ORDER BY at {order}, series {order} LIMIT ?"
        parameters.append(limit + 1)
        rows = await self.ask(lambda shelf: shelf.connection.execute(sql, parameters).fetchall())
        following = position(rows[limit - 1]) if len(rows) > limit else None
        return Page(rows[:limit], self._books.series, following)

    async def port_power(self, series: Sequence[int], times: Sequence[int]) -> Mapping[int, int]:
        """The sum of pv_power over ports at given times."""
        column = PORT.columns[PORT.index("pv_power")]
        sql = (
            f"SELECT at, SUM({column}) FROM port_reading WHERE at IN (SELECT value FROM json_each(?))"
            f"{among(series)} GROUP BY at HAVING COUNT({column}) > 0"
        )
        return await self.ask(lambda shelf: dict(shelf.connection.execute(sql, (json.dumps(list(times)),))))

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
        return await self.ask(lambda shelf: histories(shelf, self._accounting.zone, wanted))

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

        def ask(shelf: SqliteReader) -> list[Energy]:
            question = Question(self._books.chosen(ports), ports is None, span, step, zone, together)
            return energies(shelf, self._accounting, question)

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
        start, end = milliseconds(span.start), milliseconds(span.end)
        onward, order = ("<", "DESC") if newest_first else (">", "ASC")
        beginning = _LAST if newest_first else _FIRST

        def ask(shelf: SqliteReader) -> list[tuple[Any, ...]]:
            return shelf.connection.execute(
                "SELECT number, series, at, until, field, reason, raw, repaired, decided_at FROM judgement "
                f"WHERE at < ? AND until >= ? AND (at, number) {onward} (?, ?){among(series)} "
                f"ORDER BY at {order}, number {order} LIMIT ?",
                (end, start, *(after or beginning), limit + 1),
            ).fetchall()

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
        return await self.ask(self._statistics)

    def _statistics(self, shelf: SqliteReader) -> Statistics:
        execute = shelf.connection.execute
        tally = dict(execute("SELECT name, entries FROM tally").fetchall())
        (ports,) = execute("SELECT COUNT(*) FROM port_latest").fetchone()
        (settings,) = execute("SELECT COUNT(*) FROM setting").fetchone()
        (inverters,) = execute("SELECT COUNT(*) FROM inverter").fetchone()
        files = (self._path, self._path.with_name(self._path.name + "-wal"))
        size = sum(file.stat().st_size for file in files if file.exists())
        readings = {of: tally.get(name, 0) for of, name in TALLIES.items()}
        return Statistics("sqlite", size, ports, settings, readings, inverters)

    async def ask(self, question: Callable[[SqliteReader], T]) -> T:
        """Answer from one consistent snapshot, on a reader's thread."""
        return await self._run(self._readers, lambda: self._ask(question))

    def _ask(self, question: Callable[[SqliteReader], T]) -> T:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = connect(self._path, read_only=True, factory=self._factory)
            self._local.connection = connection
            self._opened.append(connection)
        with transaction(connection, "DEFERRED"):
            shelf = SqliteReader(connection)
            # ids count up from 1: what this snapshot shows and the books do not know yet
            self._books.enter(shelf.all_series(after=len(self._books.series)))
            return question(shelf)

    async def _run(self, executor: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        try:
            answer = asyncio.get_running_loop().run_in_executor(executor, copy_context().run, work)
        except RuntimeError as error:
            raise StoreError(f"{self._path} is closed") from error
        try:
            return await answer
        except sqlite3.Error as error:
            raise StoreError(explain(self._path, error)) from error


def _post(books: Bookkeeper, shelf: SqliteShelf, entries: Sequence[Entry]) -> Callable[[], list[Receipt]]:
    posting = Posting(books, shelf)
    for poll, found in entries:
        posting.post(poll, found)
    posting.write()
    return posting.settle
