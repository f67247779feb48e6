"""How the API faces the network: what every request passes before, and every answer after all else.

Also the answer to a bug passes it, which no middleware of starlette's own sees.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from sunledger.api.forwarded import Network, SeenFrom
from sunledger.api.headers import SafeHeaders


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What the owner has opened; nothing unless said."""

    trusted_proxies: Sequence[Network] = ()
    """Who is believed about where a request comes from."""
    frame_ancestors: Sequence[str] = ()
    """Origins whose pages may show ours in a frame."""
    cors_origins: Sequence[str] = ()
    """Origins whose pages may read our answers; never with our cookie, only with a token that they have."""

    def before(self, api: ASGIApp) -> ASGIApp:
        """An application with the front before it."""
        return SeenFrom(SafeHeaders(self._shared(api), self.frame_ancestors), self.trusted_proxies)

    def _shared(self, api: ASGIApp) -> ASGIApp:
        if not self.cors_origins:
            return api
        return CORSMiddleware(
            api,
            allow_origins=self.cors_origins,
            allow_methods=("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"),
            allow_headers=("Authorization", "Content-Type", "If-Match", "If-None-Match", "Last-Event-ID"),
            expose_headers=_READABLE,
        )


_READABLE = (
    "Content-Disposition", "ETag", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After",
)  # fmt: skip


CLOSED = Front()
"""Nothing is open."""
UNTRACED: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""What FastAPI by itself tells OpenTelemetry: nothing, whatever the environment says."""


class FrontedApi(FastAPI):
    """An application behind its front."""

    front = CLOSED

    def build_middleware_stack(self) -> ASGIApp:
        """Everything that a request passes."""
        return self.front.before(super().build_middleware_stack())
