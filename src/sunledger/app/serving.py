"""One run of Sunledger, from opening the store to closing it again.

The first SIGTERM or SIGINT lets the running polls finish and be kept, then closes everything: within ten
seconds. A second one ends the process at once; what was acknowledged is on the disk either way.
"""

import asyncio
import gc
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from types import MappingProxyType
from typing import TYPE_CHECKING

import structlog

from sunledger.access import Access
from sunledger.app.access import invite, make_access, sites_of_customers
from sunledger.app.background import Runs, begun
from sunledger.app.configuration import Configuration
from sunledger.app.databases import make_records, make_store
from sunledger.app.entrance import warn_of_gateways
from sunledger.app.jobs import Jobs
from sunledger.app.keeping import keeper_for
from sunledger.app.neighbours import in_turn, meet, schema_is_there
from sunledger.app.plant import Plant, make_plant
from sunledger.app.roles import Role
from sunledger.app.sites import Origin, Sites, at_home, open_sites, pins_of
from sunledger.app.stopping import Stopping
from sunledger.app.tracing.tracer import tracer_of
from sunledger.app.vitals.sampler import Sampler
from sunledger.collector import Collector
from sunledger.sitetime import Clock, SystemClock
from sunledger.store.system_metrics import SystemMetrics

if TYPE_CHECKING:
    from sunledger.app.starting_anew import StartingAnew
    from sunledger.app.tls import Certificate

log = structlog.get_logger("sunledger.app")


async def serve(
    configuration: Configuration,
    clock: Clock,
    announce: Callable[[str], None],
    seconds: float | None = None,
    origin: Origin = MappingProxyType({}),
    anew: "StartingAnew | None" = None,
) -> None:
    """Run until a signal comes, for `seconds` of the clock, or until `anew` is to take over.

    `announce` is told the address once requests are answered; it is empty without an HTTP server. Raises
    StoreError when the store cannot be opened, ConfigurationError when the address cannot be had.
    """
    stopping = Stopping()
    stopping.watch()
    warn_of_gateways(configuration.access.legacy_read_from)
    pins = pins_of(configuration, origin)
    leads = configuration.processes.leads
    async with AsyncExitStack() as stack:
        neighbours = await meet(configuration, stack)
        if not leads and not await stopping.unless_asked(schema_is_there(configuration, clock)):
            return
        configuration = await at_home(configuration)
        tracer = tracer_of(configuration)
        stack.push_async_callback(tracer.close)
        store = make_store(configuration, clock, tracer=tracer)
        keeper = keeper_for(store, configuration, clock)
        await (keeper or store).open()
        stack.push_async_callback((keeper or store).close)
        records = make_records(configuration, tracer=tracer)
        await records.documents.open()
        stack.push_async_callback(records.documents.close)
        sites = await open_sites(records.documents, clock, pins, may_be_away=keeper is not None, makes=leads)
        access = await _open_access(configuration, sites, stack)
        if anew is not None:
            anew.join(stopping, sites.registry, store)
        plant = await make_plant(
            configuration, clock, store, sites, records.system_metrics, access, keeper, tracer, neighbours,
            anew,
        )  # fmt: skip
        stack.push_async_callback(plant.tending.close)
        if Role.JOBS in configuration.processes.does:
            jobs = _jobs(plant, records.system_metrics, clock)
            stack.push_async_callback(begun(in_turn(neighbours, Role.JOBS, jobs, clock, stack), "jobs"))
        address = await _start(plant, configuration, stack)
        collect_garbage_rarely()
        announce(address)
        await invite(access, address, configuration.server.health_host)
        runs: Runs = plant.collector
        if Role.COLLECTOR in configuration.processes.does:
            runs = in_turn(neighbours, Role.COLLECTOR, runs, clock, stack, unless_told=leads)
        await _poll_until(stopping.wait(clock, seconds), plant.collector, runs)
    log.info("stopped")


async def _open_access(configuration: Configuration, sites: Sites, stack: AsyncExitStack) -> Access:
    """Who may come in, looking from now on what other processes change of it."""
    access = make_access(configuration, sites_of_customers(sites.registry))
    await access.open()
    stack.push_async_callback(access.close)
    stack.push_async_callback(begun(access, "access"))
    return access


def collect_garbage_rarely() -> None:
    """Leave what the start has made alone, and look for cycles less often.

    A poll makes a thousand tuples and no cycle; with Python's own thresholds, looking for one takes a tenth
    of the time that a poll costs, and shows in the slowest answers.
    """
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)


_NEW_OBJECTS = 20_000
"""New objects that outlive their making before Python looks for cycles among them; its own is 700."""


async def _start(plant: Plant, configuration: Configuration, stack: AsyncExitStack) -> str:
    """Begin to take in and to answer; the address of the HTTP server, if there is one."""
    for each, name in plant.beside:
        stack.push_async_callback(begun(each, name))
    if plant.keeper is not None:
        plant.keeper.start()
    address = await _serve_http(plant, configuration, stack)
    if plant.mqtt is not None:
        stack.push_async_callback(plant.mqtt.close)
        plant.mqtt.start()
    return address


async def _serve_http(plant: Plant, configuration: Configuration, stack: AsyncExitStack) -> str:
    """Start the HTTP server where one is wanted; its address."""
    if plant.api is None:
        return ""
    from sunledger.app.server import HttpServer, listen, url_of  # imports uvicorn

    certificate = _certificate(configuration, stack)
    listener = listen(configuration.server.health_host, configuration.server.health_port)
    server = HttpServer(plant.api, listener, None if certificate is None else certificate.context)
    await server.start()
    stack.push_async_callback(server.stop)
    stack.callback(plant.live.stream.close)
    return url_of(listener, "http" if certificate is None else "https")


def _certificate(configuration: Configuration, stack: AsyncExitStack) -> "Certificate | None":
    """What the server shows to clients over TLS, watched until it ends."""
    pair = configuration.exposure.pair
    if pair is None:
        return None
    from sunledger.app.tls import Certificate

    certificate = Certificate(pair, SystemClock())
    watching = asyncio.create_task(certificate.watch(), name="certificate")
    stack.callback(watching.cancel)
    return certificate


def _jobs(plant: Plant, metrics: SystemMetrics, clock: Clock) -> Jobs:
    """The chores, and samples where the minutes of the clock tell something of this machine."""
    if not isinstance(clock, SystemClock):
        return Jobs(plant.tending.chores)
    sampler = Sampler(clock, metrics, plant.live.counts, plant.store.statistics)
    return Jobs(plant.tending.chores, sampler.run)


async def _poll_until(end: Coroutine[None, None, None], collector: Collector, runs: Runs) -> None:
    """Poll until it is time to stop; a loop that ends by itself is a bug, and raised.

    `runs` runs the collector, perhaps when its turn comes.
    """
    polling = asyncio.create_task(runs.run(), name="collector")
    waiting = asyncio.create_task(end, name="end")
    await asyncio.wait({polling, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    await collector.stop()
    if runs is not collector:
        polling.cancel()  # its turn may never come
        await asyncio.wait({polling})
    if not polling.cancelled():
        await polling
