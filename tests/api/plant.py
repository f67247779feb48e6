"""A plant behind a real server: readings go in by the one door, questions come over a real socket."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from tests.access.rooms import access_to
from tests.servers.certificates import NO_AUTHORITIES

from sunledger.access import Access
from sunledger.access.tables import SCHEMA
from sunledger.api.application import create_api
from sunledger.api.beginnings import Beginnings
from sunledger.api.dashboard_files import BuiltFile, DashboardFiles
from sunledger.api.guard import Reach
from sunledger.api.limits import InProcess, Limits, Rates
from sunledger.api.metrics import Metrics
from sunledger.api.sources import ApiSettings
from sunledger.api.surveys import Survey
from sunledger.intake.intake import Intake
from sunledger.intake.subscription import Subscribed
from sunledger.live import DeviceStates, Health, LatestReadings, Patience, PollOutcome, Stream
from sunledger.measurements import InverterReading, Poll, PortReading
from sunledger.sites import Journal, Pin, Registry
from sunledger.sitetime import ManualClock
from sunledger.store.memory import MemoryStore
from sunledger.store.memory_documents import MemoryDocuments
from sunledger.store.memory_statements import MemoryStatements
from sunledger.store.memory_system_metrics import MemorySystemMetrics
from sunledger.store.protocol import Accounting, Store
from sunledger.store.spool import Standing
from sunledger.store.tending import Tending, counted

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 6, 21, 10, 0, tzinfo=UTC)
"""Noon by the clocks of Berlin."""
MINUTE = timedelta(minutes=1)
SERIALS = ("116180000001", "116180000002")


def port(serial: str, number: int, at: datetime, *, power: float = 300.0, total: int = 1000) -> PortReading:
    """What a port says at a moment."""
    return PortReading(
        serial_number=serial, port_number=number, taken_at=at,
        pv_voltage=33.1, pv_current=9.06, pv_power=power, today_production=700, total_production=total,
    )  # fmt: skip


def inverter(serial: str, at: datetime, *, temperature: float = 41.5) -> InverterReading:
    """What an inverter says at a moment."""
    return InverterReading(
        serial_number=serial, taken_at=at, grid_voltage=230.4, grid_frequency=50.01, temperature=temperature,
        operating_status=3, alarm_code=0, alarm_count=0, link_status=1,
    )  # fmt: skip


def poll(at: datetime, *, total: int = 1000, dtu: str = "roof", serials: Sequence[str] = SERIALS) -> Poll:
    """A poll of inverters with two ports each."""
    return Poll(
        dtu_name=dtu,
        taken_at=at,
        inverters=[inverter(serial, at) for serial in serials],
        ports=[port(serial, number, at, total=total) for serial in serials for number in (1, 2)],
        inverter_type="hoymiles",
    )


def outcome(at: datetime, error: str | None = None) -> PollOutcome:
    """How the poll of the DTU `roof` ended."""
    return PollOutcome(
        dtu_name="roof", started_at=at, seconds=0.2, ports=4, inverters=2,
        error=error, error_type="unreachable" if error else None,
    )  # fmt: skip


@dataclass
class Plant:
    """The rooms behind the server, and a client in front of it."""

    clock: ManualClock
    store: Store
    intake: Intake
    health: Health
    stream: Stream
    metrics: Metrics
    journal: Journal
    system_metrics: MemorySystemMetrics
    access: Access
    api: FastAPI
    server: uvicorn.Server
    client: httpx.AsyncClient

    @property
    def address(self) -> str:
        """Host and port of the server."""
        return self.client.base_url.netloc.decode()

    async def read(self, minutes: int = 1) -> None:
        """Poll once a minute; every port counts 5 Wh a poll."""
        for _ in range(minutes):
            now = self.clock.now()
            await self.intake.accept(poll(now, total=1000 + 5 * round((now - NOON) / MINUTE)))
            self.health.heard(outcome(now))
            self.metrics.poll_finished(outcome(now))
            await self.clock.advance(60, settle=1)

    async def get(self, path: str, **parameters: object) -> httpx.Response:
        """Ask."""
        return await self.client.get(path, params={k: str(v) for k, v in parameters.items()} or None)


LOOPBACK, RATES = Reach(loopback_only=True), Rates()


A_PAGE = DashboardFiles({"index.html": BuiltFile(b"<html>", None, {"Content-Type": "text/html"})})


@asynccontextmanager
async def serving(
    store: Store | None = None,
    clock: ManualClock | None = None,
    pins: Sequence[Pin] = (),
    tending: Tending | None = None,
    spool: Callable[[], Standing] | None = None,
    mqtt: Callable[[], Subscribed] | None = None,
    reach: Reach = LOOPBACK,
    rates: Rates = RATES,
    access: Access | None = None,
    survey: Survey | None = None,
    beginnings: Beginnings | None = None,
    simulation: float | None = None,
) -> AsyncIterator[Plant]:
    """A plant whose server runs."""
    clock = clock or ManualClock(NOON)
    store = store or MemoryStore(Accounting(zone=BERLIN))
    latest, health, stream = LatestReadings(clock), Health(clock, ["roof"], Patience()), Stream(clock)
    states = DeviceStates(clock, latest, health, Patience())
    metrics = Metrics(CollectorRegistry(), latest=latest, states=states, health=health)
    intake = Intake(clock, store, latest, stream, states, metrics.committed)
    documents, system_metrics = MemoryDocuments(), MemorySystemMetrics()
    registry, journal = Registry(documents, clock, pins), Journal(documents, clock)
    await registry.open()
    access = access or access_to(MemoryStatements(SCHEMA), clock)
    await access.open()
    api = create_api(
        store=store, registry=registry, journal=journal,
        latest=latest, states=states, health=health, stream=stream, clock=clock,
        settings=ApiSettings(
            version="1.2.3", zone=BERLIN, simulation=simulation, period=MINUTE, dashboard=A_PAGE
        ), metrics=metrics,
        tending=tending or Tending(clock, counted(store)), system_metrics=system_metrics, spool=spool,
        accept=intake.accept_all, mqtt=mqtt, access=access,
        reach=reach, limits=Limits(InProcess(), rates), survey=survey, beginnings=beginnings,
    )  # fmt: skip
    async with (
        listening(api) as (server, address),
        httpx.AsyncClient(base_url=address, verify=NO_AUTHORITIES) as client,
    ):
        yield Plant(
            clock,
            store,
            intake,
            health,
            stream,
            metrics,
            journal,
            system_metrics,
            access,
            api,
            server,
            client,
        )
        stream.close()
    await access.close()


@asynccontextmanager
async def listening(api: FastAPI) -> AsyncIterator[tuple[uvicorn.Server, str]]:
    """A real server on a port of its own, and its address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        # With the protocol unnamed asyncio leaves Nagle's algorithm on, and every answer waits 40 ms.
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = uvicorn.Config(api, log_config=None, access_log=False, lifespan="off", proxy_headers=False)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve([listener]))
        try:
            yield server, f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            if server.started:
                await _end(server)
                task.cancel()
            await asyncio.wait([task])
            if not task.cancelled():
                task.result()


async def _end(server: uvicorn.Server) -> None:
    """End it as soon as nothing is under way; it would look for that ten times a second."""
    for each in server.servers:
        each.close()
    state = server.server_state
    for connection in list(state.connections):
        connection.shutdown()
    while state.connections or state.tasks:  # noqa: ASYNC110  uvicorn tells nobody
        await asyncio.sleep(0.001)
    for each in server.servers:
        await each.wait_closed()
