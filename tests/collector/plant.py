"""A whole plant over real sockets: simulated DTUs, Modbus TCP, driver, collector, intake and store."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sunledger.collector import Collector, DtuCollector, DtuSettings
from sunledger.intake import Intake
from sunledger.inverters.hoymiles import Hoymiles
from sunledger.live import DeviceStates, Health, LatestReadings, Patience, PollOutcome, Stream
from sunledger.sitetime import ManualClock, Span, Stamps, instant
from sunledger.store.memory import MemoryStore
from sunledger.store.protocol import Accounting, Of
from sunledger.transports import CommParams, ModbusTcp

NOON = datetime(2026, 6, 21, 10, 0, tzinfo=UTC)
PERIOD = 60.0
EVER = Span(datetime(1960, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


class Plant:
    """Everything from the socket to the store, on one clock that stands still until it is told to go on."""

    def __init__(self, start: datetime = NOON) -> None:
        self.clock = ManualClock(start)
        self.store = MemoryStore(Accounting(zone=ZoneInfo("Europe/Warsaw")))
        self.latest = LatestReadings(self.clock)
        self.stream = Stream(self.clock)
        self.health = Health(self.clock, [], Patience())
        states = DeviceStates(self.clock, self.latest, self.health, Patience())
        self.intake = Intake(self.clock, self.store, self.latest, self.stream, states)
        self.outcomes: dict[str, list[PollOutcome]] = {}
        self._news = asyncio.Event()
        self._stamps = Stamps(self.clock)
        self._dtus: list[DtuCollector] = []

    def connect(self, name: str, port: int, *, timeout: float = 20.0, retries: int = 0) -> None:
        """Read the DTU on a port of the loopback."""
        comm = CommParams(timeout=timeout, retries=retries, gap=0)
        link = ModbusTcp("127.0.0.1", port, 1, self.clock, comm)
        heard: list[PollOutcome] = []
        self.outcomes[name] = heard
        self._dtus.append(
            DtuCollector(
                DtuSettings(name=name, query_period=PERIOD),
                Hoymiles(),
                link,
                self.clock,
                self._stamps,
                self.intake.accept,
                random.Random(name),
                [heard.append, self.health.heard, lambda _: self._news.set()],
            )
        )

    @asynccontextmanager
    async def running(self, grace: float = 5.0) -> AsyncIterator[None]:
        """Collect for as long as the block."""
        collector = Collector(self._dtus)
        task = asyncio.create_task(collector.run())
        await self.clock.advance(0)
        try:
            yield
        finally:
            await collector.stop(grace)
            await asyncio.wait_for(task, 10)

    async def polled(self, times: int, *names: str) -> None:
        """Wait, in real time, until these DTUs were polled so often."""
        async with asyncio.timeout(60):
            while not all(len(self.outcomes[name]) >= times for name in names):
                self._news.clear()
                await self._news.wait()
        await self.clock.advance(0)

    async def stored_at(self, of: Of) -> dict[datetime, int]:
        """How many rows are stored of each moment."""
        page = await self.store.readings(of, None, EVER, limit=1_000_000)
        counts: dict[datetime, int] = {}
        for row in page.rows:
            at = instant(row[0] or 0)
            counts[at] = counts.get(at, 0) + 1
        return counts

    def started(self, name: str) -> list[timedelta]:
        """When each poll of a DTU began, from the start."""
        return [outcome.started_at - NOON for outcome in self.outcomes[name]]
