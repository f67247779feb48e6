"""Records: documents of every kind that is not a reading, in versions that are only ever added."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "record",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", INT, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("at", INT, nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_at", INT, nullable=False),
        sa.Column("updated_at", INT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", "version"),
        sqlite_with_rowid=False,
    )
    op.create_index("record_at", "record", ["kind", "at", "id"])
