"""The months that readings are kept in: made before the first reading of each, by whoever comes first."""

from collections.abc import Iterable

from psycopg import Connection

from sunledger.sitetime import instant

AHEAD = 2
"""Months made with the one that is needed, so that a month is there when it begins."""
LOCK_CLASS = 0x53554E4C
"""The first half of our advisory locks' keys; the other half is the site, or 0 for the schema."""

_PARTITIONED = (
    "SELECT relname FROM pg_class WHERE relnamespace = 'sunledger'::regnamespace AND relkind = 'p' "
    "AND relname = ANY(%s)"
)


def month_of(at: int) -> int:
    """The UTC month of a time in milliseconds, counted from the year 0."""
    moment = instant(at)
    return moment.year * 12 + moment.month - 1


def name_of(table: str, month: int) -> str:
    """What the part of a table is called that holds a month."""
    return f"{table}_{_text(month, '_')}"


def bounds_of(month: int) -> str:
    """The times that a month's part holds, as PostgreSQL itself writes them in a session in UTC."""
    return f"FOR VALUES FROM ('{_text(month)}-01 00:00:00+00') TO ('{_text(month + 1)}-01 00:00:00+00')"


class Partitions:
    """The months that are there, of all tables of readings alike."""

    def __init__(self, connection: Connection, tables: Iterable[str]) -> None:
        self._connection = connection
        self._all = list(tables)
        self._partitioned: list[str] | None = None
        self._known: set[int] = set()

    def make(self, month: int) -> None:
        """Have a month and those after it, if they are not there yet; in the caller's transaction."""
        if month in self._known or not self._tables():
            return
        # one at a time, also among the servers of other sites
        self._connection.execute("SELECT pg_advisory_xact_lock(%s::int4, 0)", (LOCK_CLASS,))
        for each in range(month, month + AHEAD + 1):
            for table in self._tables():
                self._make(table, each)
        self._known.add(month)

    def _tables(self) -> list[str]:
        """The tables that are in months; hypertables look after themselves."""
        if self._partitioned is None:
            rows = self._connection.execute(_PARTITIONED, (self._all,))
            self._partitioned = [name for (name,) in rows]
        return self._partitioned

    def _make(self, table: str, month: int) -> None:
        name = name_of(table, month)
        found = self._connection.execute("SELECT to_regclass(%s)", (f"sunledger.{name}",)).fetchone()
        if found is not None and found[0] is not None:
            return
        self._connection.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING ALL)".encode())
        # CREATE TABLE … PARTITION OF would wait for every reader of the table, and every reader for it
        self._connection.execute(f"ALTER TABLE {table} ATTACH PARTITION {name} {bounds_of(month)}".encode())


def _text(month: int, between: str = "-") -> str:
    return f"{month // 12:04}{between}{month % 12 + 1:02}"
