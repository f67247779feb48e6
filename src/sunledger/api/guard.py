"""The guard: finds out who asks, for every request and WebSocket, before anything else is done.

It only identifies. What a route needs is said by the route (`needs`); what an answer holds is narrowed to the
sites of whoever asks (`sight`).
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Protocol

from starlette.requests import HTTPConnection
from starlette.status import WS_1008_POLICY_VIOLATION
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from sunledger.access.principal import ANONYMOUS, OWNER, Action, Kind, Principal, Role
from sunledger.api.forwarded import Network, origin_of
from sunledger.api.limits import Allowance, Limits, telling
from sunledger.api.problems import Problem, Trouble, answer_to
from sunledger.sitetime import Clock
from sunledger.store.protocol import StoreError

CSRF_HEADER = "x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
COOKIES = {"https": "__Host-sunledger", "http": "sunledger"}
"""A browser takes `__Host-` over TLS only."""


ONLY_PUSHING = Principal(kind=Kind.OWNER, id="loopback", role=Role.OPERATOR, scopes=frozenset({Action.PUSH}))
"""The machine itself while the database is away, which alone knows whether there is an administrator."""


GOES_ON = frozenset({"/api/v1/events"})
"""Answers that never end by themselves, besides WebSockets."""
LOOKS_AGAIN = 15.0
"""Seconds after which it is asked again who listens."""
_ENDED = "the credential counts no longer"


class Credentials(Protocol):
    """What the guard asks of the room that knows credentials. Raises StoreError."""

    async def has_administrator(self) -> bool:
        """Whether anybody can administer."""

    async def authenticate_bearer(self, text: str) -> Principal | None:
        """Whose token this is; None for one that counts no longer or never did."""

    async def authenticate_session(self, cookie: str) -> Principal | None:
        """Whose browser session this is; None for one that has ended."""

    def csrf_matches(self, who: Principal, token: str) -> bool:
        """Whether this is the token that goes with somebody's browser session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """From where Sunledger can be reached."""

    loopback_only: bool
    """Whether it listens on the machine itself alone."""
    legacy_from: Sequence[Network] = ()
    """From where old programs may read without a credential."""


