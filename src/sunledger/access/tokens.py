"""API tokens: what programs and devices show instead of a password. Shown once, kept by their hash."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from sunledger.access.audit import Actor, Event
from sunledger.access.errors import Invalid, Unknown
from sunledger.access.grants import require_identifier
from sunledger.access.made_secrets import TOKEN_PREFIX, digest, identity, secret
from sunledger.access.principal import Action, Kind, Role
from sunledger.access.trail import Trail
from sunledger.access.users import Users, key_of
from sunledger.sitetime import Clock, instant, milliseconds
from sunledger.store.statements import OtherRows, Statements, Step

LONGEST_NAME = 200
_COLUMNS = (
    "id, name, owner, role, sites, scopes, device, created_by, "
    "created_at, expires_at, last_used_at, revoked_at"
)
_SELECT = f"SELECT {_COLUMNS} FROM access_token"  # noqa: S608 (constants)
_BY_ID = f"{_SELECT} WHERE id = :id"
_BY_HASH = f"{_SELECT} WHERE hash = :hash"
_LISTED = f"{_SELECT} WHERE id > :after ORDER BY id LIMIT :limit"
_OF_OWNER = f"{_SELECT} WHERE owner = :owner AND id > :after ORDER BY id LIMIT :limit"
_KEEP = (
    "INSERT INTO access_token (id, hash, name, owner, role, sites, scopes, device, created_by, created_at, "
    "expires_at) VALUES (:id, :hash, :name, :owner, :role, :sites, :scopes, :device, :created_by, "
    ":created_at, :expires_at)"
)
_REVOKE = "UPDATE access_token SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL"
_USED = "UPDATE access_token SET last_used_at = :at WHERE id = :id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What is known of a token besides its secret."""

    id: str
    name: str
    owner: str | None
    """The key of the user whose rights bound it; None for one that belongs to the installation."""
    role: Role | None
    """None for the token of a device."""
    sites: frozenset[str] | None
    """None: all of the owner's."""
    scopes: frozenset[Action] | None
    """None: all of the role."""
    device: str | None
    """The one device that it pushes for."""
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = None
    """To the minute."""
    revoked_at: datetime | None = None

    @property
    def kind(self) -> Kind:
        """Whether it is for a program or for a device."""
        return Kind.TOKEN if self.device is None else Kind.DEVICE

    def counts(self, now: datetime) -> bool:
        """Whether it has neither expired nor been revoked."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def content(self) -> dict[str, object]:
        """What the audit tells of it."""
        return {
            "name": self.name,
            "owner": self.owner,
            "role": self.role,
            "sites": _sorted(self.sites),
            "scopes": _sorted(self.scopes),
            "device": self.device,
            "expires_at": None if self.expires_at is None else self.expires_at.isoformat(),
        }


class Made(NamedTuple):
    """A new token."""

    secret: str
    """What is shown once and then never again."""
    token: Token


class Tokens:
    """Keeps API tokens. All methods raise StoreError."""

    def __init__(self, statements: Statements, trail: Trail, users: Users, clock: Clock) -> None:
        self._statements = statements
        self._trail = trail
        self._users = users
        self._clock = clock

    async def create(
        self,
        name: str,
        role: Role,
        by: Actor,
        *,
        owner: str | None = None,
        sites: Iterable[str] | None = None,
        scopes: Iterable[Action] | None = None,
        expires_at: datetime | None = None,
    ) -> Made:
        """Make a token for a program.

        It may never do more than its owner may at that time, and ends with its owner; without one it has the
        role by itself, which only administrators should give. Raises `Invalid`, `Unknown`.
        """
        key = None if owner is None else await self._owner(owner, role)
        token = Token(
            id=identity(),
            name=_name(name),
            owner=key,
            role=role,
            sites=None if sites is None else frozenset(require_identifier(each, "sites") for each in sites),
            scopes=None if scopes is None else frozenset(scopes),
            device=None,
            created_by=by.id,
            created_at=self._now(),
            expires_at=self._expiry(expires_at),
        )
        return await self._keep(token, by)

    async def create_for_device(
        self, device: str, by: Actor, *, name: str | None = None, expires_at: datetime | None = None
    ) -> Made:
        """Make a token with which a device may push its own telemetry and nothing else. Raises `Invalid`."""
        token = Token(
            id=identity(),
            name=_name(device if name is None else name),
            owner=None,
            role=None,
            sites=None,
            scopes=None,
            device=require_identifier(device, "device"),
            created_by=by.id,
            created_at=self._now(),
            expires_at=self._expiry(expires_at),
        )
        return await self._keep(token, by)

    async def get(self, id_: str) -> Token:
        """A token. Raises `Unknown`."""
        rows = await self._statements.ask(_BY_ID, {"id": id_})
        if not rows:
            raise Unknown(f"there is no token {id_:.64}")
        return _token(rows[0])

    async def listed(self, *, limit: int, after: str = "", owner: str | None = None) -> Sequence[Token]:
        """Tokens by id, of one owner or of all, from the one after `after` on; also those that ended."""
        known = {"after": after, "limit": limit}
        if owner is None:
            return [_token(row) for row in await self._statements.ask(_LISTED, known)]
        rows = await self._statements.ask(_OF_OWNER, known | {"owner": key_of(owner)})
        return [_token(row) for row in rows]

    async def revoke(self, id_: str, by: Actor) -> None:
        """End a token; one that has ended stays so. Raises `Unknown`."""
        token = await self.get(id_)
        if token.revoked_at is not None:
            return
        event = Event(action="revoke", object_kind="token", object_id=id_, before=token.content())
        try:
            await self._trail.change([Step(_REVOKE, {"id": id_, "now": self._now()}, rows=1)], by, event)
        except OtherRows:
            return  # somebody else has just done it

    async def found(self, text: str) -> Token | None:
        """The token of a secret; None when it is unknown or has ended."""
        if not text.startswith(TOKEN_PREFIX):
            return None
        rows = await self._statements.ask(_BY_HASH, {"hash": digest(text)})
        token = _token(rows[0]) if rows else None
        return token if token is not None and token.counts(self._now()) else None

    async def used(self, uses: Mapping[str, datetime]) -> None:
        """Note when tokens, by id, were used last, without waiting for the disk."""
        each = [{"id": id_, "at": at} for id_, at in uses.items()]
        await self._statements.change(_USED, each, synced=False)

    async def _owner(self, name: str, role: Role) -> str:
        """The key of an owner who may give a role."""
        user = await self._users.get(name)
        greatest = user.grant.greatest
        if greatest is None or not greatest.includes(role):
            held = "no role" if greatest is None else f"the role {greatest}"
            raise Invalid(f"{role} is more than its owner {user.name} has: {held}", "role")
        return user.key

    async def _keep(self, token: Token, by: Actor) -> Made:
        text = TOKEN_PREFIX + secret()
        event = Event(action="create", object_kind="token", object_id=token.id, after=token.content())
        await self._trail.change([Step(_KEEP, _row(token, digest(text)))], by, event)
        return Made(text, token)

    def _expiry(self, at: datetime | None) -> datetime | None:
        if at is not None and at <= self._now():
            raise Invalid("is over already; give a time to come", "expires_at")
        return None if at is None else instant(milliseconds(at))

    def _now(self) -> datetime:
        return instant(milliseconds(self._clock.now()))


def _name(given: str) -> str:
    if not given.strip() or len(given) > LONGEST_NAME or not given.isprintable():
        raise Invalid(f"must be a text of 1 to {LONGEST_NAME} characters that says what it is for", "name")
    return given.strip()


def _sorted(words: frozenset[str] | None) -> list[str] | None:
    return None if words is None else sorted(words)


def _json(words: frozenset[str] | None) -> str | None:
    return None if words is None else orjson.dumps(_sorted(words)).decode()


def _row(token: Token, hashed: str) -> dict[str, object]:
    """A token by the names of the columns."""
    return {
        "id": token.id,
        "hash": hashed,
        "name": token.name,
        "owner": token.owner,
        "role": None if token.role is None else token.role.value,
        "sites": _json(token.sites),
        "scopes": _json(token.scopes),
        "device": token.device,
        "created_by": token.created_by,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
    }


def _token(row: Sequence[Any]) -> Token:
    """A token from a row."""
    id_, name, owner, role, sites, scopes, device, created_by, created_at, *ends = row
    expires_at, last_used_at, revoked_at = (None if at is None else instant(at) for at in ends)
    return Token(
        id=id_,
        name=name,
        owner=owner,
        role=None if role is None else Role(role),
        sites=None if sites is None else frozenset(orjson.loads(sites)),
        scopes=None if scopes is None else frozenset(map(Action, orjson.loads(scopes))),
        device=device,
        created_by=created_by,
        created_at=instant(created_at),
        expires_at=expires_at,
        last_used_at=last_used_at,
        revoked_at=revoked_at,
    )
