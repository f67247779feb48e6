"""Keys that tokens are signed with: made and kept in the database, or the one that the configuration pins.

A new key is made every 30 days. The one before it counts until the last token that it signed is over.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sunledger.access.errors import Invalid
from sunledger.access.made_secrets import digest, identity, secret
from sunledger.sitetime import Clock, instant
from sunledger.store.statements import KeyTaken, Statements

LASTS = timedelta(days=30)
FEWEST_BYTES = 32
"""Of a pinned secret: as many as the hash has, as RFC 7518 section 3.2 asks for."""
_MARGIN = timedelta(minutes=1)
"""Another process may just have chosen the former key when a new one came."""
_CSRF = "csrf"
"""Not a signing key: what binds a page to its session."""
_ALL = "SELECT kid, secret, created_at FROM access_key WHERE kid <> :csrf ORDER BY created_at DESC, kid DESC"
_ONE = "SELECT secret FROM access_key WHERE kid = :kid"
_KEEP = "INSERT INTO access_key (kid, secret, created_at) VALUES (:kid, :secret, :at)"
_FORGET = "DELETE FROM access_key WHERE kid = :kid"


class Key(NamedTuple):
    """A secret that signs."""

    kid: str
    """What a token calls it."""
    secret: str
    created_at: datetime


class Keys:
    """Keeps keys. All methods raise StoreError."""

    def __init__(
        self, statements: Statements, clock: Clock, token_life: timedelta, pinned: str | None = None
    ) -> None:
        """Raise `Invalid` for a pinned secret that is too short."""
        self._statements = statements
        self._clock = clock
        self._token_life = token_life
        self._pinned = None if pinned is None else _pinned(pinned, clock)
        self._known: Sequence[Key] = ()
        self._csrf: str | None = None

    async def signing(self) -> Key:
        """The key to sign with: not older than 30 days."""
        if self._pinned is not None:
            return self._pinned
        keys = await self._learn()
        if keys and self._clock.now() < keys[0].created_at + LASTS:
            return keys[0]
        key = Key(identity(), secret(), self._clock.now())
        await self._statements.change(_KEEP, [{"kid": key.kid, "secret": key.secret, "at": key.created_at}])
        over = [{"kid": each.kid} for each in keys[1:]]  # their last token ended a month ago
        if over:
            await self._statements.change(_FORGET, over)
        return key

    async def verifying(self, kid: str) -> Key | None:
        """The key of that name, if what it signed may still count."""
        if self._pinned is not None:
            return self._pinned if kid == self._pinned.kid else None
        if all(key.kid != kid for key in self._known):
            await self._learn()
        for key, successor in zip(self._known, (None, *self._known), strict=False):
            if key.kid == kid:
                return key if successor is None or self._clock.now() < self._end(successor) else None
        return None

    async def csrf(self) -> str:
        """The secret that binds pages to sessions; the same for all processes."""
        if self._csrf is None:
            made = {"kid": _CSRF, "secret": secret(), "at": self._clock.now()}
            while not (rows := await self._statements.ask(_ONE, {"kid": _CSRF})):
                try:
                    await self._statements.change(_KEEP, [made])
                except KeyTaken:
                    continue  # another process was quicker
            self._csrf = str(rows[0][0])
        return self._csrf

    async def _learn(self) -> Sequence[Key]:
        rows = await self._statements.ask(_ALL, {"csrf": _CSRF})
        self._known = [Key(kid, kept, instant(at)) for kid, kept, at in rows]
        return self._known

    def _end(self, successor: Key) -> datetime:
        return successor.created_at + self._token_life + _MARGIN


def _pinned(given: str, clock: Clock) -> Key:
    if len(given.encode()) < FEWEST_BYTES:
        raise Invalid(
            f"must have at least {FEWEST_BYTES} bytes; make one with `openssl rand -hex 32`, or leave it "
            "out: then keys are made and kept in the database",
            "JWT_SECRET_KEY",
        )
    return Key(f"pinned-{digest(given)[:12]}", given, clock.now())
