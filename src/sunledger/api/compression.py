"""Answers compressed with zstd or gzip, as Accept-Encoding allows; streamed ones piece by piece.

Secrets are never compressed, since their length would tell of them (BREACH): an answer that must not be kept
(`Cache-Control: no-store`), or that sets a cookie, goes as it is.
"""

import sys
import zlib
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

WORTH_IT = 2048
"""Bytes from which on an answer that is sent at once is compressed."""
_GZIP_LEVEL = 1
_GZIP = zlib.MAX_WBITS | 16
_TYPES = frozenset(
    {
        "application/json", "application/problem+json", "application/x-ndjson",
        "application/graphql-response+json", "application/vnd.apache.arrow.stream",
        "application/javascript", "image/svg+xml", "application/manifest+json",
    }
)  # fmt: skip
_NOT_PLAIN_TEXT = "text/event-stream"
"""Its events are to be read one by one, at once."""
_BODILESS = frozenset({204, 206, 304})


class Compressor(Protocol):
    """Compresses one answer."""

    def piece(self, content: bytes) -> bytes:
        """A piece that can be read at once."""

    def end(self) -> bytes:
        """The rest."""


class Gzip:
    """The one that everybody knows."""

    def __init__(self) -> None:
        self._gzip = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP)

    def piece(self, content: bytes) -> bytes:
        """A piece that can be read at once."""
        return self._gzip.compress(content) + self._gzip.flush(zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        """The rest."""
        return self._gzip.flush()


class Zstd:
    """The quicker and smaller one; only where its library is."""

    def __init__(self) -> None:
        self._library = _zstd()
        self._zstd = self._library.ZstdCompressor()

    def piece(self, content: bytes) -> bytes:
        """A piece that can be read at once."""
        piece: bytes = self._zstd.compress(content, self._library.ZstdCompressor.FLUSH_BLOCK)
        return piece

    def end(self) -> bytes:
        """The rest."""
        rest: bytes = self._zstd.flush()
        return rest


@cache
def _zstd() -> Any:
    """Python's own module, or the one that brings it to older ones; None where there is neither."""
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd  # noqa: PLC0415  imported when first asked for
        else:
            from backports import zstd  # noqa: PLC0415
    except ImportError:
        return None
    return zstd


def agreed(accept_encoding: str) -> str | None:
    """The encoding to use: zstd before gzip, whichever is accepted at all; None for neither."""
    accepted = _accepted(accept_encoding)
    if accepted.get("zstd") and _zstd() is not None:
        return "zstd"
    return "gzip" if accepts_gzip(accept_encoding) else None


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether a client can read gzip."""
    accepted = _accepted(accept_encoding)
    return accepted.get("gzip", accepted.get("*", False))


def _accepted(accept_encoding: str) -> Mapping[str, bool]:
    """Whether each encoding that is named is accepted."""
    accepted = {}
    for part in accept_encoding.lower().split(","):
        name, _, parameter = part.partition(";")
        accepted[name.strip()] = parameter.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return accepted


class Compression:
    """Compresses answers that are worth it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and compress its answer."""
        if scope["type"] == "http":
            send = _Answer(send, agreed(Headers(scope=scope).get("accept-encoding", ""))).send
        await self._app(scope, receive, send)


class _Answer:
    """One answer on its way.

    *State: its head until the first piece of its body is known, then the compressor.*
    """

    def __init__(self, send: Send, encoding: str | None) -> None:
        self._send = send
        self._encoding = encoding
        self._head: Message | None = None
        self._compressor: Compressor | None = None

    async def send(self, message: Message) -> None:
        """Send a message of the application, compressed where that is worth it."""
        if message["type"] == "http.response.start":
            self._head = message
            return
        if message["type"] == "http.response.body":
            if self._head is not None:
                head, self._head = self._head, None
                self._decide(head, message)
                message = self._compressed(message)
                if not message.get("more_body") and self._compressor is not None:
                    MutableHeaders(raw=head["headers"])["Content-Length"] = str(len(message["body"]))
                await self._send(head)
            else:
                message = self._compressed(message)
        await self._send(message)

    def _decide(self, head: Message, first: Message) -> None:
        head["headers"] = list(head["headers"])
        headers = MutableHeaders(raw=head["headers"])
        if head["status"] in _BODILESS or not _compressible(headers):
            return
        headers.add_vary_header("Accept-Encoding")
        worth_it = first.get("more_body") or len(first.get("body", b"")) >= WORTH_IT
        if self._encoding is None or not worth_it:
            return
        self._compressor = Zstd() if self._encoding == "zstd" else Gzip()
        headers["Content-Encoding"] = self._encoding
        del headers["Content-Length"]

    def _compressed(self, message: Message) -> Message:
        if self._compressor is None:
            return message
        body = message.get("body", b"")
        more = message.get("more_body", False)
        piece = self._compressor.piece(body) if body else b""
        return {**message, "body": piece if more else piece + self._compressor.end()}


def _compressible(headers: Headers) -> bool:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _TYPES and (not kind.startswith("text/") or kind == _NOT_PLAIN_TEXT):
        return False
    if "content-encoding" in headers or "set-cookie" in headers:
        return False
    return not any(word in headers.get("cache-control", "") for word in ("no-store", "no-transform"))
