"""Users: people with a name, a password and a role, everywhere or on some sites."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from sunledger.access.audit import Actor, Event
from sunledger.access.errors import Invalid, Needed, Taken, Unknown
from sunledger.access.grants import Grant, grant_of
from sunledger.access.hashing import Hashing
from sunledger.access.password_policy import chosen
from sunledger.access.principal import Role
from sunledger.access.trail import Trail
from sunledger.sitetime import Clock, instant, milliseconds
from sunledger.store.statements import KeyTaken, OtherRows, Statements, Step

_GENERATION = 48
"""Bits of a user's first generation."""
_NAME = re.compile(r"[A-Za-z0-9_.@-]{1,64}")
_COLUMNS = "key, name, role, memberships, password_hash, disabled, generation, created_at, updated_at"
_SELECT = f"SELECT {_COLUMNS} FROM access_user"  # noqa: S608 (constants)
_ONE = f"{_SELECT} WHERE key = :key"
_LISTED = f"{_SELECT} WHERE key > :after ORDER BY key LIMIT :limit"
ADMINISTRATOR = "SELECT 1 FROM access_user WHERE role = 'administrator' AND NOT disabled"
_ANOTHER = f"EXISTS ({ADMINISTRATOR} AND key <> :key)"
_KEEP = (
    "INSERT INTO access_user "
    "(key, name, role, memberships, password_hash, disabled, generation, created_at, updated_at) VALUES "
    "(:key, :name, :role, :memberships, :password_hash, :disabled, :generation, :created_at, :updated_at)"
)
_REPLACE = (
    "UPDATE access_user SET role = :role, memberships = :memberships, password_hash = :password_hash, "
    "disabled = :disabled, generation = :generation, updated_at = :updated_at "
    "WHERE key = :key AND generation = :before"
)
_REMOVE = "DELETE FROM access_user WHERE key = :key AND generation = :before"
_REHASH = "UPDATE access_user SET password_hash = :new WHERE key = :key AND password_hash = :old"
_LOG_OUT = "DELETE FROM access_session WHERE user_key = :key AND id <> :keep"
_REVOKE = "UPDATE access_token SET revoked_at = :now WHERE owner = :key AND revoked_at IS NULL"
_NO_SETUP = "DELETE FROM access_setup"
NO_ADMINISTRATOR = f"NOT EXISTS ({ADMINISTRATOR})"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who can log in."""

    name: str
    grant: Grant
    disabled: bool
    generation: int
    """Changes with everything else: what was signed for an older one counts no longer."""
    created_at: datetime
    updated_at: datetime

    @property
    def key(self) -> str:
        """The name without regard to case."""
        return key_of(self.name)

    @property
    def administers(self) -> bool:
        """Whether it is an administrator who can log in."""
        return self.grant.role is Role.ADMINISTRATOR and not self.disabled

    def content(self) -> dict[str, object]:
        """What the audit tells of it."""
        return {**self.grant.content(), "disabled": self.disabled}


class Kept(NamedTuple):
    """A user with what only verifying a password needs."""

    user: User
    password_hash: str


def key_of(name: str) -> str:
    """What a name is found by."""
    return name.lower()


def require_name(given: str) -> str:
    """A name. Raises `Invalid`."""
    if not _NAME.fullmatch(given):
        raise Invalid("must be 1 to 64 letters, digits and _ . @ -", "name")
    return given


class Users:
    """Keeps users. All methods raise StoreError."""

    def __init__(self, statements: Statements, trail: Trail, hashing: Hashing, clock: Clock) -> None:
        self._statements = statements
        self._trail = trail
        self._hashing = hashing
        self._clock = clock

    async def get(self, name: str) -> User:
        """A user. Raises `Unknown`."""
        return (await self._kept(name)).user

    async def kept(self, name: str) -> Kept | None:
        """A user with the hash of the password; None where there is none."""
        rows = await self._statements.ask(_ONE, {"key": key_of(name)}) if _NAME.fullmatch(name) else ()
        return _kept(rows[0]) if rows else None

    async def listed(self, *, limit: int, after: str = "") -> Sequence[User]:
        """Users by name, from the one after `after` on."""
        rows = await self._statements.ask(_LISTED, {"after": key_of(after), "limit": limit})
        return [_kept(row).user for row in rows]

    async def has_administrator(self) -> bool:
        """Whether anybody can administer."""
        return bool(await self._statements.ask(f"{ADMINISTRATOR} LIMIT 1", {}))

    async def create(self, name: str, password: str, grant: Grant, by: Actor, *first: Step) -> User:
        """Make a user, after some other steps. Raises `Invalid`, `Taken`, `Busy`."""
        hashed = await self._hashing.hash(chosen(password, require_name(name)))
        now = self._now()
        user = User(
            name=name,
            grant=grant,
            disabled=False,
            generation=secrets.randbits(_GENERATION),  # of no former user of that name
            created_at=now,
            updated_at=now,
        )
        ends_setup = [Step(_NO_SETUP, {})] if user.administers else []
        event = Event(action="create", object_kind="user", object_id=name, after=user.content())
        try:
            await self._trail.change([*first, Step(_KEEP, _row(user, hashed)), *ends_setup], by, event)
        except KeyTaken:
            raise Taken(f"there is a user {name} already; choose another name", "name") from None
        return user

    async def change(
        self, name: str, by: Actor, *, grant: Grant | None = None, disabled: bool | None = None
    ) -> User:
        """Give a user another grant, or lock it out or in. Raises `Unknown`, `Needed`, `Taken`."""
        kept = await self._kept(name)
        after = replace(
            kept.user,
            grant=kept.user.grant if grant is None else grant,
            disabled=kept.user.disabled if disabled is None else disabled,
        )
        if after == kept.user:
            return after
        event = Event(
            action="change",
            object_kind="user",
            object_id=after.name,
            before=kept.user.content(),
            after=after.content(),
        )
        ended = [Step(_LOG_OUT, {"key": after.key, "keep": ""})] if after.disabled else []
        return await self._replace(kept, after, kept.password_hash, ended, by, event)

    async def set_password(self, name: str, password: str, by: Actor, *, keep_session: str = "") -> User:
        """Give a user another password and end all sessions but one.

        Raises `Unknown`, `Invalid`, `Taken`, `Busy`.
        """
        kept = await self._kept(name)
        hashed = await self._hashing.hash(chosen(password, kept.user.name))
        event = Event(action="change_password", object_kind="user", object_id=kept.user.name)
        ended = [Step(_LOG_OUT, {"key": kept.user.key, "keep": keep_session})]
        return await self._replace(kept, kept.user, hashed, ended, by, event)

    async def remove(self, name: str, by: Actor) -> None:
        """Remove a user, with its sessions and tokens. Raises `Unknown`, `Needed`, `Taken`."""
        user = (await self._kept(name)).user
        known = {"key": user.key, "before": user.generation}
        steps = [
            Step(_guarded(_REMOVE, user, None), known, rows=1),
            Step(_LOG_OUT, {"key": user.key, "keep": ""}),
            Step(_REVOKE, {"key": user.key, "now": self._now()}),
        ]
        event = Event(action="remove", object_kind="user", object_id=user.name, before=user.content())
        await self._do(steps, user, by, event)

    async def rehash(self, kept: Kept, hashed: str) -> None:
        """Replace the hash of the same password by one of today's strength."""
        known = {"key": kept.user.key, "old": kept.password_hash, "new": hashed}
        await self._statements.change(_REHASH, [known])

    async def _replace(
        self, kept: Kept, after: User, hashed: str, ended: Sequence[Step], by: Actor, event: Event
    ) -> User:
        before = kept.user
        after = replace(after, generation=before.generation + 1, updated_at=self._now())
        known = _row(after, hashed) | {"before": before.generation}
        ends_setup = [Step(_NO_SETUP, {})] if after.administers else []
        steps = [Step(_guarded(_REPLACE, before, after), known, rows=1), *ended, *ends_setup]
        await self._do(steps, before, by, event)
        return after

    async def _do(self, steps: Sequence[Step], before: User, by: Actor, event: Event) -> None:
        try:
            await self._trail.change(steps, by, event)
        except OtherRows:
            now = await self.kept(before.name)
            if now is None or now.user.generation != before.generation:
                raise Taken(f"somebody else has changed {before.name}; read it and try again") from None
            raise Needed(
                f"{before.name} is the last administrator; make another one first (sunledger admin create)"
            ) from None

    async def _kept(self, name: str) -> Kept:
        kept = await self.kept(name)
        if kept is None:
            raise Unknown(f"there is no user {name:.64}")
        return kept

    def _now(self) -> datetime:
        return instant(milliseconds(self._clock.now()))


def _guarded(statement: str, before: User, after: User | None) -> str:
    """The statement, which does nothing where it would take the last administrator away."""
    loses = before.administers and (after is None or not after.administers)
    return f"{statement} AND {_ANOTHER}" if loses else statement


def _row(user: User, hashed: str) -> dict[str, object]:
    """A user by the names of the columns."""
    grant = user.grant
    memberships = orjson.dumps({"sites": dict(grant.sites), "customers": dict(grant.customers)}).decode()
    return {
        "key": user.key,
        "name": user.name,
        "role": None if grant.role is None else grant.role.value,
        "memberships": memberships,
        "password_hash": hashed,
        "disabled": user.disabled,
        "generation": user.generation,
        "created_at": user.created_at,
        "updated_at": user.updated_at,
    }


def _kept(row: Sequence[Any]) -> Kept:
    """A user from a row."""
    _, name, role, memberships, hashed, disabled, generation, created_at, updated_at = row
    user = User(
        name=name,
        grant=grant_of(role, **orjson.loads(memberships)),
        disabled=bool(disabled),
        generation=generation,
        created_at=instant(created_at),
        updated_at=instant(updated_at),
    )
    return Kept(user, hashed)
