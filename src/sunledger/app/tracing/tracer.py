"""What is joined where for tracing; each method gives back what is to be used in place of what it gets."""

import sqlite3
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING, Any, Protocol

from sunledger.app.configuration import Configuration
from sunledger.app.problems import ConfigurationError, Problem
from sunledger.app.redaction import Redactor
from sunledger.app.secrets import literals
from sunledger.collector import DtuCollector
from sunledger.intake.intake import Keeping
from sunledger.inverters import Driver

if TYPE_CHECKING:
    from fastapi.telemetry import TelemetryConfig
    from starlette.types import ASGIApp


class Tracer(Protocol):
    """Traces, or does not."""

    @property
    def telemetry(self) -> "TelemetryConfig | None":
        """What the API is told of it; None for nothing."""

    @property
    def collector(self) -> type[DtuCollector]:
        """What polls a DTU."""

    @property
    def sqlite(self) -> type[sqlite3.Connection]:
        """Connections to SQLite."""

    @property
    def cursors(self) -> type[Any] | None:
        """Cursors of psycopg; None for its own."""

    def driver(self, driver: Driver) -> Driver:
        """What asks a DTU."""

    def door(self, door: Keeping) -> Keeping:
        """Where polls are kept."""

    def api(self, api: "ASGIApp", trusted: Sequence[IPv4Network | IPv6Network]) -> "ASGIApp":
        """What answers requests; traces of `trusted` proxies, and of this machine, are continued."""

    async def close(self) -> None:
        """Send what was not sent yet."""


class Untraced:
    """Everything as it is."""

    telemetry = None
    collector = DtuCollector
    sqlite = sqlite3.Connection
    cursors = None

    def driver(self, driver: Driver) -> Driver:
        """The driver."""
        return driver

    def door(self, door: Keeping) -> Keeping:
        """The door."""
        return door

    def api(self, api: "ASGIApp", _trusted: Sequence[IPv4Network | IPv6Network]) -> "ASGIApp":
        """The API."""
        return api

    async def close(self) -> None:
        """Do nothing."""


UNTRACED: Tracer = Untraced()


def tracer_of(configuration: Configuration) -> Tracer:
    """What the configuration asks for. Raises ConfigurationError where OpenTelemetry is missing."""
    observation = configuration.observation
    if not observation.tracing_enabled:
        return UNTRACED
    try:
        from sunledger.app.tracing.export import exporter_of, provider_of
    except ImportError as error:
        message = f"OpenTelemetry is missing ({error})"
        fix = "install it with `pip install 'sunledger[tracing]'`, or switch it off"
        raise ConfigurationError([Problem("TRACING_ENABLED", "configuration", message, fix)]) from error
    from sunledger.app.tracing.spans import Spans

    exporter = exporter_of(observation, Redactor(literals(configuration)))
    return Spans(provider_of(observation, exporter), exporter.hurry)
