"""Access: who somebody is by what they show, and the way to users, sessions, tokens and the audit."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from sunledger.access.attempts import Attempts
from sunledger.access.audit import FAILED, Actor, Event, nobody
from sunledger.access.errors import Invalid
from sunledger.access.grants import SitesOf
from sunledger.access.hashing import Hashing
from sunledger.access.keys import Keys
from sunledger.access.made_secrets import derived, same
from sunledger.access.password_policy import normalised
from sunledger.access.principal import Action, Kind, Principal, Role
from sunledger.access.remembered import Remembered, Verified
from sunledger.access.sessions import LIFE, Life, Sessions
from sunledger.access.setup import Setup
from sunledger.access.signing import LASTS, Issued, Signing
from sunledger.access.tokens import Tokens
from sunledger.access.trail import Redact, Trail
from sunledger.access.users import User, Users
from sunledger.access.verifying import SESSION, TOKEN, Verifying
from sunledger.sitetime import Clock
from sunledger.store.protocol import StoreError
from sunledger.store.statements import Statements

if TYPE_CHECKING:
    import argon2

log = structlog.get_logger("sunledger.access")

LOOKS_EVERY = 5.0
"""Seconds after which a process knows what another one has changed."""
TRUSTED_FOR = 300.0
"""Seconds that what is remembered counts while the database is away."""
NOTES_EVERY = 60.0
"""Seconds between notes of when sessions and tokens were used."""
SHORTEST_API_TOKEN = 16
API_TOKEN = Principal(kind=Kind.TOKEN, id="API_TOKEN", role=Role.OPERATOR)
"""Who shows the token of the configuration: it stands in a file in clear, and makes no users or tokens."""


_PUSHING = frozenset({Action.PUSH})
"""What those who are known may do for as long as the database is away: their readings wait in the spool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the configuration says of access."""

    api_token: str | None = None
    jwt_secret_key: str | None = None
    life: Life = LIFE
    strength: "argon2.Parameters | None" = None
    """Of the hashes of passwords; None: what RFC 9106 recommends where memory is scarce."""


class Access:
    """The one way to all that is known of who may do what. All methods raise StoreError."""

    def __init__(
        self,
        statements: Statements,
        clock: Clock,
        redact: Redact,
        sites_of: SitesOf,
        given: Given | None = None,
    ) -> None:
        """`clock` is the machine's own: credentials do not age faster in a simulation. Raises `Invalid`."""
        given = given or Given()
        self._api_token = _strong(given.api_token)
        self._statements = statements
        self._clock = clock
        self._hashing = Hashing(given.strength)
        self.audit = Trail(statements, clock, redact)
        self.users = Users(statements, self.audit, self._hashing, clock)
        self.sessions = Sessions(statements, self.audit, clock, given.life)
        self.tokens = Tokens(statements, self.audit, self.users, clock)
        self._attempts = Attempts()
        self.setup = Setup(statements, self.audit, self.users, self._attempts, clock)
        self._keys = Keys(statements, clock, LASTS, given.jwt_secret_key)
        self._signing = Signing(self._keys, clock)
        self._verifying = Verifying(self.users, self.sessions, self.tokens, self._signing, sites_of)
        self._remembered = Remembered()
        self._uses: dict[tuple[str, str], datetime] = {}
        self._noted_at = clock.monotonic()
        self._looked_at: float | None = None
        self._away: tuple[float, StoreError] | None = None
        self._head: object = None
        self._administered: tuple[int, bool] | None = None
        self._csrf = ""
        self.audit.listen(self._remembered.forget)

    async def open(self) -> None:
        """Get ready; the database may be away."""
        await self._statements.open()

    async def close(self) -> None:
        """Note the latest uses, then let go."""
        try:
            await self._note_uses()
        except StoreError as error:
            log.warning("uses_not_noted", error=str(error))
        self._hashing.close()
        await self._statements.close()

    async def run(self) -> None:
        """Look every few seconds what other processes have changed, for ever."""
        while True:
            await self._clock.sleep(LOOKS_EVERY)
            try:
                await self.tend()
            except StoreError as error:  # those who are known go on for a while
                log.debug("access_not_seen", error=str(error))

    async def back(self) -> None:
        """Look at once: the database is no longer away. Raises StoreError."""
        self._away = None
        await self._look()

    async def tend(self) -> None:
        """Look what others have changed; once a minute note uses and forget sessions that have ended."""
        await self._look()
        if self._clock.monotonic() - self._noted_at >= NOTES_EVERY:
            self._noted_at = self._clock.monotonic()
            await self._note_uses()
            await self.sessions.forget_ended()

    @property
    def failed_log_ins(self) -> int:
        """How many there were since the start."""
        return self._attempts.failures

    async def has_administrator(self) -> bool:
        """Whether anybody can administer."""
        await self._look_if_long_ago()
        epoch = self._remembered.epoch
        if self._administered is None or self._administered[0] != epoch:
            self._administered = (epoch, await self.users.has_administrator())
        return self._administered[1]

    async def setup_link(self) -> str | None:
        """A new setup secret (`setup.path_of` says where to show it); None when there is an administrator."""
        return await self.setup.make()

    async def authenticate_password(self, name: str, password: str, address: str) -> User | None:
        """The user of a name and password; a failure is audited. Raises `Busy`.

        Without such a user it takes as long, and nothing tells which of the two was wrong.
        """
        kept = await self.users.kept(name)
        try:
            password = normalised(password)
        except Invalid:
            password = ""
        if kept is None:
            await self._hashing.hash(password)  # takes as long as verifying
        elif await self._hashing.matches(password, kept.password_hash) and not kept.user.disabled:
            if self._hashing.is_outdated(kept.password_hash):
                await self.users.rehash(kept, await self._hashing.hash(password))
            return kept.user
        await self._note_failure("" if kept is None else kept.user.name, address)
        return None

    async def issue(self, user: User, address: str, *, session: str | None = None) -> Issued:
        """A signed token for somebody who has just logged in."""
        issued = await self._signing.issue(user, session=session)
        event = Event(action="issue", object_kind="signed_token", object_id=user.name)
        await self.audit.note(Actor(Kind.USER, user.name, address), event)
        return issued

    async def authenticate_bearer(self, text: str) -> Principal | None:
        """Whose token this is: the configuration's, an API token or a signed one; None if it is no good."""
        if self._api_token is not None and same(text, self._api_token):
            return API_TOKEN
        return await self._authenticate("bearer", text, self._verifying.bearer)

    async def authenticate_session(self, cookie: str) -> Principal | None:
        """Whose browser session this is; None when it has ended."""
        return await self._authenticate("cookie", cookie, self._verify_cookie)

    def csrf_token(self, who: Principal) -> str:
        """What a page shows to prove that it is ours: another one for each session."""
        return "" if who.session is None else derived(self._csrf, who.session)

    def csrf_matches(self, who: Principal, token: str) -> bool:
        """Whether this is the token of somebody's session."""
        return who.session is not None and same(token, self.csrf_token(who))

    async def _authenticate(
        self, kind: str, credential: str, verify: Callable[[str], Awaitable[Verified | None]]
    ) -> Principal | None:
        key, now = Remembered.key(kind, credential), self._clock.now()
        verified = self._remembered.get(key, now)
        try:
            await self._look_if_long_ago()
        except StoreError:
            if verified is None or not verified.principal.may_somewhere(Action.PUSH):
                raise
            return replace(verified.principal, scopes=_PUSHING)
        verified = self._remembered.get(key, now)
        if verified is None:
            epoch = self._remembered.epoch
            verified = await verify(credential)
            if verified is None:
                return None
            self._remembered.put(key, verified, epoch)
        if verified.use is not None:
            self._uses[verified.use] = now
        return verified.principal

    async def _verify_cookie(self, cookie: str) -> Verified | None:
        verified = await self._verifying.cookie(cookie)
        if verified is not None:
            self._csrf = await self._keys.csrf()
        return verified

    async def _look_if_long_ago(self) -> None:
        """Rely on what is remembered only so long. Raises StoreError where the database is still away."""
        now = self._clock.monotonic()
        if self._looked_at is not None and now - self._looked_at <= TRUSTED_FOR:
            return
        if self._away is not None and now - self._away[0] < LOOKS_EVERY:
            raise self._away[1]  # a request more would wait in vain
        await self._look()

    async def _look(self) -> None:
        """Forget all where the audit has grown: somebody has changed something."""
        try:
            head = await self.audit.head()
        except StoreError as error:
            self._away = (self._clock.monotonic(), error)
            raise
        if head != self._head:
            self._head = head
            self._remembered.forget()
        self._looked_at = self._clock.monotonic()

    async def _note_uses(self) -> None:
        uses, self._uses = self._uses, {}
        try:
            for table, note in ((SESSION, self.sessions.seen), (TOKEN, self.tokens.used)):
                of_table = {id_: at for (of, id_), at in uses.items() if of == table}
                if of_table:
                    await note(of_table)
        except StoreError:
            self._uses = uses | self._uses
            raise

    async def _note_failure(self, name: str, address: str) -> None:
        """The name only where there is such a user: some type their password there."""
        count = self._attempts.failed(address, self._clock.monotonic())
        log.warning("log_in_failed", address=address, failures=self._attempts.failures)
        if count is not None:
            event = Event(
                action="log_in",
                object_kind="user",
                object_id=name,
                after={"failures_of_address": count},
                outcome=FAILED,
            )
            await self.audit.note(nobody(address), event)


def _strong(token: str | None) -> str | None:
    """The token of the configuration. Raises `Invalid`."""
    if token is not None and len(token) < SHORTEST_API_TOKEN:
        raise Invalid(
            f"must have at least {SHORTEST_API_TOKEN} characters; make one with `openssl rand -hex 32`",
            "API_TOKEN",
        )
    return token
