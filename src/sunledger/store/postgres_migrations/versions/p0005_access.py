"""Users, sessions, tokens, keys, and the trail of who did what, which nothing changes or deletes."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
LONG = sa.BigInteger()
NAME = sa.Text(collation="C")
"""What is compared and ordered by: alike on every server."""


def upgrade() -> None:
    """Create the tables; they are of the whole process, not of a site."""
    _people()
    _credentials()
    _create(
        "audit",
        *_required(LONG, "seq"),
        *_required(TIME, "at"),
        *_required(NAME, "kind", "who", "address", "action", "object_kind", "object_id"),
        *_optional(NAME, "before", "after"),
        *_required(NAME, "outcome", "hash"),
    )
    op.create_index("audit_at", "audit", ["at"], schema="sunledger")
    op.create_index("audit_who", "audit", ["who", "seq"], schema="sunledger")
    op.execute(
        "CREATE FUNCTION sunledger.audit_stays() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit is never changed'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON sunledger.audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION sunledger.audit_stays()"
    )


def _people() -> None:
    _create(
        "access_user",
        *_required(NAME, "key", "name"),
        *_optional(NAME, "role"),
        *_required(NAME, "memberships", "password_hash"),
        *_required(sa.Boolean(), "disabled"),
        *_required(LONG, "generation"),
        *_required(TIME, "created_at", "updated_at"),
    )
    _create(
        "access_session",
        *_required(NAME, "id", "hash", "user_key"),
        *_required(TIME, "created_at", "seen_at"),
        *_required(NAME, "agent", "address"),
        sa.UniqueConstraint("hash"),
    )
    op.create_index("access_session_user", "access_session", ["user_key"], schema="sunledger")


def _credentials() -> None:
    _create(
        "access_token",
        *_required(NAME, "id", "hash", "name"),
        *_optional(NAME, "owner", "role", "sites", "scopes", "device"),
        *_required(NAME, "created_by"),
        *_required(TIME, "created_at"),
        *_optional(TIME, "expires_at", "last_used_at", "revoked_at"),
        sa.UniqueConstraint("hash"),
    )
    _create("access_key", *_required(NAME, "kid", "secret"), *_required(TIME, "created_at"))
    _create("access_setup", *_required(NAME, "hash"), *_required(TIME, "expires_at"))


def _create(name: str, key: sa.Column[Any], *rest: Any) -> None:
    """A table of ours, whose first column is its key."""
    op.create_table(name, key, *rest, sa.PrimaryKeyConstraint(key.name), schema="sunledger")


def _required(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names]


def _optional(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=True) for name in names]
