"""How stored things are laid out in columns: shared by every engine that speaks SQL.

The columns of readings come from the catalogue; a test compares them with the migrated schema.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Literal

from sunledger.ledger.fold import Count, State
from sunledger.ledger.rollup import Summary
from sunledger.measurements import PORT
from sunledger.store.records import Identity, Of, Row, Series
from sunledger.store.shelf import PortStanding, Quarter, Rolled, Standing, Tier

READING_TABLES = {of: f"{of.value}_reading" for of in Of}
LATEST_TABLES = {of: f"{of.value}_latest" for of in Of}
ROLLUP_TABLES = {of: f"{of.value}_rollup" for of in Of}
COLUMNS = {of: of.kind.columns for of in Of}
TALLIES = {of: of.kind.table for of in Of}
"""Under which name the rows of a kind are counted."""
SERIES_COLUMNS = ("id", "kind", "device", "port_number", "part", "place")
"""A series by its kind and what names it there: a port by its number, any other by up to three words."""

STATE_COLUMNS = (
    "seen_at", "accepted_at", "accepted_total", "accepted_today", "changed_at",
    "candidate_at", "candidate_total", "candidate_today",
    "last_voltage", "last_current", "last_power", "last_today", "last_total", "same_since",
)  # fmt: skip
QUARTER_COLUMNS = (
    "start", "series", "energy", "counter_offset", "readings", "power_sum", "power_count", *STATE_COLUMNS,
)  # fmt: skip
PORT_LATEST_COLUMNS = (
    "series", "seen_at", "open_start", "open_energy", "open_readings",
    "today", "today_since", "lifetime", "lifetime_offset", "at", *PORT.columns,
)  # fmt: skip
LATEST_COLUMNS = {
    of: PORT_LATEST_COLUMNS if of is Of.PORT else ("series", "seen_at", "at", *COLUMNS[of]) for of in Of
}

Stretch = Literal["hour", "day"]
"""What energy is kept of: a port's in `energy_<stretch>`, that of all ports together in `plant_<stretch>`."""
BEGINS: Mapping[Stretch, str] = {"hour": "start", "day": "day"}
"""The column there that says which hour or day it is."""

SUMMARY_COLUMNS = ("known", "total", "lowest", "highest", "last")
"""What is kept of each measurement, as `<measurement>_<word>`."""


def summary_columns(measurements: Sequence[str]) -> tuple[str, ...]:
    """The columns of some measurements' summaries."""
    return tuple(f"{name}_{word}" for name in measurements for word in SUMMARY_COLUMNS)


ROLLUP_COLUMNS = {
    of: ("tier", "start", "series", "readings", *summary_columns(names)) for of, names in COLUMNS.items()
}


def growth(of: Of, least: str, greatest: str) -> str:
    """The SET clause that joins a rollup to the stored one before it, by these functions of two values."""
    before, after = f"{ROLLUP_TABLES[of]}.{{0}}", "excluded.{0}"
    joined = {
        "known": f"{before} + {after}",
        "total": f"COALESCE({before} + {after}, {before}, {after})",
        "lowest": f"COALESCE({least}({before}, {after}), {before}, {after})",
        "highest": f"COALESCE({greatest}({before}, {after}), {before}, {after})",
        "last": f"COALESCE({after}, {before})",
    }
    columns = {f"{name}_{word}": joined[word] for name in COLUMNS[of] for word in SUMMARY_COLUMNS}
    columns["readings"] = joined["known"]
    return ", ".join(f"{column} = {value.format(column)}" for column, value in columns.items())


_NO_VALUES = (None, None, None, None, None)


def rollup_row(tier: Tier, rolled: Rolled) -> tuple[float | None, ...]:
    """A rollup in the order of ROLLUP_COLUMNS."""
    return (tier, rolled.start, rolled.series, rolled.readings, *chain.from_iterable(rolled.rollup))


def rolled(row: Sequence[Any]) -> Rolled:
    """A rollup from a row of ROLLUP_COLUMNS without the tier."""
    width = len(SUMMARY_COLUMNS)
    summaries = (Summary(*row[at : at + width]) for at in range(3, len(row), width))
    return Rolled(row[0], row[1], row[2], tuple(summaries))


def quarter_row(quarter: Quarter) -> Row:
    """A closed quarter in the order of QUARTER_COLUMNS."""
    state = quarter.state
    accepted = state.accepted or (None, None, None)
    candidate = state.candidate or (None, None, None)
    return (
        quarter.start, quarter.series, quarter.energy, quarter.offset, quarter.readings,
        quarter.power_sum, quarter.power_count,
        state.seen_at, *accepted, state.changed_at, *candidate,
        *(state.values or _NO_VALUES), state.same_since,
    )  # fmt: skip


def quarter(row: Sequence[int]) -> Quarter:
    """A closed quarter from a row of QUARTER_COLUMNS."""
    start, series, energy, offset, readings, power_sum, power_count = row[:7]
    return Quarter(series, start, energy, offset, readings, power_sum, power_count, state(row[7:]))


def state(row: Sequence[int]) -> State:
    """The fold's state from the values of STATE_COLUMNS."""
    values = None if all(value is None for value in row[8:13]) else tuple(row[8:13])
    return State(row[0], _count(row[1:4]), row[4], _count(row[5:8]), values, row[13])


def _count(row: Sequence[int]) -> Count | None:
    return None if row[0] is None else Count(*row)


_NO_PORT_ROW = (None,) * (1 + len(PORT.columns))


def port_latest_row(standing: PortStanding) -> Row:
    """Where a port stands in the order of PORT_LATEST_COLUMNS."""
    last, latest = standing.open, standing.latest
    return (
        last.series, last.state.seen_at, last.start, last.energy, last.readings,
        standing.today, standing.today_since, standing.lifetime, standing.lifetime_offset,
        *(_NO_PORT_ROW if latest is None else (latest[0], *latest[2:])),
    )  # fmt: skip


def latest_row(of: Of, standing: Standing) -> Row:
    """Where a series stands that nothing is folded of, in the order of LATEST_COLUMNS."""
    latest = standing.latest
    values = (None,) * (1 + len(COLUMNS[of])) if latest is None else (latest[0], *latest[2:])
    return (standing.series, standing.seen_at, *values)


def series_row(of: Of, identity: Identity) -> tuple[str | int, ...]:
    """A series in the order of SERIES_COLUMNS, without its id."""
    if of is Of.PORT:
        return (of.value, *identity, "", "")
    device, part, place = (*identity, "", "")[:3]
    return of.value, device, 0, part, place


def series(row: Sequence[Any]) -> Series:
    """A series from a row of SERIES_COLUMNS."""
    number, kind, device, port, part, place = row
    of = Of(kind)
    if of is Of.PORT:
        return Series(number, of, (device, port))
    return Series(number, of, (device, part, place)[: len(of.kind.identity)])
