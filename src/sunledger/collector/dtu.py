"""The loop that polls one DTU.

*State: the next due time, the breaker, and what was learned of the DTU*, which is surveyed again with every
new connection: the DTU may have been replaced or have started anew.

Here, and nowhere else, device errors end. A poll that failed is counted, told and tried again later:

    a DeviceError     the DTU's failure: back-off and breaker
    a StoreError      ours: the readings are lost for this time, the DTU is polled on as usual
    anything else     a bug: logged with its traceback, then treated like the DTU's failure, so that what one
                      DTU brings to light does not stop the others
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import structlog

from sunledger.collector.breaker import THRESHOLD, Breaker
from sunledger.collector.schedule import Schedule
from sunledger.inverters import Driver, Harvest, Survey
from sunledger.live import STORAGE, PollListener, PollOutcome
from sunledger.measurements import Poll
from sunledger.sitetime import Clock, Stamp, Stamps
from sunledger.store.protocol import StoreError
from sunledger.transports import DeviceError, Garbled, Link, Refused

log = structlog.get_logger("sunledger.collector")

Accept = Callable[[Poll], Awaitable[object]]
"""Takes a poll in durably; raises StoreError."""

INTERNAL = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class DtuSettings:
    """How one DTU is polled."""

    name: str
    place: str | None = None
    """What takes one connection only, such as a host and port; None shares it with nobody."""
    query_period: float = 60.0
    exponential_backoff: bool = True
    breaker_threshold: int = THRESHOLD
    register_step: int | None = None
    """None means learned by survey."""
    exclude_inverters: AbstractSet[str] = frozenset()
    """Serial numbers of inverters whose readings are not kept; looked at in every poll."""


class DtuCollector:
    """Polls one DTU, one poll at a time, until it is told to stop."""

    def __init__(
        self,
        settings: DtuSettings,
        driver: Driver,
        link: Link,
        clock: Clock,
        stamps: Stamps,
        accept: Accept,
        rng: random.Random,
        listeners: Sequence[PollListener] = (),
    ) -> None:
        self.name = settings.name
        self.place = settings.place
        self._settings = settings
        self._driver = driver
        self._link = link
        self._clock = clock
        self._stamps = stamps
        self._accept = accept
        self._listeners = listeners
        self._breaker = Breaker(threshold=settings.breaker_threshold)
        self._schedule = Schedule(
            clock.monotonic(),
            settings.query_period,
            rng,
            backoff=settings.exponential_backoff,
        )
        self._survey: Survey | None = None
        self._surveyed_connection = 0
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Poll whenever a poll is due; returns once `stop` was called and the running poll has ended."""
        try:
            while await self._due():
                outcome = await self.poll()
                for listener in self._listeners:
                    listener(outcome)
        finally:
            await self._link.close()

    def stop(self) -> None:
        """End the loop after the poll that is running, or at once when none is."""
        self._stopping.set()

    async def poll(self) -> PollOutcome:
        """Poll once, now, and plan the next poll."""
        stamp, started = self._stamps.stamp(), self._clock.monotonic()
        self._breaker = self._breaker.trying()
        outcome = PollOutcome(dtu_name=self.name, started_at=stamp.at, seconds=0.0)
        try:
            harvest = await self._harvest(stamp)
            await self._accept(self._poll_of(harvest, stamp))
            outcome = replace(
                outcome,
                inverters=len(harvest.inverters),
                ports=len(harvest.ports),
                failed_blocks=len(harvest.failures),
            )
        except DeviceError as error:
            outcome = replace(outcome, error_type=error.kind, error=str(error))
        except StoreError as error:
            outcome = replace(outcome, error_type=STORAGE, error=str(error))
        except Exception as error:
            log.exception("collector_failed", dtu_name=self.name)
            outcome = replace(outcome, error_type=INTERNAL, error=f"{type(error).__name__}: {error}")
        return self._conclude(outcome, started)

    async def _due(self) -> bool:
        """Wait until a poll is due; False as soon as the loop is to end."""
        wait = self._schedule.due - self._clock.monotonic()
        if wait > 0 and not self._stopping.is_set():
            waits = [
                asyncio.ensure_future(self._clock.sleep(wait)),
                asyncio.ensure_future(self._stopping.wait()),
            ]
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for each in waits:
                    each.cancel()
        return not self._stopping.is_set()

    async def _harvest(self, stamp: Stamp) -> Harvest:
        """Ask the DTU, without the inverters that nobody wants."""
        survey = await self._surveyed()
        harvest = await self._driver.read(self._link, survey, stamp.at)
        unwanted = self._settings.exclude_inverters
        if not unwanted:
            return harvest
        return replace(
            harvest,
            inverters=tuple(each for each in harvest.inverters if each.serial_number not in unwanted),
            ports=tuple(each for each in harvest.ports if each.serial_number not in unwanted),
        )

    async def _surveyed(self) -> Survey:
        if self._survey is not None and self._surveyed_connection == self._link.generation:
            return self._survey
        try:
            survey = await self._driver.survey(self._link)
        except (Refused, Garbled):
            if self._survey is None:
                raise
            return self._survey  # most likely the same DTU: what answers now is worth more than certainty
        if self._settings.register_step is not None:
            survey = replace(survey, register_step=self._settings.register_step)
        if survey != self._survey:
            log.info(
                "dtu_surveyed",
                dtu_name=self.name,
                gateway_serial=survey.gateway_serial,
                register_step=survey.register_step,
            )
        self._survey, self._surveyed_connection = survey, self._link.generation
        return survey

    def _poll_of(self, harvest: Harvest, stamp: Stamp) -> Poll:
        return Poll(
            dtu_name=self.name,
            taken_at=stamp.at,
            inverters=harvest.inverters,
            ports=harvest.ports,
            inverter_type=self._driver.name,
            suspect_time=stamp.suspect,
        )

    def _conclude(self, outcome: PollOutcome, started: float) -> PollOutcome:
        """Draw the consequences of a poll."""
        now = self._clock.monotonic()
        if outcome.error_type in (None, STORAGE):
            self._breaker = self._breaker.succeeded()
        else:
            self._breaker = self._breaker.failed(now)
        due = self._schedule.plan(now, self._breaker.failures, self._breaker.probes_at)
        outcome = replace(outcome, seconds=now - started, breaker=self._breaker.state, next_poll_in=due - now)
        _report(outcome)
        return outcome


def _report(outcome: PollOutcome) -> None:
    told = {
        "dtu_name": outcome.dtu_name,
        "seconds": round(outcome.seconds, 3),
        "next_poll_in": round(outcome.next_poll_in, 1),
        "breaker": outcome.breaker.value,
    }
    if outcome.error_type is None:
        log.info(
            "poll_finished",
            inverters=outcome.inverters,
            ports=outcome.ports,
            failed_blocks=outcome.failed_blocks,
            **told,
        )
    else:
        log.warning("poll_failed", error_type=outcome.error_type, error=outcome.error, **told)
