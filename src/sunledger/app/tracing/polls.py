"""A poll as a trace: `poll`, and in it `survey_dtu`, `query_dtu` and `save_to_database`.

Pushes come by the same door: theirs, over HTTP and MQTT, is a `save_to_database`, too.
"""

from collections.abc import Sequence
from datetime import datetime

from opentelemetry.trace import Span, StatusCode, Tracer

from sunledger.collector import DtuCollector
from sunledger.intake.intake import Keeping
from sunledger.inverters import Driver, Harvest, Survey
from sunledger.live import PollOutcome
from sunledger.measurements import Batch
from sunledger.store.records import Device, Entry, Found, Latest, Loaded, Receipt
from sunledger.transports import Link


def traced_collector(tracer: Tracer) -> type[DtuCollector]:
    """A collector whose polls are traced."""

    class TracedCollector(DtuCollector):
        """Polls one DTU, and tells of each poll."""

        async def poll(self) -> PollOutcome:
            """Poll once, in a span."""
            with tracer.start_as_current_span("poll", attributes={"dtu.name": self.name}) as span:
                outcome = await super().poll()
                _conclude(span, outcome)
            return outcome

    return TracedCollector


def _conclude(span: Span, outcome: PollOutcome) -> None:
    span.set_attributes(
        {
            "poll.inverters": outcome.inverters,
            "poll.ports": outcome.ports,
            "poll.failed_blocks": outcome.failed_blocks,
            "dtu.breaker": outcome.breaker.value,
        }
    )
    if outcome.error_type is not None:
        span.set_attribute("error.type", outcome.error_type)
        span.set_status(StatusCode.ERROR, outcome.error)


class TracedDriver:
    """Asks a DTU, in spans."""

    def __init__(self, driver: Driver, tracer: Tracer) -> None:
        self._driver = driver
        self._tracer = tracer

    @property
    def name(self) -> str:
        """The brand's name."""
        return self._driver.name

    async def survey(self, link: Link) -> Survey:
        """Learn what reading needs to know."""
        with self._tracer.start_as_current_span("survey_dtu", record_exception=False):
            return await self._driver.survey(link)

    async def read(self, link: Link, survey: Survey, taken_at: datetime) -> Harvest:
        """Read everything once."""
        with self._tracer.start_as_current_span("query_dtu", record_exception=False) as span:
            harvest = await self._driver.read(link, survey, taken_at)
            span.set_attribute("dtu.gateway_serial", survey.gateway_serial)
            span.set_attribute("dtu.failures", len(harvest.failures))
            return harvest


class TracedDoor:
    """Keeps polls, in a span."""

    def __init__(self, door: Keeping, tracer: Tracer) -> None:
        self._door = door
        self._tracer = tracer

    async def commit_all(self, entries: Sequence[Entry]) -> Sequence[Receipt]:
        """Keep polls durably."""
        with self._tracer.start_as_current_span("save_to_database", record_exception=False) as span:
            span.set_attribute("polls", len(entries))
            span.set_attribute("readings", sum(entry.poll.size for entry in entries))
            return await self._door.commit_all(entries)

    async def load(self, batch: Batch, found: Sequence[Found] = ()) -> Loaded:
        """Keep a batch durably."""
        with self._tracer.start_as_current_span("load_into_database", record_exception=False) as span:
            span.set_attribute("readings", batch.size)
            return await self._door.load(batch, found)

    async def latest(self) -> Latest:
        """The latest reading of every series."""
        return await self._door.latest()

    async def devices(self) -> Sequence[Device]:
        """All inverters ever seen."""
        return await self._door.devices()
