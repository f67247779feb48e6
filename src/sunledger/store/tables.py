"""How stored things are laid out in columns: shared by every engine that speaks SQL.

The columns of readings come from the catalogue; a test compares them with the migrated schema.
"""

from collections.abc import Sequence
from typing import Any

from sunledger.ledger.fold import Count, State
from sunledger.ledger.rollup import Summary
from sunledger.measurements import INVERTER, PORT
from sunledger.store.protocol import Of
from sunledger.store.records import Row
from sunledger.store.shelf import InverterStanding, PortStanding, Quarter, Rolled, Tier

READING_TABLES = {Of.INVERTER: "inverter_reading", Of.PORT: "port_reading"}
COLUMNS = {Of.INVERTER: INVERTER.columns, Of.PORT: PORT.columns}

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
INVERTER_LATEST_COLUMNS = ("series", "seen_at", "at", *INVERTER.columns)

ROLLUP_TABLES = {Of.INVERTER: "inverter_rollup", Of.PORT: "port_rollup"}
SUMMARY_COLUMNS = ("known", "total", "lowest", "highest", "last")
"""What is kept of each measurement, as `<measurement>_<word>`."""


def summary_columns(measurements: Sequence[str]) -> tuple[str, ...]:
    """The columns of some measurements' summaries."""
    return tuple(f"{name}_{word}" for name in measurements for word in SUMMARY_COLUMNS)


ROLLUP_COLUMNS = {
    of: ("tier", "start", "series", "readings", *summary_columns(names)) for of, names in COLUMNS.items()
}

_NO_VALUES = (None, None, None, None, None)


def rollup_row(tier: Tier, rolled: Rolled) -> tuple[float | None, ...]:
    """A rollup in the order of ROLLUP_COLUMNS."""
    values = (value for summary in rolled.rollup for value in summary)
    return (tier, rolled.start, rolled.series, rolled.readings, *values)


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
_NO_INVERTER_ROW = (None,) * (1 + len(INVERTER.columns))


def port_latest_row(standing: PortStanding) -> Row:
    """Where a port stands in the order of PORT_LATEST_COLUMNS."""
    last, latest = standing.open, standing.latest
    return (
        last.series, last.state.seen_at, last.start, last.energy, last.readings,
        standing.today, standing.today_since, standing.lifetime, standing.lifetime_offset,
        *(_NO_PORT_ROW if latest is None else (latest[0], *latest[2:])),
    )  # fmt: skip


def inverter_latest_row(standing: InverterStanding) -> Row:
    """Where an inverter stands in the order of INVERTER_LATEST_COLUMNS."""
    latest = standing.latest
    values = _NO_INVERTER_ROW if latest is None else (latest[0], *latest[2:])
    return (standing.series, standing.seen_at, *values)
