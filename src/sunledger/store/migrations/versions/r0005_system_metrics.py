"""System metrics: numbers of our own health, a few a minute."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; time leads the key, for what is written and deleted lies together."""
    op.create_table(
        "system_metric",
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("value", sa.REAL(), nullable=False),
        sa.PrimaryKeyConstraint("at", "name", "tags"),
        sqlite_with_rowid=False,
    )
