"""Energy by the hour and the day in PostgreSQL: of each port, and of all of them together."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sunledger.store.postgres_site import PostgresSite
from sunledger.store.postgres_types import Milliseconds
from sunledger.store.shelf import TOGETHER
from sunledger.store.tables import BEGINS, Stretch

_SHOWN_AS: Mapping[Stretch, str] = {"hour": "start", "day": "day - DATE '0001-01-01' + 1"}
"""The moment that an hour begins, and the ordinal that days are counted by."""
_MOMENT: Mapping[Stretch, Callable[[int], object]] = {"hour": Milliseconds, "day": date.fromordinal}
_TYPE: Mapping[Stretch, str] = {"hour": "timestamptz", "day": "date"}
HOURS_OF_PLANT = "SELECT MIN(start), MAX(start) FROM plant_hour WHERE site = %s"
"""The first and the last hour that there is of all ports together."""


def kept(
    site: PostgresSite,
    stretch: Stretch,
    series: Sequence[int] | None,
    within: tuple[int, int],
    *,
    together: bool,
) -> Iterable[tuple[Any, ...]]:
    """(hour or day, series, Wh) from a first to a last one: of each port, or of all together as series 0."""
    begins, shown = BEGINS[stretch], _SHOWN_AS[stretch]
    summed = together and series is None
    which, known = ("site = %s", [site.site]) if summed else site.among(series)
    if summed:
        what, order = f"{TOGETHER}, energy FROM plant_{stretch}", f"ORDER BY {begins}"
    elif together:
        what = f"{TOGETHER}, SUM(energy)::int8 FROM energy_{stretch}"
        order = f"GROUP BY {begins} ORDER BY {begins}"
    else:
        what, order = f"series, energy FROM energy_{stretch}", f"ORDER BY {begins}, series"
    return site.ask(
        f"SELECT {shown}, {what} WHERE {which} AND {begins} BETWEEN %s AND %s {order}",
        *known, *map(_MOMENT[stretch], within),
    )  # fmt: skip


def add(site: PostgresSite, stretch: Stretch, energies: Iterable[tuple[int, int, int]]) -> None:
    """Add (hour or day, series, Wh) to those of each port, and sum those hours or days up anew."""
    sums: dict[tuple[int, int], int] = {}
    for at, number, energy in energies:
        sums[at, number] = sums.get((at, number), 0) + energy
    table, begins, moment = f"energy_{stretch}", BEGINS[stretch], _MOMENT[stretch]
    site.connection.execute(
        f"INSERT INTO {table} (site, {begins}, series, energy) "
        f"SELECT %s::int4, u.* FROM unnest(%b::{_TYPE[stretch]}[], %s::int4[], %s::int8[]) AS u "
        f"ON CONFLICT (site, series, {begins}) DO UPDATE "
        f"SET energy = {table}.energy + EXCLUDED.energy".encode(),
        (
            site.site,
            [moment(at) for at, _ in sums],
            [number for _, number in sums],
            list(sums.values()),
        ),
    )
    moments = [moment(at) for at in sorted({at for at, _ in sums})]
    _put_sums(site, stretch, f"{begins} = ANY(%b::{_TYPE[stretch]}[])", moments)


def sum_up(site: PostgresSite, stretch: Stretch, first: int, last: int) -> None:
    """Sum all ports together anew, from a first hour or day to a last one."""
    within = f"{BEGINS[stretch]} BETWEEN %s AND %s"
    period = _MOMENT[stretch](first), _MOMENT[stretch](last)
    site.connection.execute(
        f"DELETE FROM plant_{stretch} WHERE site = %s AND {within}".encode(), (site.site, *period)
    )
    _put_sums(site, stretch, within, *period)


def _put_sums(site: PostgresSite, stretch: Stretch, where: str, *parameters: object) -> None:
    """Put the sums of all ports for the hours or days that a condition is true of."""
    which, known = site.among(None)
    begins = BEGINS[stretch]
    site.connection.execute(
        f"INSERT INTO plant_{stretch} (site, {begins}, energy) "
        f"SELECT site, {begins}, SUM(energy)::int8 FROM energy_{stretch} WHERE {which} AND {where} "
        f"GROUP BY site, {begins} "
        f"ON CONFLICT (site, {begins}) DO UPDATE SET energy = EXCLUDED.energy".encode(),
        (*known, *parameters),
    )
