"""ETag and If-None-Match: whoever has an answer already asks only whether it still holds; and HEAD.

Every answer to GET that is made at once has a weak ETag, so that it outlives compression. It is a hash of the
answer, or made of a version where that saves making the answer (`unless_known`).
"""

import asyncio
import hashlib
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OK, _NOT_MODIFIED = 200, 304
_HASH = 12
"""Bytes."""
_OF_THE_BODY = ("content-type", "content-length", "content-disposition", "content-encoding")
_NOTHING: Message = {"type": "http.response.body", "body": b"", "more_body": False}


def tag(*parts: bytes) -> str:
    """The ETag of something."""
    digest = hashlib.blake2b(digest_size=_HASH)
    for part in parts:
        digest.update(part)
    return f'W/"{digest.hexdigest()}"'


def version_tag(request: Request, version: str) -> str:
    """The ETag of an answer that changes only with a version, and with what is asked by whom."""
    asked = request.scope["path"], request.scope["query_string"].decode("latin-1")
    return tag(repr((*asked, request.state.principal.id, version)).encode())


def is_known(given: str | None, etag: str) -> bool:
    """Whether If-None-Match names this ETag, compared weakly."""
    if given is None:
        return False
    names = [name.strip().removeprefix("W/") for name in given.split(",")]
    return "*" in names or etag.removeprefix("W/") in names


def unless_known(request: Request, etag: str) -> Response | None:
    """The whole answer for a client that has it already; None where it has to be made."""
    if is_known(request.headers.get("if-none-match"), etag):
        return Response(status_code=_NOT_MODIFIED, headers={"ETag": etag})
    return None


class Revalidation:
    """Tags answers to GET, and answers 304 without a body to whoever has them; HEAD is GET without a body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and tag its answer."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        method, scope["method"] = scope["method"], "GET"
        answer = _Answer(send, Headers(scope=scope).get("if-none-match"), bodiless=method == "HEAD")
        try:
            await self._app(scope, answer.receiving(receive), answer.send)
        finally:
            scope["method"] = method


class _Answer:
    """One answer on its way.

    *State: its head until the first piece of its body is known; whether all has been said.*
    """

    def __init__(self, send: Send, given: str | None, *, bodiless: bool) -> None:
        self._send = send
        self._given = given
        self._bodiless = bodiless
        self._head: Message | None = None
        self._over = asyncio.Event()

    def receiving(self, receive: Receive) -> Receive:
        """What the application hears: that the client has gone, once nothing more is wanted."""
        return self._receive_until_over if self._bodiless else receive

    async def _receive_until_over(self) -> Message:
        await self._over.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Send a message of the application, or what is said instead."""
        if message["type"] == "http.response.start":
            self._head = message
        elif self._head is None:
            if not self._over.is_set():
                await self._send(message)
        else:
            head, self._head = self._head, None
            await self._begin(head, message)

    async def _begin(self, head: Message, first: Message) -> None:
        head["headers"] = list(head["headers"])
        headers = MutableHeaders(raw=head["headers"])
        may_be_kept = "no-store" not in headers.get("cache-control", "")
        if head["status"] == _OK and not first.get("more_body") and may_be_kept:
            headers.setdefault("ETag", tag(first.get("body", b"")))
            if is_known(self._given, headers["ETag"]):
                head["status"] = _NOT_MODIFIED
                head["headers"] = _without_body(head["headers"])
                self._bodiless = True
        await self._send(head)
        await self._send(_NOTHING if self._bodiless else first)
        if self._bodiless:
            self._over.set()


def _without_body(headers: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers if name.decode("latin-1").lower() not in _OF_THE_BODY]
