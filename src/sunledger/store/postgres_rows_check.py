"""Whether the rows in PostgreSQL are what was counted, and are all of a series that is known."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from psycopg import Connection

from sunledger.store.protocol import Of
from sunledger.store.tables import LATEST_TABLES, READING_TABLES, ROLLUP_TABLES, TALLIES

_ENERGY = ("energy_quarter", "energy_hour", "energy_day")

Told = Callable[[float, str], None]
Known = dict[Of, set[tuple[int, int]]]
"""(site, series) of each kind."""


def strayed(connection: Connection, parts: Mapping[str, Iterable[str]], told: Told) -> Iterator[str]:
    """Rows of no series, series without what every one has, and counts that are not those of the rows."""
    known: Known = {of: set() for of in Of}
    for site, number, kind in connection.execute("SELECT site, id, kind FROM series"):
        known[Of(kind)].add((site, number))
    work = [(of, part) for of, table in READING_TABLES.items() for part in parts[table]]
    others = list(_others())
    count: Counter[tuple[int, str]] = Counter()
    for number, (of, part) in enumerate(work):
        told(number / (len(work) + len(others)), part)
        yield from _of_part(connection, of, part, known, count)
    for number, (table, kinds) in enumerate(others, start=len(work)):
        told(number / (len(work) + len(others)), table)
        yield from _orphans(connection, table, set().union(*(known[of] for of in kinds)))
    yield from _unplaced(connection, known)
    yield from _miscounted(connection, count)


def _others() -> Iterator[tuple[str, tuple[Of, ...]]]:
    """The other tables with a series, and the kinds it may be of."""
    for of in Of:
        yield LATEST_TABLES[of], (of,)
        yield ROLLUP_TABLES[of], (of,)
    for table in _ENERGY:
        yield table, (Of.PORT,)
    yield "judgement", tuple(Of)


def _of_part(
    connection: Connection, of: Of, part: str, known: Known, count: Counter[tuple[int, str]]
) -> Iterator[str]:
    """The rows of a month or a chunk, which are counted."""
    for site, series, rows in _by_series(connection, part):
        count[site, TALLIES[of]] += rows
        if (site, series) not in known[of]:
            yield f"{part}: {rows} rows of series {series}, which is no {of.value} that is known"


def _orphans(connection: Connection, table: str, known: set[tuple[int, int]]) -> Iterator[str]:
    for site, series, rows in _by_series(connection, table):
        if (site, series) not in known:
            yield f"{table}: {rows} rows of series {series}, which is not known"


def _by_series(connection: Connection, table: str) -> Iterator[tuple[int, int, int]]:
    sql = f"SELECT site, series, COUNT(*) FROM {table} GROUP BY 1, 2 ORDER BY 1, 2"
    yield from connection.execute(sql.encode())


def _unplaced(connection: Connection, known: Known) -> Iterator[str]:
    """Series that stand nowhere: each is entered with its first reading, in one transaction."""
    for of, table in LATEST_TABLES.items():
        stand = set(connection.execute(f"SELECT site, series FROM {table}".encode()))
        for _, series in sorted(known[of] - stand):
            yield f"{table}: nothing of series {series}"


def _miscounted(connection: Connection, count: Counter[tuple[int, str]]) -> Iterator[str]:
    tally = {(site, name): entries for site, name, entries in connection.execute("SELECT * FROM tally")}
    for site, name in sorted(tally.keys() | count.keys()):
        entries, rows = tally.get((site, name), 0), count[site, name]
        if entries != rows:
            yield f"{name}: {rows} rows, but {entries} were counted"
