"""Energy of the whole plant by the hour and the day, so that years of it are few rows."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and sum up what is there: a second for ten years of twenty ports."""
    for stretch, column in (("hour", "start"), ("day", "day")):
        op.create_table(
            f"plant_{stretch}",
            sa.Column(column, sa.Integer(), primary_key=True),
            sa.Column("energy", sa.Integer(), nullable=False),
        )
        op.execute(
            f"INSERT INTO plant_{stretch} ({column}, energy) "
            f"SELECT {column}, SUM(energy) FROM energy_{stretch} GROUP BY {column} ORDER BY {column}"
        )