class Guard:
    """Puts `principal` into the state of every request."""

    def __init__(
        self, app: ASGIApp, credentials: Credentials, reach: Reach, limits: Limits, clock: Clock
    ) -> None:
        self._app = app
        self._clock = clock
        self._credentials = credentials
        self._reach = reach
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find out who asks, then pass the request on."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        try:
            allowance = await self._admit(connection)
        except Exception as error:
            response = answer_to(error)
            if response is None:
                raise
            if scope["type"] == "websocket":
                await WebSocket(scope, receive, send).send_denial_response(response)
            else:
                await response(scope, receive, send)
            return
        if scope["type"] == "websocket" or scope["path"] in GOES_ON:
            await self._serve_while_known(connection, receive, send)
        else:
            await self._app(scope, receive, send if allowance is None else telling(send, allowance))

    async def _serve_while_known(self, connection: HTTPConnection, receive: Receive, send: Send) -> None:
        """Serve what goes on for ever, until the credential counts no longer or may do something else."""
        serving = asyncio.ensure_future(self._app(connection.scope, receive, send))
        watching = asyncio.create_task(self._until_another(connection))
        try:
            await asyncio.wait({serving, watching}, return_when=asyncio.FIRST_COMPLETED)
            if not serving.done() and connection.scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": WS_1008_POLICY_VIOLATION, "reason": _ENDED})
        finally:
            watching.cancel()
            if not serving.done():
                serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving

    async def _until_another(self, connection: HTTPConnection) -> None:
        """Wait until whoever asked would be somebody else, or nobody, if it asked now."""
        now: Principal | None = connection.state.principal
        while now == connection.state.principal:
            await self._clock.sleep(LOOKS_AGAIN)
            try:
                now = await self._who(connection)
            except Problem:
                now = None
            except StoreError:
                continue  # the database is away, and nobody can be told

    async def _admit(self, connection: HTTPConnection) -> Allowance | None:
        """Note who asks, and count it. Raises `Problem` for a wrong credential and for too many requests."""
        state = connection.state
        state.principal = ANONYMOUS
        state.from_legacy_network = origin_of(connection).within(self._reach.legacy_from)
        state.away = None
        try:
            state.principal = await self._who(connection)
            if state.principal is ANONYMOUS:
                state.way_in = await self._way_in()
        except Problem:
            await self._limits.spend(connection, ANONYMOUS)
            raise
        except StoreError as error:
            state.away = error
            if self._is_trusted(connection):
                state.principal = ONLY_PUSHING
        return await self._limits.spend(connection, state.principal)

    async def _who(self, connection: HTTPConnection) -> Principal:
        sent = connection.headers.get("authorization")
        if sent is not None:
            return await self._bearer(sent)
        cookie = session_cookie(connection)
        who = None if cookie is None else await self._credentials.authenticate_session(cookie)
        if who is not None:
            self._require_own_page(connection, who)
            return who
        if self._is_trusted(connection):
            return ANONYMOUS if await self._credentials.has_administrator() else OWNER
        return ANONYMOUS

    def _is_trusted(self, connection: HTTPConnection) -> bool:
        """Whether a request comes from the machine itself, which nobody else can reach."""
        return (
            self._reach.loopback_only
            and "authorization" not in connection.headers
            and origin_of(connection).local
            and from_same_host(connection)
        )

    async def _bearer(self, sent: str) -> Principal:
        scheme, _, token = sent.partition(" ")
        if scheme.lower() != "bearer":
            detail = f"Authorization: {scheme or 'nothing'!r:.20} is not known here; send Bearer and a token."
            raise Problem(Trouble.UNAUTHENTICATED, detail, parameter="Authorization")
        who = await self._credentials.authenticate_bearer(token.strip())
        if who is None:
            detail = "Authorization: this token is unknown, has expired or was revoked; make another one."
            raise Problem(Trouble.UNAUTHENTICATED, detail, parameter="Authorization")
        return who

    def _require_own_page(self, connection: HTTPConnection, who: Principal) -> None:
        """Refuse what another site's page makes a browser send with our cookie. Raises `Problem`."""
        is_socket = connection.scope["type"] == "websocket"
        if not is_socket and connection.scope["method"] in SAFE:
            return
        if not from_same_host(connection):
            raise Problem(Trouble.CROSS_SITE, "Origin: another site's page may not do this in your name.")
        if not is_socket and not self._credentials.csrf_matches(who, connection.headers.get(CSRF_HEADER, "")):
            detail = "X-CSRF-Token: missing or not of this session; GET /api/v1/me tells it."
            raise Problem(Trouble.CROSS_SITE, detail, parameter="X-CSRF-Token")

    async def _way_in(self) -> str:
        """What somebody without a credential is told."""
        if await self._credentials.has_administrator():
            return "Log in at /login, or send a token: Authorization: Bearer …"
        return "There is no administrator yet: open the setup link in the log, or use sunledger admin create."


def cookie_name(connection: HTTPConnection) -> str:
    """What the session's cookie is called on this connection."""
    return COOKIES[origin_of(connection).scheme]


def session_cookie(connection: HTTPConnection) -> str | None:
    """The session's cookie, where one was sent."""
    try:
        cookies = SimpleCookie(connection.headers.get("cookie", ""))
    except CookieError:
        return None
    found = cookies.get(cookie_name(connection))
    return None if found is None else found.value


def from_same_host(connection: HTTPConnection) -> bool:
    """Whether this is no browser, or one that shows a page of this very host or was sent here by its user."""
    page = connection.headers.get("origin")
    if page is not None and page.lower().partition("://")[2] != origin_of(connection).host.lower():
        return False
    return connection.headers.get("sec-fetch-site", "none") in _OWN_PAGES or _is_opened(connection)


_OWN_PAGES = frozenset({"none", "same-origin"})
"""What a browser says of the page that a request comes from; `none` where the user typed the address."""


def _is_opened(connection: HTTPConnection) -> bool:
    """Whether a link was followed, which only shows something."""
    is_safe = connection.scope["type"] == "http" and connection.scope["method"] in SAFE
    return is_safe and connection.headers.get("sec-fetch-mode") == "navigate"
