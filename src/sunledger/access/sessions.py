"""Browser sessions: a secret in a cookie, kept by its hash, that ends when it is old or has not been used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sunledger.access.audit import Actor, Event, shown
from sunledger.access.errors import Unknown
from sunledger.access.made_secrets import digest, identity, secret
from sunledger.access.principal import Kind
from sunledger.access.trail import Trail
from sunledger.access.users import User, key_of
from sunledger.sitetime import Clock, instant, milliseconds
from sunledger.store.statements import OtherRows, Statements, Step

_COLUMNS = "s.id, u.name, s.created_at, s.seen_at, s.agent, s.address"
_SELECT = f"SELECT {_COLUMNS} FROM access_session s JOIN access_user u ON u.key = s.user_key"  # noqa: S608
_BY_HASH = f"{_SELECT} WHERE s.hash = :hash"
_BY_ID = f"{_SELECT} WHERE s.id = :id"
_OF_USER = f"{_SELECT} WHERE s.user_key = :key ORDER BY s.created_at DESC, s.id LIMIT :limit"
_KEEP = (
    "INSERT INTO access_session (id, hash, user_key, created_at, seen_at, agent, address) "
    "VALUES (:id, :hash, :key, :now, :now, :agent, :address)"
)
_END = "DELETE FROM access_session WHERE id = :id"
_END_HASH = "DELETE FROM access_session WHERE hash = :hash"
_END_ALL = "DELETE FROM access_session WHERE user_key = :key AND id <> :keep"
_END_OLD = "DELETE FROM access_session WHERE created_at <= :oldest OR seen_at <= :idlest"
_SEEN = "UPDATE access_session SET seen_at = :at WHERE id = :id AND seen_at < :at"
MOST_OF_A_USER = 1000
"""Sessions that are listed."""


class Life(NamedTuple):
    """How long sessions last."""

    absolute: timedelta = timedelta(days=30)
    """Since the log-in."""
    idle: timedelta = timedelta(days=7)
    """Since the last request."""


LIFE = Life()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody's browser."""

    id: str
    user: str
    created_at: datetime
    seen_at: datetime
    """To the minute."""
    agent: str
    address: str
    """Both as they were at the log-in."""

    def ends_at(self, life: Life) -> datetime:
        """When it ends, unless it is used meanwhile."""
        return min(self.created_at + life.absolute, self.seen_at + life.idle)


class Begun(NamedTuple):
    """A new session."""

    cookie: str
    """The secret, shown to nobody but the browser."""
    session: Session


class Sessions:
    """Keeps browser sessions. All methods raise StoreError."""

    def __init__(self, statements: Statements, trail: Trail, clock: Clock, life: Life = LIFE) -> None:
        self._statements = statements
        self._trail = trail
        self._clock = clock
        self.life = life

    async def begin(self, user: User, *, agent: str, address: str, replacing: str | None = None) -> Begun:
        """Log a user in, with a new secret; the session of the browser's former cookie ends."""
        cookie, now = secret(), self._now()
        session = Session(
            id=identity(),
            user=user.name,
            created_at=now,
            seen_at=now,
            agent=shown(agent),
            address=shown(address),
        )
        known = {
            "id": session.id,
            "hash": digest(cookie),
            "key": user.key,
            "now": now,
            "agent": session.agent,
            "address": session.address,
        }
        former = [] if replacing is None else [Step(_END_HASH, {"hash": digest(replacing)})]
        event = Event(
            action="log_in",
            object_kind="user",
            object_id=user.name,
            after={"session": session.id, "agent": session.agent},
        )
        await self._trail.change([*former, Step(_KEEP, known)], Actor(Kind.USER, user.name, address), event)
        return Begun(cookie, session)

    async def found(self, cookie: str) -> Session | None:
        """The session of a cookie; None when there is none or it has ended."""
        rows = await self._statements.ask(_BY_HASH, {"hash": digest(cookie)})
        session = _session(rows[0]) if rows else None
        return None if session is None or session.ends_at(self.life) <= self._now() else session

    async def lasts(self, id_: str) -> bool:
        """Whether there is a session of that id that has not ended."""
        rows = await self._statements.ask(_BY_ID, {"id": id_})
        return bool(rows) and _session(rows[0]).ends_at(self.life) > self._now()

    async def of_user(self, name: str) -> Sequence[Session]:
        """A user's sessions, newest first."""
        rows = await self._statements.ask(_OF_USER, {"key": key_of(name), "limit": MOST_OF_A_USER})
        found = [_session(row) for row in rows]
        return [each for each in found if each.ends_at(self.life) > self._now()]

    async def end(self, name: str, id_: str, by: Actor) -> None:
        """End a user's session. Raises `Unknown`."""
        steps = [Step(f"{_END} AND user_key = :key", {"id": id_, "key": key_of(name)}, rows=1)]
        event = Event(action="log_out", object_kind="user", object_id=name, before={"session": id_})
        try:
            await self._trail.change(steps, by, event)
        except OtherRows:
            raise Unknown(f"{name:.64} has no session {id_:.64}; it may have ended") from None

    async def end_all(self, name: str, by: Actor, *, keep: str = "") -> None:
        """End all sessions of a user but one."""
        event = Event(action="log_out_everywhere", object_kind="user", object_id=name)
        await self._trail.change([Step(_END_ALL, {"key": key_of(name), "keep": keep})], by, event)

    async def seen(self, uses: Mapping[str, datetime]) -> None:
        """Note when sessions, by id, were used last, without waiting for the disk."""
        each = [{"id": id_, "at": at} for id_, at in uses.items()]
        await self._statements.change(_SEEN, each, synced=False)

    async def forget_ended(self) -> None:
        """Let go of sessions that have ended by themselves."""
        now = self._now()
        ended = {"oldest": now - self.life.absolute, "idlest": now - self.life.idle}
        await self._statements.change(_END_OLD, [ended], synced=False)

    def _now(self) -> datetime:
        return instant(milliseconds(self._clock.now()))


def _session(row: Sequence[Any]) -> Session:
    """A session from a row."""
    id_, user, created_at, seen_at, agent, address = row
    return Session(
        id=id_,
        user=user,
        created_at=instant(created_at),
        seen_at=instant(seen_at),
        agent=agent,
        address=address,
    )
