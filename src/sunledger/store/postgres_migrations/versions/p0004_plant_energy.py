"""Energy of the whole plant by the hour and the day, so that years of it are few rows."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and sum up what is there: seconds for ten years of twenty ports."""
    for stretch, column, kind in (("hour", "start", sa.DateTime(timezone=True)), ("day", "day", sa.Date())):
        op.create_table(
            f"plant_{stretch}",
            sa.Column("site", sa.Integer(), nullable=False),
            sa.Column(column, kind, nullable=False),
            sa.Column("energy", sa.BigInteger(), nullable=False),
            sa.PrimaryKeyConstraint("site", column),
            schema="sunledger",
        )
        op.execute(
            f"INSERT INTO sunledger.plant_{stretch} (site, {column}, energy) "
            f"SELECT site, {column}, SUM(energy) FROM sunledger.energy_{stretch} GROUP BY site, {column}"
        )
