"""What a SQLite store does when it opens: take up where every series stands, in the site's zone."""

import sqlite3
from datetime import timedelta
from zoneinfo import ZoneInfo

from sunledger.ledger.judgement import Reason
from sunledger.sitetime import instant, milliseconds
from sunledger.sitetime.spans import day_of, day_span
from sunledger.store.bookkeeper import Bookkeeper
from sunledger.store.protocol import Of
from sunledger.store.refold import quarter_of
from sunledger.store.rollups import rebuild, remake
from sunledger.store.shelf import QUARTER_MS, InverterStanding, PortStanding, Tier
from sunledger.store.sqlite_shelf import SqliteReader, SqliteShelf
from sunledger.store.tables import READING_TABLES, ROLLUP_TABLES


def restore(books: Bookkeeper, shelf: SqliteReader) -> None:
    """Fill the books from what is stored."""
    books.restore(shelf.all_series(), _ports(books, shelf), _inverters(shelf))


def _ports(books: Bookkeeper, shelf: SqliteReader) -> list[PortStanding]:
    """The standing of each port; its open quarter is folded again from its readings."""
    latest = {row[1]: row for row in shelf.latest(Of.PORT)}
    stored = shelf.connection.execute(
        "SELECT series, open_start, today, today_since, lifetime_offset FROM port_latest"
    ).fetchall()
    standings = []
    for series, start, today, since, offset in stored:
        readings = shelf.shown(series, start, start + QUARTER_MS)
        state = shelf.checkpoint(series, start)
        last, judgements = quarter_of(series, start, state, readings, books.accounting.nameplate)
        frozen = [judgement.at for judgement in judgements if judgement.reason is Reason.FROZEN]
        standings.append(
            PortStanding(last, offset, today, since, frozen[-1] if frozen else None, latest.get(series))
        )
    return standings


def _inverters(shelf: SqliteReader) -> list[InverterStanding]:
    latest = {row[1]: row for row in shelf.latest(Of.INVERTER)}
    stored = shelf.connection.execute("SELECT series, seen_at FROM inverter_latest").fetchall()
    return [InverterStanding(series, seen_at, latest.get(series)) for series, seen_at in stored]


def kept_zone(connection: sqlite3.Connection) -> ZoneInfo | None:
    """The zone that the stored days are of."""
    found = connection.execute("SELECT value FROM setting WHERE key = 'zone'").fetchone()
    return None if found is None else ZoneInfo(found[0])


def fill_rollups(books: Bookkeeper, shelf: SqliteShelf) -> None:
    """Roll up everything, after an upgrade from a schema that had no rollups; in one transaction."""
    for of, table in ROLLUP_TABLES.items():
        if shelf.connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None:
            span = shelf.connection.execute(f"SELECT MIN(at), MAX(at) FROM {READING_TABLES[of]}").fetchone()
            if span[0] is not None:
                rebuild(shelf, of, books.accounting.zone, span)


def adopt_accounting(books: Bookkeeper, shelf: SqliteShelf, now_ms: int) -> None:
    """Re-make what depends on the zone and the hour of reset where those have changed; in one transaction."""
    wanted = {"zone": books.accounting.zone.key, "reset_hour": str(books.accounting.reset_hour)}
    kept = dict(shelf.connection.execute("SELECT key, value FROM setting").fetchall())
    if all(kept.get(key) == value for key, value in wanted.items()):
        return
    if kept.get("zone") != wanted["zone"]:
        _remake_days(books, shelf)
        _remake_rollups(books, shelf)
    _remake_today(books, shelf)
    shelf.connection.executemany(
        "INSERT OR REPLACE INTO setting (key, value, last_updated) VALUES (?, ?, ?)",
        [(key, value, now_ms) for key, value in wanted.items()],
    )


def _remake_days(books: Bookkeeper, shelf: SqliteShelf) -> None:
    """Sum the closed quarters of each local day of the new zone."""
    connection, zone = shelf.connection, books.accounting.zone
    connection.execute("DELETE FROM energy_day")
    first, last = connection.execute("SELECT MIN(start), MAX(start) FROM energy_quarter").fetchone()
    if first is None:
        return
    day, end = day_of(instant(first), zone), day_of(instant(last), zone)
    while day <= end:
        span = day_span(day, zone)
        connection.execute(
            "INSERT INTO energy_day (day, series, energy) SELECT ?, series, SUM(energy) "
            "FROM energy_quarter WHERE start >= ? AND start < ? GROUP BY series",
            (day.toordinal(), milliseconds(span.start), milliseconds(span.end)),
        )
        day += timedelta(days=1)


def _remake_rollups(books: Bookkeeper, shelf: SqliteShelf) -> None:
    """Compose the hours and days of the new zone."""
    for of, table in ROLLUP_TABLES.items():
        first, last = shelf.connection.execute(
            f"SELECT MIN(start), MAX(start) FROM {table} WHERE tier = ?", (Tier.QUARTER,)
        ).fetchone()
        if first is not None:
            remake(shelf, of, books.accounting.zone, (first, last + QUARTER_MS))


def _remake_today(books: Bookkeeper, shelf: SqliteShelf) -> None:
    """Count each port's energy since the RESET_HOUR before its latest reading again."""
    for number, standing in books.ports.items():
        since = books.today_since(standing.seen_at)
        closed = shelf.quarters([number], since, standing.open.start)
        today = sum(quarter.energy for quarter in closed) + standing.open.energy
        books.ports[number] = standing._replace(today=today, today_since=since)
    shelf.put_ports(list(books.ports.values()))
