"""Rollups of every measurement, by quarter of an hour, hour and day."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

INVERTER = (
    "grid_voltage", "grid_frequency", "temperature",
    "operating_status", "alarm_code", "alarm_count", "link_status",
)  # fmt: skip
PORT = ("pv_voltage", "pv_current", "pv_power", "today_production", "total_production")
WORDS = ("known", "total", "lowest", "highest", "last")


def upgrade() -> None:
    """Create the tables; the store fills them when it opens."""
    for name, measurements in (("inverter_rollup", INVERTER), ("port_rollup", PORT)):
        summaries = [f"{measurement}_{word}" for measurement in measurements for word in WORDS]
        op.create_table(
            name,
            *(sa.Column(column, INT, nullable=False) for column in ("tier", "start", "series", "readings")),
            *(sa.Column(column, INT, nullable=True) for column in summaries),
            sa.PrimaryKeyConstraint("tier", "start", "series"),
            sqlite_with_rowid=False,
        )
