"""A tracer with OpenTelemetry."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network
from typing import Any

from fastapi.telemetry import TelemetryConfig
from opentelemetry.sdk.trace import TracerProvider
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from sunledger import __version__
from sunledger.api.forwarded import seen_from
from sunledger.app.tracing.polls import TracedDoor, TracedDriver, traced_collector
from sunledger.app.tracing.sqlite import traced_connection
from sunledger.app.tracing.statements import Statements
from sunledger.collector import DtuCollector
from sunledger.intake.intake import Keeping
from sunledger.inverters import Driver

UNTOLD = frozenset({"/health", "/ready", "/metrics"})
"""What machines ask again and again."""


class Spans:
    """Traces."""

    def __init__(self, provider: TracerProvider, hurry: Callable[[], None]) -> None:
        self._provider = provider
        self._hurry = hurry
        self._tracer = provider.get_tracer("sunledger", __version__)

    @property
    def telemetry(self) -> TelemetryConfig:
        """Spans of requests by the template of their route, and nothing else."""
        return {
            "tracer_provider": self._provider,
            "tracing": True,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
            "exclude": lambda scope: scope["path"] in UNTOLD,
        }

    @property
    def collector(self) -> type[DtuCollector]:
        """A collector in spans."""
        return traced_collector(self._tracer)

    @property
    def sqlite(self) -> type[sqlite3.Connection]:
        """Connections in spans."""
        return traced_connection(Statements(self._tracer, "sqlite"))

    @property
    def cursors(self) -> type[Any]:
        """Cursors in spans."""
        from sunledger.app.tracing.postgres import traced_cursor  # imports psycopg

        return traced_cursor(Statements(self._tracer, "postgresql"))

    def driver(self, driver: Driver) -> Driver:
        """A driver in spans."""
        return TracedDriver(driver, self._tracer)

    def door(self, door: Keeping) -> Keeping:
        """A door in spans."""
        return TracedDoor(door, self._tracer)

    def api(self, api: ASGIApp, trusted: Sequence[IPv4Network | IPv6Network]) -> ASGIApp:
        """An API that continues nobody's trace but those of whom it trusts."""
        return OwnTraces(api, trusted)

    async def close(self) -> None:
        """Send what was not sent yet; a collector that is away is not waited for."""
        self._hurry()
        await asyncio.to_thread(self._provider.shutdown)


class OwnTraces:
    """Takes the trace that a request claims to belong to (W3C traceparent) away from strangers.

    They could fill a trace of ours, or have each of their requests traced whatever part was asked for.
    """

    _CLAIMS = frozenset({b"traceparent", b"tracestate", b"baggage"})

    def __init__(self, api: ASGIApp, trusted: Sequence[IPv4Network | IPv6Network]) -> None:
        self._api = api
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if "headers" in scope and not self._trusts(scope):
            scope["headers"] = [pair for pair in scope["headers"] if pair[0] not in self._CLAIMS]
        await self._api(scope, receive, send)

    def _trusts(self, scope: Scope) -> bool:
        client = scope.get("client")
        peer = seen_from(Headers(scope=scope), client and client[0], ())
        return peer.local or peer.within(self._trusted)
