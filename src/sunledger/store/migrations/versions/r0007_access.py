"""Users, sessions, tokens, keys, and the trail of who did what, which nothing changes or deletes."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    _people()
    _credentials()
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), primary_key=True),
        *_required(sa.Integer(), "at"),
        *_required(sa.Text(), "kind", "who", "address", "action", "object_kind", "object_id"),
        *_optional(sa.Text(), "before", "after"),
        *_required(sa.Text(), "outcome", "hash"),
    )
    op.create_index("audit_at", "audit", ["at"])
    op.create_index("audit_who", "audit", ["who", "seq"])
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit is never changed'); END"
        )


def _people() -> None:
    op.create_table(
        "access_user",
        sa.Column("key", sa.Text(), primary_key=True, nullable=False),
        *_required(sa.Text(), "name"),
        *_optional(sa.Text(), "role"),
        *_required(sa.Text(), "memberships", "password_hash"),
        *_required(sa.Boolean(), "disabled"),
        *_required(sa.Integer(), "generation", "created_at", "updated_at"),
    )
    op.create_table(
        "access_session",
        sa.Column("id", sa.Text(), primary_key=True, nullable=False),
        *_required(sa.Text(), "hash", "user_key"),
        *_required(sa.Integer(), "created_at", "seen_at"),
        *_required(sa.Text(), "agent", "address"),
        sa.UniqueConstraint("hash"),
    )
    op.create_index("access_session_user", "access_session", ["user_key"])


def _credentials() -> None:
    op.create_table(
        "access_token",
        sa.Column("id", sa.Text(), primary_key=True, nullable=False),
        *_required(sa.Text(), "hash", "name"),
        *_optional(sa.Text(), "owner", "role", "sites", "scopes", "device"),
        *_required(sa.Text(), "created_by"),
        *_required(sa.Integer(), "created_at"),
        *_optional(sa.Integer(), "expires_at", "last_used_at", "revoked_at"),
        sa.UniqueConstraint("hash"),
    )
    op.create_table(
        "access_key",
        sa.Column("kid", sa.Text(), primary_key=True, nullable=False),
        *_required(sa.Text(), "secret"),
        *_required(sa.Integer(), "created_at"),
    )
    op.create_table(
        "access_setup",
        sa.Column("hash", sa.Text(), primary_key=True, nullable=False),
        *_required(sa.Integer(), "expires_at"),
    )


def _required(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names]


def _optional(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=True) for name in names]
