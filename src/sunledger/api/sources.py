"""What the API answers from; made in `app`, handed to every route."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Protocol
from zoneinfo import ZoneInfo

from fastapi import Depends
from fastapi.telemetry import TelemetryConfig
from pydantic import BaseModel
from starlette.requests import HTTPConnection

from sunledger.access.access import Access
from sunledger.access.audit import Actor, Event
from sunledger.access.principal import ANONYMOUS, Principal
from sunledger.api.beginnings import Beginnings
from sunledger.api.changes import Note, SeenRegistry
from sunledger.api.dashboard_files import NOTHING_BUILT, DashboardFiles
from sunledger.api.forwarded import address_of
from sunledger.api.front import CLOSED, Front
from sunledger.api.limits import Limits
from sunledger.api.needs import principal_of
from sunledger.api.problems import Problem, Trouble
from sunledger.api.sight import SeenStore, Sight
from sunledger.api.surveys import Survey
from sunledger.intake.exclusion import Accept
from sunledger.intake.subscription import Subscribed
from sunledger.live.health import Health
from sunledger.live.latest import LatestReadings
from sunledger.live.state import DeviceStates
from sunledger.live.stream import Stream
from sunledger.sites import Journal, Registry
from sunledger.sitetime import Clock
from sunledger.store.protocol import Answers
from sunledger.store.spool import Standing
from sunledger.store.system_metrics import SystemMetrics
from sunledger.store.tending import Tending


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """What the API needs to know of the site and of itself."""

    version: str
    zone: ZoneInfo
    front: Front = CLOSED
    telemetry: TelemetryConfig | None = None
    """Where its requests are traced."""
    period: timedelta | None = None
    """From one poll of a device to the next; None where it is not known."""
    simulation: float | None = None
    """How many times faster than real time a simulated plant runs; None for a plant of one's own."""
    dashboard: DashboardFiles = NOTHING_BUILT
    """What it shows itself with; nothing where it was not built."""


RequestListener = Callable[[str, str, int, float], None]
"""Is told of each request that was answered: the route's template, method, status, and seconds it took."""


class Scrape(Protocol):
    """What the API asks of metrics, so that they need not be imported when they are switched off."""

    content_type: str

    def exposition(self) -> bytes:
        """All metrics as they are now."""

    def request_finished(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""


class Kept(Protocol):
    """What answers about the past need: all of it is also there beside a running server."""

    @property
    def store(self) -> Answers:
        """Where the readings are."""

    @property
    def clock(self) -> Clock:
        """What time it is."""

    @property
    def settings(self) -> ApiSettings:
        """The site's zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The rooms that routes read."""

    store: Answers
    everything: Registry
    """Of all sites; routes use `registry`."""
    registry: SeenRegistry
    access: Access
    limits: Limits
    note: Note
    journal: Journal
    latest: LatestReadings
    states: DeviceStates
    health: Health
    stream: Stream
    clock: Clock
    settings: ApiSettings
    metrics: Scrape | None
    tending: Tending
    system_metrics: SystemMetrics
    spool: Callable[[], Standing] | None
    """How much waits for a store that may be away."""
    accept: Accept
    """Takes in what devices push; durable when it returns. Raises StoreError."""
    mqtt: Callable[[], Subscribed] | None
    """How the subscription at a broker is doing."""
    survey: Survey | None
    """Examines a DTU; None where that is not offered."""
    beginnings: Beginnings | None
    """Begins this process again, perhaps as another plant; None where that is not offered."""
    sight: Sight
    """Whose devices these are."""
    started_at: datetime
    """What the wall clock showed at the start."""

    def seen_by(self, who: Principal, address: str) -> "Sources":
        """The same for somebody who may not see all of it, and who is named wherever something is changed."""
        sight = Sight(who, self.everything)

        def note(event: Event) -> Awaitable[object]:
            return self.access.audit.note(Actor.of(who, address), event)

        own = SeenRegistry(self.everything, who, note)
        if sight.whole:
            return replace(self, sight=sight, registry=own, note=note)
        store, latest = SeenStore(self.store, sight), self.latest.of_devices(sight.sees)
        return replace(self, sight=sight, registry=own, note=note, store=store, latest=latest)


async def sources_of(connection: HTTPConnection) -> Sources:
    """The sources of the application that a request came to, as whoever asks sees them.

    What everybody may ask tells nothing of devices, and knows all of them.
    """
    sources: Sources = connection.app.state.sources
    who = principal_of(connection)
    return sources if who is ANONYMOUS else sources.seen_by(who, address_of(connection))


FromSources = Annotated[Sources, Depends(sources_of)]


async def note_export(sources: Sources, what: str, format_: str, query: BaseModel) -> None:
    """Write down that somebody takes data away as a file. Raises StoreError."""
    asked = query.model_dump(mode="json", exclude_unset=True, exclude={"format", "fields"})
    if format_ in _FILES:
        await sources.note(Event(action="export", object_kind=what, after={"format": format_, **asked}))


_FILES = frozenset({"csv", "ndjson", "arrow", "parquet"})
"""Formats that leave with whoever asked; JSON is what screens are made of."""


async def access_of(connection: HTTPConnection) -> Access:
    """Users, sessions, tokens and the audit."""
    sources: Sources = connection.app.state.sources
    return sources.access


FromAccess = Annotated[Access, Depends(access_of)]


def require_devices(sources: Kept, serials: Iterable[str], parameter: str = "device") -> None:
    """Raise a `Problem` unless every device has been seen."""
    known = {series.serial_number for series in sources.store.series().values()}
    unseen = set(serials) - known
    if unseen:
        raise unknown_device(sorted(unseen), parameter)


def unknown_device(serials: Iterable[str], parameter: str) -> Problem:
    """The problem of asking for inverters that were never seen."""
    detail = f"{parameter}: no device {', '.join(serials)} has been seen; /api/v1/devices lists them."
    return Problem(Trouble.UNKNOWN_DEVICE, detail, parameter=parameter)
