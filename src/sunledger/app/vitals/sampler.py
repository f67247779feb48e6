"""Takes a sample of our health every minute, and lets go of those of a month ago."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from sunledger.app.vitals.counts import Counts
from sunledger.app.vitals.process import cpu_seconds, resident_bytes
from sunledger.app.vitals.samples import Machine, samples
from sunledger.sitetime import Clock
from sunledger.store.protocol import StoreError
from sunledger.store.records import Statistics
from sunledger.store.system_metrics import KEPT_FOR, SystemMetrics

log = structlog.get_logger("sunledger.app")

MINUTE = timedelta(minutes=1)
_EARLY = timedelta(seconds=1)
"""By how much a sleep may end before its minute begins: the wall clock is not the one that sleeps go by."""


class Sampler:
    """Samples at the start, and from then on whenever a minute of the clock begins.

    While the store is away samples are dropped: they tell of us, not of the plant, and others come soon.
    *State: when the last sample was taken, and what the process had taken of the machine by then.*
    """

    def __init__(
        self,
        clock: Clock,
        metrics: SystemMetrics,
        counts: Counts,
        statistics: Callable[[], Awaitable[Statistics]],
    ) -> None:
        self._clock = clock
        self._metrics = metrics
        self._counts = counts
        self._statistics = statistics
        self._sampled_at = clock.monotonic()
        self._cpu_seconds = cpu_seconds()

    async def run(self) -> None:
        """Sample until cancelled."""
        minute = _minute_of(self._clock.now())
        while True:
            await self._keep(minute)
            await self._clock.sleep((minute + MINUTE - self._clock.now()).total_seconds())
            minute = _minute_of(self._clock.now() + _EARLY)

    async def _keep(self, minute: datetime) -> None:
        counted, machine = self._counts.taken(), self._machine()
        try:
            await self._metrics.keep(samples(minute, counted, machine, await self._statistics()))
            if minute.minute == 0:
                await self._metrics.forget(minute - KEPT_FOR)
        except StoreError as error:
            log.debug("sample_dropped", error=str(error))

    def _machine(self) -> Machine:
        """What we took of the machine since the last time."""
        before_at, before_cpu = self._sampled_at, self._cpu_seconds
        self._sampled_at, self._cpu_seconds = self._clock.monotonic(), cpu_seconds()
        return Machine(self._sampled_at - before_at, self._cpu_seconds - before_cpu, resident_bytes())


def _minute_of(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
