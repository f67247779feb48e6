"""Wiring: the rooms of one running Sunledger, made from the configuration and joined here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from typing import TYPE_CHECKING

from sunledger import __version__
from sunledger.app.background import Runs
from sunledger.app.configuration import Configuration
from sunledger.app.databases import accounting_of, address_of
from sunledger.app.neighbours import Neighbours, Relearning, in_step, teller_to
from sunledger.app.polling import Following, Polling
from sunledger.app.pushes import BrokerPushes, pushes_of
from sunledger.app.roles import Role
from sunledger.app.sites import Sites
from sunledger.app.tracing.tracer import UNTRACED, Tracer
from sunledger.app.vitals.counts import Counts
from sunledger.collector import Collector
from sunledger.intake import CommitListener, Intake
from sunledger.intake.exclusion import Accept, excluding
from sunledger.intake.handed_over import handing_over
from sunledger.live import DeviceStates, DtuEvent, Health, LatestReadings, Patience, PollListener, Stream
from sunledger.measurements import Poll
from sunledger.sitetime import Clock, Stamps
from sunledger.store.connections import Pooled
from sunledger.store.keeper import Keeper
from sunledger.store.memory import MemoryStore
from sunledger.store.protocol import Store, StoreError
from sunledger.store.records import Receipt
from sunledger.store.sqlite import SqliteStore
from sunledger.store.sqlite_tending import tending
from sunledger.store.system_metrics import SystemMetrics
from sunledger.store.tending import Tending, counted

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from starlette.types import ASGIApp

    from sunledger.access import Access
    from sunledger.api.front import Front
    from sunledger.api.guard import Reach
    from sunledger.api.limits import Counting, Rates
    from sunledger.api.sources import ApiSettings, Scrape
    from sunledger.app.starting_anew import StartingAnew


@dataclass(slots=True)
class Live:
    """The rooms that know of now."""

    latest: LatestReadings
    health: Health
    states: DeviceStates
    stream: Stream
    counts: Counts
    patience: Patience


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeps, and what is known of how it does."""

    store: Store
    keeper: Keeper | None
    tending: Tending
    system_metrics: SystemMetrics
    access: "Access"
    mqtt: BrokerPushes | None
    counting: "Counting | None"
    """Counts requests of several processes together."""


@dataclass(slots=True)
class Plant:
    """Everything that runs, ready to be started."""

    store: Store
    keeper: Keeper | None
    live: Live
    intake: Intake
    collector: Collector
    tending: Tending
    mqtt: BrokerPushes | None
    api: "ASGIApp | None"
    beside: Sequence[tuple[Runs, str]]
    """What runs for the sake of other processes, and its name."""


def tending_of(store: Store, configuration: Configuration, clock: Clock) -> Tending:
    """What measures the store, rebuilds it and does its chores."""
    if isinstance(store, SqliteStore):
        return tending(store, configuration.database.database_path, accounting_of(configuration), clock)
    if not isinstance(store, MemoryStore):
        from sunledger.store import postgres, postgres_tending
        from sunledger.store.timescale_compression import Compression

        if isinstance(store, postgres.PostgresStore):
            days = configuration.database.db_compress_after_days
            address = address_of(configuration.database)
            chore = Compression(address, clock, timedelta(days=days)) if days else None
            return postgres_tending.tending(store, accounting_of(configuration), clock, chore)
    return Tending(clock, counted(store))


