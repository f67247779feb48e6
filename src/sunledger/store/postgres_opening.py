"""What a PostgreSQL store does when it opens: take up where every series stands, in the site's zone."""

from datetime import date
from zoneinfo import ZoneInfo

from sunledger.ledger.judgement import Reason
from sunledger.sitetime import milliseconds
from sunledger.sitetime.spans import day_of, instant
from sunledger.store.bookkeeper import Bookkeeper
from sunledger.store.postgres_shelf import PostgresReader, PostgresShelf
from sunledger.store.postgres_tables import ROLLUPS
from sunledger.store.postgres_types import Milliseconds
from sunledger.store.protocol import Of
from sunledger.store.refold import quarter_of
from sunledger.store.rollups import remake
from sunledger.store.shelf import QUARTER_MS, InverterStanding, PortStanding, Tier


def restore(books: Bookkeeper, shelf: PostgresReader) -> None:
    """Fill the books from what is stored."""
    books.restore(shelf.all_series(), _ports(books, shelf), _inverters(shelf))


def _ports(books: Bookkeeper, shelf: PostgresReader) -> list[PortStanding]:
    """The standing of each port; its open quarter is folded again from its readings."""
    latest = {row[1]: row for row in shelf.latest(Of.PORT)}
    stored = shelf.ask(
        "SELECT series, open_start, today, today_since, lifetime_offset FROM port_latest WHERE site = %s",
        shelf.site,
    )
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


def _inverters(shelf: PostgresReader) -> list[InverterStanding]:
    latest = {row[1]: row for row in shelf.latest(Of.INVERTER)}
    stored = shelf.ask("SELECT series, seen_at FROM inverter_latest WHERE site = %s", shelf.site)
    return [InverterStanding(series, seen_at, latest.get(series)) for series, seen_at in stored]


def kept_zone(shelf: PostgresReader) -> ZoneInfo | None:
    """The zone that the stored days are of."""
    found = shelf.ask("SELECT value FROM setting WHERE site = %s AND key = 'zone'", shelf.site)
    return ZoneInfo(found[0][0]) if found else None


def adopt_accounting(books: Bookkeeper, shelf: PostgresShelf, now_ms: int) -> None:
    """Re-make what depends on the zone and the hour of reset where those have changed; in one transaction."""
    wanted = {"zone": books.accounting.zone.key, "reset_hour": str(books.accounting.reset_hour)}
    kept = dict(shelf.ask("SELECT key, value FROM setting WHERE site = %s", shelf.site))
    if all(kept.get(key) == value for key, value in wanted.items()):
        return
    if kept.get("zone") != wanted["zone"]:
        _remake_days(books, shelf)
        _remake_rollups(books, shelf)
    _remake_today(books, shelf)
    for key, value in wanted.items():
        shelf.connection.execute(
            "INSERT INTO setting (site, key, value, last_updated) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (site, key) DO UPDATE SET "
            "value = EXCLUDED.value, last_updated = EXCLUDED.last_updated",
            (shelf.site, key, value, Milliseconds(now_ms)),
        )


def _remake_days(books: Bookkeeper, shelf: PostgresShelf) -> None:
    """Sum the closed quarters of each local day of the new zone."""
    shelf.connection.execute("DELETE FROM energy_day WHERE site = %s", (shelf.site,))
    zone = books.accounting.zone
    sums: dict[tuple[date, int], int] = {}
    for start, series, energy in shelf.energies(None, *_EVER):
        day = day_of(instant(start), zone)
        sums[day, series] = sums.get((day, series), 0) + energy
    shelf.add_to_days((day.toordinal(), series, energy) for (day, series), energy in sums.items())


_EVER = (milliseconds(instant(0)), 1 << 46)


def _remake_rollups(books: Bookkeeper, shelf: PostgresShelf) -> None:
    """Compose the hours and days of the new zone."""
    for of, table in ROLLUPS.items():
        ((first, last),) = shelf.ask(
            f"SELECT MIN(start), MAX(start) FROM {table.name} WHERE site = %s AND tier = %s",
            shelf.site, int(Tier.QUARTER),
        )  # fmt: skip
        if first is not None:
            remake(shelf, of, books.accounting.zone, (first, last + QUARTER_MS))


def _remake_today(books: Bookkeeper, shelf: PostgresShelf) -> None:
    """Count each port's energy since the RESET_HOUR before its latest reading again."""
    for number, standing in books.ports.items():
        since = books.today_since(standing.seen_at)
        closed = shelf.quarters([number], since, standing.open.start)
        today = sum(quarter.energy for quarter in closed) + standing.open.energy
        books.ports[number] = standing._replace(today=today, today_since=since)
    shelf.put_ports(list(books.ports.values()))
