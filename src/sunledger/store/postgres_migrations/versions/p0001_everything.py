"""Readings in months, rollups, judgements, the latest of each series, records."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
INT = sa.Integer()
LONG = sa.BigInteger()

INVERTER = (
    "grid_voltage", "grid_frequency", "temperature",
    "operating_status", "alarm_code", "alarm_count", "link_status",
)  # fmt: skip
PORT = ("pv_voltage", "pv_current", "pv_power", "today_production", "total_production")
READINGS = (("inverter", INVERTER), ("port", PORT))
WIDE = {"pv_current", "total_production"}
STATE = (
    "accepted_at", "accepted_total", "accepted_today", "candidate_at", "candidate_total", "candidate_today",
    "last_voltage", "last_current", "last_power", "last_today", "last_total",
)  # fmt: skip
SUMMARY = ("known", "total", "lowest", "highest", "last")
NAME = sa.Text(collation="C")
"""What is ordered by, and pages with: alike on every server."""
OFTEN_CHANGED = {"fillfactor": 50}


def upgrade() -> None:
    """Create everything."""
    _names()
    _readings()
    _energy()
    _rollups()
    _judgements()
    _records()


def _required(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names]


def _optional(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=True) for name in names]


def _values(columns: tuple[str, ...]) -> list[sa.Column[Any]]:
    """What is measured: as wide as the devices' registers need."""
    return [column for name in columns for column in _optional(LONG if name in WIDE else INT, name)]


def _create(name: str, *columns: sa.Column[Any], key: tuple[str, ...], **options: Any) -> None:
    """A table of ours: the site leads its key."""
    op.create_table(
        name,
        sa.Column("site", INT, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("site", *key),
        **options,
        schema="sunledger",
    )


def _names() -> None:
    _create(
        "inverter",
        *_required(NAME, "serial_number"),
        *_required(sa.Text(), "dtu_name", "inverter_type"),
        *_required(TIME, "first_seen", "last_seen"),
        sa.Column("metadata", JSONB(), nullable=False, server_default="{}"),
        key=("serial_number",),
    )
    _create(
        "series",
        *_required(INT, "id"),
        *_required(NAME, "serial_number"),
        *_required(INT, "port_number"),
        key=("id",),
    )
    op.create_unique_constraint(
        "series_name", "series", ["site", "serial_number", "port_number"], schema="sunledger"
    )
    _create(
        "setting",
        *_required(sa.Text(), "key", "value"),
        *_required(TIME, "last_updated"),
        key=("key",),
    )
    _create("tally", *_required(sa.Text(), "name"), *_required(LONG, "entries"), key=("name",))


def _readings() -> None:
    for name, columns in READINGS:
        _create(
            f"{name}_reading",
            *_required(INT, "series"),
            *_required(TIME, "at"),
            *_values(columns),
            key=("series", "at"),
            postgresql_partition_by="RANGE (at)",
        )
    _create(
        "inverter_latest",
        *_required(INT, "series"),
        *_required(TIME, "seen_at"),
        *_optional(TIME, "at"),
        *_values(INVERTER),
        key=("series",),
        postgresql_with=OFTEN_CHANGED,
    )
    _create(
        "port_latest",
        *_required(INT, "series"),
        *_required(TIME, "seen_at", "open_start"),
        *_required(LONG, "open_energy"),
        *_required(INT, "open_readings"),
        *_required(LONG, "today"),
        *_required(TIME, "today_since"),
        *_optional(LONG, "lifetime"),
        *_required(LONG, "lifetime_offset"),
        *_optional(TIME, "at"),
        *_values(PORT),
        key=("series",),
        postgresql_with=OFTEN_CHANGED,
    )


def _energy() -> None:
    _create(
        "energy_quarter",
        *_required(TIME, "start"),
        *_required(INT, "series"),
        *_required(LONG, "energy", "counter_offset"),
        *_required(INT, "readings"),
        *_required(LONG, "power_sum"),
        *_required(INT, "power_count"),
        *_required(LONG, "seen_at", "changed_at", "same_since"),
        *_optional(LONG, *STATE),
        key=("series", "start"),
    )
    _create(
        "energy_day",
        *_required(sa.Date(), "day"),
        *_required(INT, "series"),
        *_required(LONG, "energy"),
        key=("series", "day"),
    )


def _rollups() -> None:
    for name, measurements in READINGS:
        _create(
            f"{name}_rollup",
            *_required(sa.SmallInteger(), "tier"),
            *_required(TIME, "start"),
            *_required(INT, "series", "readings"),
            *_optional(LONG, *(f"{each}_{word}" for each in measurements for word in SUMMARY)),
            key=("tier", "series", "start"),
        )


def _judgements() -> None:
    _create(
        "judgement",
        sa.Column("number", LONG, sa.Identity(always=True), nullable=False),
        *_required(INT, "series"),
        *_required(TIME, "at", "until"),
        *_required(sa.Text(), "field", "reason"),
        *_optional(LONG, "raw", "repaired"),
        *_required(TIME, "decided_at"),
        *_required(sa.Boolean(), "folded"),
        key=("number",),
    )
    op.create_index("judgement_at", "judgement", ["site", "at", "number"], schema="sunledger")
    op.create_index("judgement_decided", "judgement", ["site", "series", "decided_at"], schema="sunledger")


def _records() -> None:
    op.create_table(
        "record",
        *_required(NAME, "kind", "id"),
        *_required(LONG, "version"),
        *_required(sa.Boolean(), "active"),
        *_optional(TIME, "at"),
        *_required(sa.JSON(), "document"),  # as it was written: versions are only ever added
        *_required(TIME, "created_at", "updated_at"),
        sa.PrimaryKeyConstraint("kind", "id", "version"),
        schema="sunledger",
    )
    op.create_index("record_at", "record", ["kind", "at", "id"], schema="sunledger")
