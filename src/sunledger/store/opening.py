"""What a store does when it opens, on any engine: take up where every series stands, in the site's zone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from sunledger.ledger.judgement import Reason
from sunledger.store.bookkeeper import Bookkeeper
from sunledger.store.protocol import Accounting
from sunledger.store.records import Of, Row, Series
from sunledger.store.refold import quarter_of
from sunledger.store.rollups import rebuild, remake
from sunledger.store.shelf import QUARTER_MS, PortStanding, ReadShelf, Shelf, Standing

log = structlog.get_logger("sunledger.store")


class ReadOpening(ReadShelf, Protocol):
    """What restoring asks of an engine besides."""

    def all_series(self, after: int = 0) -> Sequence[Series]:
        """Every series, or those with a greater id."""

    def latest(self, of: Of) -> Sequence[Row]:
        """The latest good row of each series."""

    def ports_stood(self) -> Sequence[tuple[int, int, int, int, int]]:
        """Each port: (series, start of its open quarter, today, since when, offset of its lifetime)."""

    def others_stood(self, of: Of) -> Sequence[tuple[int, int]]:
        """Each series that nothing is folded of: (series, time of its latest reading)."""

    def settings(self) -> Mapping[str, str]:
        """How days have been counted."""


class Opening(ReadOpening, Shelf, Protocol):
    """What adopting another zone or hour of reset asks of an engine besides."""

    def extent_of_readings(self, of: Of) -> tuple[int, int] | None:
        """The first and last time of any stored reading of a kind."""

    def extent_of_quarters(self) -> tuple[int, int] | None:
        """The first and last start of any closed quarter of energy."""

    def has_rollups(self, of: Of) -> bool:
        """Whether there is any rollup of a kind."""

    def has_hours(self) -> bool:
        """Whether there is any energy by the hour."""

    def drop_hours(self) -> None:
        """Forget all energy by the hour."""

    def drop_days(self) -> None:
        """Forget all energy by the day."""

    def keep_settings(self, settings: Mapping[str, str], at: int) -> None:
        """Note how days are counted from now on."""


def restore(books: Bookkeeper, shelf: ReadOpening) -> None:
    """Fill the books from what is stored."""
    others = (standing for of in Of if of is not Of.PORT for standing in _others(of, shelf))
    books.restore(shelf.all_series(), _ports(books, shelf), others)


def _ports(books: Bookkeeper, shelf: ReadOpening) -> list[PortStanding]:
    """The standing of each port; its open quarter is folded again from its readings."""
    latest = {row[1]: row for row in shelf.latest(Of.PORT)}
    standings = []
    for series, start, today, since, offset in shelf.ports_stood():
        readings = shelf.shown(series, start, start + QUARTER_MS)
        state = shelf.checkpoint(series, start)
        last, judgements = quarter_of(series, start, state, readings, books.accounting.nameplate)
        frozen = [judgement.at for judgement in judgements if judgement.reason is Reason.FROZEN]
        standings.append(
            PortStanding(last, offset, today, since, frozen[-1] if frozen else None, latest.get(series))
        )
    return standings


def _others(of: Of, shelf: ReadOpening) -> list[Standing]:
    latest = {row[1]: row for row in shelf.latest(of)}
    return [Standing(series, seen_at, latest.get(series)) for series, seen_at in shelf.others_stood(of)]


def kept_zone(shelf: ReadOpening) -> ZoneInfo | None:
    """The zone that the stored hours and days are of."""
    zone = shelf.settings().get("zone")
    return None if zone is None else ZoneInfo(zone)


def as_kept(accounting: Accounting, shelf: ReadOpening) -> Accounting:
    """The same with the zone and the hour of reset that is stored, where any is."""
    return replace(
        accounting,
        zone=kept_zone(shelf) or accounting.zone,
        reset_hour=int(shelf.settings().get("reset_hour", accounting.reset_hour)),
    )


def up_to_date(books: Bookkeeper, shelf: Opening) -> bool:
    """Whether there is nothing to re-make, which for ten years of readings takes minutes."""
    same = _wanted(books).items() <= shelf.settings().items()
    return same and not _without_rollups(shelf) and not _without_hours(shelf)


def bring_up_to_date(books: Bookkeeper, shelf: Opening, now_ms: int) -> None:
    """Make what an older schema had not, and what another zone or hour of reset changes, all or nothing."""
    if up_to_date(books, shelf):
        return
    wanted, kept = _wanted(books), shelf.settings()
    if kept:
        log.info("remaking", **wanted)
    for of, extent in _without_rollups(shelf).items():
        rebuild(shelf, of, books.accounting.zone, extent)
    if kept.get("zone") != wanted["zone"]:
        _remake_days(books, shelf)
        _remake_rollups(books, shelf)
    if kept.get("zone") != wanted["zone"] or _without_hours(shelf):
        _remake_hours(books, shelf)
    _remake_today(books, shelf)
    shelf.keep_settings(wanted, now_ms)
    if kept:
        log.info("remade")


def _wanted(books: Bookkeeper) -> dict[str, str]:
    return {"zone": books.accounting.zone.key, "reset_hour": str(books.accounting.reset_hour)}


def _without_rollups(shelf: Opening) -> dict[Of, tuple[int, int]]:
    """The kinds that have readings and no rollups, with the extent of those readings."""
    missing = [of for of in (Of.INVERTER, Of.PORT) if not shelf.has_rollups(of)]
    extents = {of: shelf.extent_of_readings(of) for of in missing}
    return {of: extent for of, extent in extents.items() if extent is not None}


def _without_hours(shelf: Opening) -> bool:
    return not shelf.has_hours() and shelf.extent_of_quarters() is not None


def _remake_hours(books: Bookkeeper, shelf: Opening) -> None:
    """Sum the closed quarters of each local hour."""
    shelf.drop_hours()
    for start, end in _weeks(shelf):
        quarters = shelf.energies(None, start, end)
        shelf.add_to_hours([(books.hour(at), series, energy) for at, series, energy in quarters])


def _remake_days(books: Bookkeeper, shelf: Opening) -> None:
    """Sum the closed quarters of each local day."""
    shelf.drop_days()
    for start, end in _weeks(shelf):
        quarters = shelf.energies(None, start, end)
        shelf.add_to_days([(books.day(at), series, energy) for at, series, energy in quarters])


def _weeks(shelf: Opening) -> Iterator[tuple[int, int]]:
    """All closed quarters, some days at a time, so that memory does not grow with the years."""
    extent = shelf.extent_of_quarters()
    if extent is not None:
        step = timedelta(days=7) // timedelta(milliseconds=1)
        for start in range(extent[0], extent[1] + QUARTER_MS, step):
            yield start, min(start + step, extent[1] + QUARTER_MS)


def _remake_rollups(books: Bookkeeper, shelf: Opening) -> None:
    """Compose the hours and days of the new zone."""
    for of in Of:
        extent = shelf.extent_of_readings(of)
        if extent is not None:
            remake(shelf, of, books.accounting.zone, (extent[0], extent[1] + 1))


def _remake_today(books: Bookkeeper, shelf: Shelf) -> None:
    """Count each port's energy since the RESET_HOUR before its latest reading again."""
    for number, standing in books.ports.items():
        since = books.today_since(standing.seen_at)
        closed = shelf.quarters([number], since, standing.open.start)
        today = sum(quarter.energy for quarter in closed) + standing.open.energy
        books.ports[number] = standing._replace(today=today, today_since=since)
    shelf.put_ports(list(books.ports.values()))
