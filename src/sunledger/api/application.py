"""The HTTP application: routes joined with what they answer from."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from sunledger.access.access import Access
from sunledger.access.audit import nobody
from sunledger.access.principal import ANONYMOUS
from sunledger.api import (
    accounts,
    audit,
    corrections,
    dashboard,
    device_stream,
    devices,
    docs,
    dtus,
    energy,
    energy_data,
    events,
    health,
    history,
    legacy,
    measurements,
    quality,
    readings,
    scraping,
    sessions,
    sites,
    storage,
    stream,
    system,
    system_metrics,
    telemetry,
    tokens,
    trends,
    users,
)
from sunledger.api.beginnings import Beginnings
from sunledger.api.changes import SeenRegistry
from sunledger.api.components import with_components
from sunledger.api.compression import Compression
from sunledger.api.front import UNTRACED, FrontedApi
from sunledger.api.graphql import route as graphql
from sunledger.api.guard import Guard, Reach
from sunledger.api.limits import Limits
from sunledger.api.needs import rules
from sunledger.api.problems import answer_with_problems
from sunledger.api.refusals import with_refusals
from sunledger.api.revalidation import Revalidation
from sunledger.api.sight import Sight
from sunledger.api.sources import ApiSettings, RequestListener, Scrape, Sources
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

_SUBJECTS = (
    accounts,
    users,
    tokens,
    audit,
    measurements,
    devices,
    telemetry,
    sites,
    dtus,
    readings,
    history,
    energy,
    trends,
    corrections,
    quality,
    sessions,
    energy_data,
    storage,
    system,
    system_metrics,
    stream,
    events,
    device_stream,
    graphql,
    health,
    scraping,
    legacy,
    docs,
    dashboard,
)


def create_api(
    *,
    store: Answers,
    registry: Registry,
    journal: Journal,
    latest: LatestReadings,
    states: DeviceStates,
    health: Health,
    stream: Stream,
    clock: Clock,
    settings: ApiSettings,
    metrics: Scrape | None,
    tending: Tending,
    accept: Accept,
    access: Access,
    reach: Reach,
    limits: Limits,
    system_metrics: SystemMetrics,
    spool: Callable[[], Standing] | None = None,
    mqtt: Callable[[], Subscribed] | None = None,
    survey: Survey | None = None,
    beginnings: Beginnings | None = None,
    request_listeners: Sequence[RequestListener] = (),
) -> FastAPI:
    """The API over rooms that are open or about to be; without metrics, `/metrics` says that they are off."""
    api = routed(settings)
    note = partial(access.audit.note, nobody(""))
    api.state.sources = Sources(
        store=store,
        everything=registry,
        registry=SeenRegistry(registry, ANONYMOUS, note),
        access=access,
        limits=limits,
        note=note,
        journal=journal,
        latest=latest,
        states=states,
        health=health,
        stream=stream,
        clock=clock,
        settings=settings,
        metrics=metrics,
        tending=tending,
        system_metrics=system_metrics,
        spool=spool,
        accept=accept,
        mqtt=mqtt,
        survey=survey,
        beginnings=beginnings,
        sight=Sight(ANONYMOUS, registry),
        started_at=clock.now(),
    )
    answer_with_problems(api)
    api.add_middleware(Revalidation)
    api.add_middleware(Compression)
    api.add_middleware(Guard, credentials=access, reach=reach, limits=limits, clock=clock)
    listeners = [*request_listeners, *([] if metrics is None else [metrics.request_finished])]
    if listeners:
        api.add_middleware(scraping.TimedRequests, listeners=listeners, clock=clock)
    return api


class DescribedApi(FrontedApi):
    """An application whose description names its shapes."""

    def openapi(self) -> dict[str, Any]:
        """The description, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = with_components(with_refusals(super().openapi(), rules(self)))
        return self.openapi_schema


def routed(settings: ApiSettings) -> FrontedApi:
    """All routes, with nothing yet to answer from."""
    api = DescribedApi(
        title="Sunledger",
        description="Readings, energy and health of a solar plant.",
        version=settings.version,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        routes=_joined().routes,
        telemetry=settings.telemetry or UNTRACED,
    )
    api.front = settings.front
    rules(api)
    return api


@cache
def _joined() -> APIRouter:
    """The routes of all subjects, joined once a process: FastAPI takes 40 ms to understand them."""
    joined = APIRouter(generate_unique_id_function=_operation)
    for subject in _SUBJECTS:
        joined.include_router(subject.routes)
    return joined


def _operation(route: APIRoute) -> str:
    """What generated clients call a route; it never changes once released."""
    return route.name.replace(" ", "_")
