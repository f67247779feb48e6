"""Verifying: whose credential this is, by the tables, and what its owner may do now."""

from sunledger.access.grants import SitesOf, narrowed, principal_of
from sunledger.access.made_secrets import TOKEN_PREFIX
from sunledger.access.principal import COMMAND_LINE, Kind, Principal
from sunledger.access.remembered import Verified
from sunledger.access.sessions import Sessions
from sunledger.access.signing import Signing
from sunledger.access.tokens import Token, Tokens
from sunledger.access.users import User, Users

SESSION, TOKEN = "session", "token"
"""The tables that note when something was used."""


class Verifying:
    """Asks the tables, each time. All methods raise StoreError, and give None for what counts no longer."""

    def __init__(
        self, users: Users, sessions: Sessions, tokens: Tokens, signing: Signing, sites_of: SitesOf
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._tokens = tokens
        self._signing = signing
        self._sites_of = sites_of

    async def bearer(self, text: str) -> Verified | None:
        """Whose API token or signed token this is."""
        if text.startswith(TOKEN_PREFIX):
            token = await self._tokens.found(text)
            who = None if token is None else await self._shows(token)
            return (
                None if token is None or who is None else Verified(who, token.expires_at, (TOKEN, token.id))
            )
        return await self._signed(text)

    async def cookie(self, cookie: str) -> Verified | None:
        """Whose browser session this is."""
        session = await self._sessions.found(cookie)
        user = None if session is None else await self._user(session.user)
        if session is None or user is None:
            return None
        who = await principal_of(Kind.USER, user.name, user.grant, self._sites_of, session.id)
        return Verified(who, session.ends_at(self._sessions.life), (SESSION, session.id))

    async def _signed(self, text: str) -> Verified | None:
        claims = await self._signing.read(text)
        user = None if claims is None else await self._user(claims.user)
        if claims is None or user is None or user.generation != claims.generation:
            return None
        if claims.session is not None and not await self._sessions.lasts(claims.session):
            return None
        who = await principal_of(Kind.USER, user.name, user.grant, self._sites_of)
        return Verified(who, claims.expires_at)

    async def _shows(self, token: Token) -> Principal | None:
        """Who shows a token."""
        if token.device is not None:
            return Principal(kind=Kind.DEVICE, id=token.device, device=token.device)
        owner = COMMAND_LINE if token.owner is None else await self._principal(token.owner)
        if owner is None or token.role is None:
            return None
        return narrowed(owner, Kind.TOKEN, token.id, token.role, token.sites, token.scopes)

    async def _principal(self, name: str) -> Principal | None:
        user = await self._user(name)
        return None if user is None else await principal_of(Kind.USER, name, user.grant, self._sites_of)

    async def _user(self, name: str) -> User | None:
        """A user who is not locked out."""
        kept = await self._users.kept(name)
        return None if kept is None or kept.user.disabled else kept.user
