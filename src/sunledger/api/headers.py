"""Headers by which a browser takes no more from an answer than was meant; every answer carries them.

A route that knows better says so itself: what it has set stays. Only its `Content-Security-Policy` is told in
addition who may frame it.
"""

from collections.abc import Iterable, Iterator, Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Header = tuple[bytes, bytes]

_POLICY = b"content-security-policy"
_DATA_POLICY = b"default-src 'none'"
"""What is no page loads nothing, even where a browser is made to show it as one."""
_ALWAYS: Sequence[Header] = (
    (b"x-content-type-options", b"nosniff"),
    # no-referrer would make browsers send `Origin: null` with our own forms
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_KEPT: Header = (b"cache-control", b"private, no-cache")
"""Whoever may see it may keep it, but asks each time whether it still holds."""
_NOT_KEPT: Header = (b"cache-control", b"no-store")
"""What a log-in or another change has brought, credentials among it."""
_PAGES: Sequence[Header] = (
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(self), microphone=(), payment=(), usb=()"),
)
_OVER_TLS: Header = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_NOBODY = "'none'"
_STARTS = frozenset({"http.response.start", "websocket.http.response.start"})


class SafeHeaders:
    """Adds the headers to every answer. `frame_ancestors` are the origins that may show us in a frame."""

    def __init__(self, app: ASGIApp, frame_ancestors: Sequence[str] = ()) -> None:
        self._app = app
        self._framing = f"; frame-ancestors {' '.join(frame_ancestors) or _NOBODY}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and complete the headers of its answer."""
        secure = scope.get("scheme") in {"https", "wss"}
        keeping = _KEPT if scope.get("method") in {"GET", "HEAD"} else _NOT_KEPT

        async def completed(message: Message) -> None:
            if message["type"] in _STARTS:
                message["headers"] = list(self._completed(message.get("headers", ()), keeping, secure=secure))
            await send(message)

        await self._app(scope, receive, completed)

    def _completed(self, headers: Iterable[Header], keeping: Header, *, secure: bool) -> Iterator[Header]:
        said = dict(headers)
        yield from ((name, value) for name, value in headers if name != _POLICY)
        policy = said.get(_POLICY, _DATA_POLICY)
        yield _POLICY, policy if b"frame-ancestors" in policy else policy + self._framing
        yield from (header for header in (*_ALWAYS, keeping) if header[0] not in said)
        if said.get(b"content-type", b"").startswith(b"text/html"):
            yield from (header for header in _PAGES if header[0] not in said)
        if secure:
            yield _OVER_TLS
