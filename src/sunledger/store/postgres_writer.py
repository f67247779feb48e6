"""The one connection that writes: it holds the site's lock, and is made anew after any error.

After an error nobody knows for sure what the server has: a COMMIT whose answer was lost may have happened. So
the books are restored from the database before the next commit; and a poll that is committed again because
nobody was told is a no-op.

*State: the connection, and with it the lock.*
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TypeVar

import psycopg
from psycopg import Connection, errors

from sunledger.measurements import Batch
from sunledger.sitetime import Clock, milliseconds
from sunledger.store.bookkeeper import Bookkeeper
from sunledger.store.loading import loading
from sunledger.store.opening import bring_up_to_date, kept_zone, restore, up_to_date
from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.postgres_calls import Call
from sunledger.store.postgres_connections import configure, connect
from sunledger.store.postgres_opening import PostgresOpening
from sunledger.store.postgres_partitions import LOCK_CLASS, month_of
from sunledger.store.postgres_schema import prepare
from sunledger.store.postgres_shelf import PostgresShelf
from sunledger.store.posting import Posting
from sunledger.store.protocol import StoreInUse, StoreUnusable
from sunledger.store.records import Entry, Found, Loaded, Receipt

_DURABLE = (
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
)
"""What is acknowledged is on the server's disk, whatever its configuration says of others."""
_OUR_LOCK = f"locktype = 'advisory' AND classid = {LOCK_CLASS} AND objsubid = 2 AND granted"
_HOLDER = (
    "SELECT a.pid, a.application_name, COALESCE(a.client_hostname, host(a.client_addr), 'this machine') "
    "FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
    f"WHERE {_OUR_LOCK} AND l.objid = %s "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)

T = TypeVar("T")


class PostgresWriter:
    """Writes for one site; used by one thread."""

    def __init__(
        self, address: PostgresAddress, site: int, books: Bookkeeper, clock: Clock, *, zone_is_sure: bool
    ) -> None:
        self._address = address
        self._site = site
        self._books = books
        self._clock = clock
        self._zone_is_sure = zone_is_sure
        self._shelf: PostgresOpening | None = None
        self._up_to_date = False
        self._session: tuple[int, str] | None = None

    @property
    def ready(self) -> bool:
        """Whether it has a connection that worked when it was last used."""
        return self._shelf is not None and self._up_to_date

    def take(self, call: Call) -> None:
        """Become the site's one server, with today's schema and the books as the database has them.

        Raises psycopg.Error, and `StoreUnusable` when waiting would not help.
        """
        if self._shelf is not None:
            return
        connection = connect(self._address)
        try:
            with call.using(connection):
                configure(connection)
                self._take(connection)
        except BaseException:
            connection.close()
            raise

    def _take(self, connection: Connection) -> None:
        self._lock(connection)
        prepare(connection, self._address)
        connection.execute(_DURABLE)
        shelf = PostgresOpening(connection, self._site)
        now = milliseconds(self._clock.now())
        with connection.transaction():
            self._keep_zone(shelf)
            shelf.partitions.make(month_of(now))
            restore(self._books, shelf)
            self._up_to_date = up_to_date(self._books, shelf)
        self._shelf = shelf

    def bring_up_to_date(self, call: Call) -> None:
        """Re-make what another schema, zone or hour of reset changes, for minutes. Raises psycopg.Error."""
        shelf = self._shelf
        if shelf is None or self._up_to_date:
            return
        try:
            with call.using(shelf.connection), shelf.connection.transaction():
                bring_up_to_date(self._books, shelf, milliseconds(self._clock.now()))
        except BaseException:
            self.let_go()
            raise
        self._up_to_date = True

    def _keep_zone(self, shelf: PostgresOpening) -> None:
        """Count on in the zone that is kept. Raises `StoreUnusable` where another one was guessed."""
        kept, wanted = kept_zone(shelf), self._books.accounting.zone
        if not self._zone_is_sure and kept is not None and kept != wanted:
            raise StoreUnusable(
                f"days are kept in {kept.key} here, which nobody knew at the start, as the server was away; "
                f"start Sunledger again, or set TIMEZONE={kept.key}"
            )

    def commit(self, call: Call, entries: Sequence[Entry]) -> Sequence[Receipt]:
        """Keep polls. Raises psycopg.Error, `StoreUnusable`, and ValueError for what no column can hold."""

        def post(books: Bookkeeper, shelf: PostgresShelf) -> Callable[[], Sequence[Receipt]]:
            posting = Posting(books, shelf)
            for poll, found in entries:
                posting.post(poll, found)
            posting.write()
            return posting.settle

        with _what_no_column_holds():
            return self.write(call, post, rows=sum(each.poll.size for each in entries))

    def load(self, call: Call, batch: Batch, found: Sequence[Found]) -> Loaded:
        """Keep a batch; raises what `commit` does."""
        with _what_no_column_holds():
            return self.write(call, lambda books, shelf: loading(books, shelf, batch, found))

    def write(
        self,
        call: Call,
        work: Callable[[Bookkeeper, PostgresShelf], Callable[[], T]],
        rows: int | None = None,
    ) -> T:
        """Write in one transaction; what the work returns is called once it is durable.

        Work that looks little up says how many rows it puts, and is sent in one go.
        Raises psycopg.Error and `StoreUnusable`.
        """
        self.take(call)
        shelf = self._shelf
        if shelf is None or not self._up_to_date:
            raise psycopg.OperationalError("the database is not ready")
        try:
            with (
                call.using(shelf.connection),
                nullcontext() if rows is None else shelf.in_one_go(rows),
                shelf.connection.transaction(),
            ):
                settle = work(self._books, shelf)
        except BaseException:
            self.let_go()
            raise
        return settle()

    def let_go(self) -> None:
        """Leave the server; the lock goes with the connection."""
        shelf, self._shelf = self._shelf, None
        if shelf is not None:
            shelf.connection.close()

    def _lock(self, connection: Connection) -> None:
        """Be the only one that writes for the site. Raises `StoreInUse`."""
        self._end_last_session(connection)
        try:
            connection.execute("SELECT pg_advisory_lock(%s::int4, %s::int4)", (LOCK_CLASS, self._site))
        except errors.LockNotAvailable as error:
            holder = connection.execute(_HOLDER, (self._site,)).fetchone()
            who = (
                "" if holder is None else f" ({holder[1]} on {holder[2]}, process {holder[0]} of the server)"
            )
            raise StoreInUse(
                f"another Sunledger writes into {connection.info.dbname} already{who}; "
                "stop it, or give this one a database of its own with DB_NAME"
            ) from error
        started = connection.execute(
            "SELECT backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()"
        ).fetchone()
        self._session = connection.info.backend_pid, str(started[0] if started else "")

    def _end_last_session(self, connection: Connection) -> None:
        """End our session of before, which has the lock as long as the server believes that we are there."""
        if self._session is not None:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid = %s AND backend_start::text = %s",
                self._session,
            )


@contextmanager
def _what_no_column_holds() -> Iterator[None]:
    """Tell of a value that is too large. Raises ValueError."""
    try:
        yield
    except (psycopg.DataError, OverflowError) as error:
        raise ValueError(f"PostgreSQL cannot hold a value of these readings: {error}") from error