async def make_plant(
    configuration: Configuration,
    clock: Clock,
    store: Store,
    sites: Sites,
    system_metrics: SystemMetrics,
    access: "Access",
    keeper: Keeper | None = None,
    tracer: Tracer = UNTRACED,
    neighbours: Neighbours | None = None,
    anew: "StartingAnew | None" = None,
) -> Plant:
    """Join the rooms around an open store, its keeper and its sites, and take up what they know."""
    does, leads = configuration.processes.does, configuration.processes.leads
    live = _live(configuration, clock, keeper)
    listening = _listening(configuration, live, store, keeper, clock)
    teller = teller_to(neighbours, clock, live, leads=leads)
    door = tracer.door(keeper or store)
    intake = Intake(
        clock, door, live.latest, live.stream, live.states, *listening.to_commits,
        on_shown=None if teller is None else teller.shown,
    )  # fmt: skip
    await _take_up(intake, sites, access, keeper, leads=leads)
    stamps = Stamps(clock, await (keeper or store).latest_time())
    listeners = [live.counts.poll_finished, *listening.to_polls]
    listeners += [] if teller is None else [teller.poll_finished]
    accept_all = intake.accept_all if leads else handing_over(door)
    collector = Collector()
    polling = Polling(configuration, clock, stamps, accept_all, sites.registry, listeners, tracer)
    following = Following(collector, live.health, polling.of if Role.COLLECTOR in does else None)
    sites.registry.dtus.follow(following.follow)
    tending = tending_of(store, configuration, clock)
    accept = excluding(sites.registry.excluded, accept_all)
    mqtt = _mqtt(configuration, clock, accept, live, listening) if leads else None
    beside: list[tuple[Runs, str]] = []
    if neighbours is not None and teller is not None:
        beside.append((Relearning(access, sites.registry, clock), "relearning"))
        beside += in_step(neighbours, configuration, clock, live, store, teller, accept)
    api = None
    if configuration.server.health_enabled:
        counting = None if neighbours is None else neighbours.counting
        kept = Kept(store, keeper, tending, system_metrics, access, mqtt, counting)
        pushed = accept if configuration.keeps_readings else _keep_nothing
        api = _api(configuration, clock, kept, sites, live, listening.scrape, pushed, tracer, anew)
    return Plant(store, keeper, live, intake, collector, tending, mqtt, api, beside)


async def _take_up(
    intake: Intake, sites: Sites, access: "Access", keeper: Keeper | None, *, leads: bool
) -> None:
    """Know what the store knows: now, or once it can be reached."""

    async def back() -> None:
        await (sites.registry.open() if leads else sites.registry.learn())
        await access.back()
        await intake.restore()

    if keeper is not None:
        keeper.listen(back, intake.arrived if leads else _shown_by_others)
    if keeper is None or keeper.is_open:
        await intake.restore()


async def _shown_by_others(_: Receipt) -> None:
    """Show nothing of what was handed over: the process that writes tells what became of it."""


@dataclass(frozen=True, slots=True)
class _Listening:
    """Who is told of polls and commits besides the health of the DTUs."""

    to_polls: Sequence[PollListener] = ()
    to_commits: Sequence[CommitListener] = ()
    scrape: "Scrape | None" = None
    registry: "CollectorRegistry | None" = None


def _listening(
    configuration: Configuration, live: Live, store: Store, keeper: Keeper | None, clock: Clock
) -> _Listening:
    """The metrics, where they are wanted; what is switched off is not imported."""
    if not (configuration.server.metrics_enabled and configuration.server.health_enabled):
        return _Listening()
    from prometheus_client import CollectorRegistry

    from sunledger.api.metrics import Metrics

    registry = CollectorRegistry()
    if keeper is not None:
        from sunledger.api.spool_gauges import SpoolGauges

        registry.register(SpoolGauges(lambda: keeper.standing, clock))
    if isinstance(store, Pooled):
        from sunledger.api.pool_gauges import PoolGauges

        registry.register(PoolGauges(store))
    metrics = Metrics(registry, latest=live.latest, states=live.states, health=live.health)
    return _Listening([metrics.poll_finished], [metrics.committed], metrics, registry)


def _mqtt(
    configuration: Configuration, clock: Clock, accept: Accept, live: Live, listening: _Listening
) -> BrokerPushes | None:
    """The subscription to pushes over MQTT; where nothing is kept, they are left to the broker."""
    mqtt = pushes_of(configuration.mqtt, clock, accept) if configuration.keeps_readings else None
    if mqtt is not None:
        live.health.watch(mqtt.alarm)
    if mqtt is not None and listening.registry is not None:
        from sunledger.api.mqtt_gauges import MqttGauges

        listening.registry.register(MqttGauges(mqtt.standing))
    return mqtt


