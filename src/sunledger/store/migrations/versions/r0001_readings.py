"""Readings, their quarters and days, judgements, the latest of each series."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

INVERTER = (
    "grid_voltage", "grid_frequency", "temperature",
    "operating_status", "alarm_code", "alarm_count", "link_status",
)  # fmt: skip
PORT = ("pv_voltage", "pv_current", "pv_power", "today_production", "total_production")
STATE = (
    "accepted_at", "accepted_total", "accepted_today", "candidate_at", "candidate_total", "candidate_today",
    "last_voltage", "last_current", "last_power", "last_today", "last_total",
)  # fmt: skip


def upgrade() -> None:
    """Create everything."""
    _names()
    _readings()
    _rollups()
    _judgements()


def _required(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, INT, nullable=False) for name in names]


def _optional(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, INT, nullable=True) for name in names]


def _names() -> None:
    op.create_table(
        "inverter",
        sa.Column("serial_number", sa.Text(), primary_key=True),
        sa.Column("dtu_name", sa.Text(), nullable=False),
        sa.Column("inverter_type", sa.Text(), nullable=False),
        *_required("first_seen", "last_seen"),
        sa.Column("metadata", sa.Text(), nullable=False, server_default="{}"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "series",
        sa.Column("id", INT, primary_key=True),
        sa.Column("serial_number", sa.Text(), nullable=False),
        sa.Column("port_number", INT, nullable=False),
        sa.UniqueConstraint("serial_number", "port_number"),
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
        *_required("last_updated"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tally",
        sa.Column("name", sa.Text(), primary_key=True),
        *_required("entries"),
        sqlite_with_rowid=False,
    )


def _readings() -> None:
    for name, columns in (("inverter_reading", INVERTER), ("port_reading", PORT)):
        op.create_table(
            name,
            *_required("at", "series"),
            *_optional(*columns),
            sa.PrimaryKeyConstraint("at", "series"),
            sqlite_with_rowid=False,
        )
    op.create_table(
        "inverter_latest",
        sa.Column("series", INT, primary_key=True),
        *_required("seen_at"),
        *_optional("at", *INVERTER),
    )
    op.create_table(
        "port_latest",
        sa.Column("series", INT, primary_key=True),
        *_required("seen_at", "open_start", "open_energy", "open_readings", "today", "today_since"),
        *_optional("lifetime"),
        *_required("lifetime_offset"),
        *_optional("at", *PORT),
    )


def _rollups() -> None:
    op.create_table(
        "energy_quarter",
        *_required("start", "series", "energy", "counter_offset", "readings", "power_sum", "power_count"),
        *_required("seen_at"),
        *_optional(*STATE[:3]),
        *_required("changed_at"),
        *_optional(*STATE[3:]),
        *_required("same_since"),
        sa.PrimaryKeyConstraint("start", "series"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "energy_day",
        *_required("day", "series", "energy"),
        sa.PrimaryKeyConstraint("day", "series"),
        sqlite_with_rowid=False,
    )


def _judgements() -> None:
    op.create_table(
        "judgement",
        sa.Column("number", INT, primary_key=True),
        *_required("series", "at", "until"),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        *_optional("raw", "repaired"),
        *_required("decided_at", "folded"),
    )
    op.create_index("judgement_at", "judgement", ["at", "number"])
    op.create_index("judgement_decided", "judgement", ["series", "decided_at"])
