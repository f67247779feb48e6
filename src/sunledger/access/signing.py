"""Signed tokens (JWT, RFC 7519) for programs that log in by password: they last a quarter of an hour.

A token carries its user's generation and, where it was made within a browser session, that session's id: once
the user is changed, or the session ended, it counts no longer.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sunledger.access.keys import Keys
from sunledger.access.made_secrets import identity
from sunledger.access.users import User
from sunledger.sitetime import Clock

if TYPE_CHECKING:
    from jwt.types import Options

LASTS = timedelta(minutes=15)
ISSUER = "sunledger"
AUDIENCE = "sunledger-api"
ALGORITHM = "HS256"
_LONGEST = 4096
_OURS: "Options" = {
    "require": ["iss", "aud", "sub", "iat", "exp", "gen"],
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}
"""The library would ask the machine for the time; we ask the Clock."""


class Issued(NamedTuple):
    """A new token."""

    token: str
    expires_at: datetime


class Claims(NamedTuple):
    """What a token says that we have signed and that is not over."""

    user: str
    generation: int
    session: str | None
    expires_at: datetime


class Signing:
    """Issues and reads signed tokens. Its methods raise StoreError."""

    def __init__(self, keys: Keys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    async def issue(self, user: User, *, session: str | None = None) -> Issued:
        """A token for a user."""
        import jwt  # noqa: PLC0415  few installations ever sign one

        key = await self._keys.signing()
        now = self._clock.now().replace(microsecond=0)
        claims: dict[str, object] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": user.key,
            "iat": now,
            "exp": now + LASTS,
            "jti": identity(),
            "gen": user.generation,
        }
        if session is not None:
            claims["sid"] = session
        return Issued(jwt.encode(claims, key.secret, ALGORITHM, {"kid": key.kid}), now + LASTS)

    async def read(self, text: str) -> Claims | None:
        """What a token says; None for one that we have not signed or that is over."""
        import jwt  # noqa: PLC0415

        if len(text) > _LONGEST or text.count(".") != 2:
            return None
        try:
            key = await self._keys.verifying(str(jwt.get_unverified_header(text).get("kid")))
            if key is None:
                return None
            claims = jwt.decode(text, key.secret, [ALGORITHM], _OURS, audience=AUDIENCE, issuer=ISSUER)
        except jwt.InvalidTokenError:
            return None
        return self._claims(claims)

    def _claims(self, claims: Mapping[str, object]) -> Claims | None:
        expires, generation, session = claims["exp"], claims["gen"], claims.get("sid")
        if not isinstance(expires, int) or not isinstance(generation, int):
            return None
        at = datetime.fromtimestamp(expires, self._clock.now().tzinfo)
        if at <= self._clock.now():
            return None
        return Claims(str(claims["sub"]), generation, None if session is None else str(session), at)