def _api(
    configuration: Configuration,
    clock: Clock,
    kept: Kept,
    sites: Sites,
    live: Live,
    scrape: "Scrape | None",
    accept: Accept,
    tracer: Tracer,
    anew: "StartingAnew | None",
) -> "ASGIApp":
    from sunledger.api.application import create_api  # a third of all memory
    from sunledger.api.limits import InProcess, Limits
    from sunledger.api.probes import Probes
    from sunledger.app.surveying import Surveyor

    keeper = kept.keeper
    front = _front(configuration)
    api = create_api(
        store=kept.store,
        registry=sites.registry,
        journal=sites.journal,
        latest=live.latest,
        states=live.states,
        health=live.health,
        stream=live.stream,
        clock=clock,
        settings=_api_settings(configuration, front, tracer, anew),
        metrics=scrape,
        tending=kept.tending,
        accept=accept,
        access=kept.access,
        reach=_reach(configuration),
        limits=Limits(kept.counting or InProcess(), _rates(configuration)),
        mqtt=None if kept.mqtt is None else kept.mqtt.standing,
        system_metrics=kept.system_metrics,
        survey=Surveyor(anew.configuration if anew else configuration, sites.registry.dtus.to_read).survey,
        beginnings=anew if anew is not None and anew.is_offered else None,
        spool=None if keeper is None else lambda: keeper.standing,
        request_listeners=[live.counts.request_finished],
    )
    answers = api if Role.API in configuration.processes.does else Probes(api)
    return tracer.api(answers, front.trusted_proxies)


def _api_settings(
    configuration: Configuration, front: "Front", tracer: Tracer, anew: "StartingAnew | None"
) -> "ApiSettings":
    from sunledger.api.dashboard_files import DashboardFiles
    from sunledger.api.sources import ApiSettings

    return ApiSettings(
        version=__version__,
        zone=configuration.timing.timezone,
        front=front,
        telemetry=tracer.telemetry,
        period=timedelta(seconds=configuration.timing.query_period),
        simulation=None if anew is None else anew.simulation,
        dashboard=DashboardFiles.read(),
    )


def _rates(configuration: Configuration) -> "Rates":
    from sunledger.api.limits import Rates

    given = configuration.access
    return Rates(anonymous=given.rate_limit_anonymous, known=given.rate_limit, ingest=given.rate_limit_ingest)


def _reach(configuration: Configuration) -> "Reach":
    from sunledger.api.forwarded import named_here
    from sunledger.api.guard import Reach

    return Reach(
        loopback_only=named_here(configuration.server.health_host),
        legacy_from=[ip_network(each) for each in configuration.access.legacy_read_from],
    )


def _front(configuration: Configuration) -> "Front":
    """What the owner has opened to the network."""
    from sunledger.api.front import Front

    exposure = configuration.exposure
    return Front(
        trusted_proxies=[ip_network(each) for each in exposure.trusted_proxies],
        frame_ancestors=exposure.frame_ancestors,
        cors_origins=exposure.cors_origins,
    )


async def _keep_nothing(_: Sequence[Poll]) -> Sequence[Receipt]:
    """Take in nothing, so that whoever pushes keeps it."""
    raise StoreError("DRY_RUN or PERSISTENCE_ENABLED=false keeps nothing, so this server takes no pushes")


def _live(configuration: Configuration, clock: Clock, keeper: Keeper | None) -> Live:
    patience = Patience(
        query_period=configuration.timing.query_period,
        offline_threshold=configuration.faults.dtu_offline_threshold,
    )
    stream = Stream(clock)
    latest = LatestReadings(clock)
    alarms = [] if keeper is None else [lambda: keeper.alarm]
    told = (lambda dtu: stream.publish(DtuEvent(dtu))) if configuration.processes.leads else None
    health = Health(clock, (), patience, told, alarms)
    states = DeviceStates(clock, latest, health, patience, configuration.site.place)
    return Live(latest, health, states, stream, Counts(health.names), patience)
