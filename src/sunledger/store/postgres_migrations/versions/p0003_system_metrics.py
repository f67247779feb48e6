"""System metrics: numbers of our own health, a few a minute."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAME = sa.Text(collation="C")
"""What is ordered by, and pages with: alike on every server."""


def upgrade() -> None:
    """Create the table; it is of the whole process, not of a site."""
    op.create_table(
        "system_metric",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("tags", NAME, nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("at", "name", "tags"),
        schema="sunledger",
    )
