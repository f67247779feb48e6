"""A driver that does what a test says, and a link that only counts its connections."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sunledger.inverters import Harvest, Survey
from sunledger.measurements import InverterReading, Poll, PortReading
from sunledger.transports import DeviceError, Link

NOON = datetime(2026, 6, 21, 12, 0, tzinfo=UTC)
SERIALS = ("114100000001", "114100000002")


class CountingLink:
    """A link without a wire."""

    def __init__(self) -> None:
        self.generation = 1
        self.closed = False

    async def read_holding(self, address: int, count: int) -> bytes:
        raise AssertionError("the scripted driver asks nothing")

    async def close(self) -> None:
        self.closed = True


class ScriptedDriver:
    """Answers each poll with the next line of its script, and with readings once that has ended."""

    name = "scripted"

    def __init__(self, *script: Exception | None) -> None:
        self.script = list(script)
        self.surveys: list[Survey | DeviceError] = []
        self.surveyed = 0
        self.steps: list[int] = []
        self.before_answer: Callable[[], None] = lambda: None
        self.failures: Sequence[DeviceError] = ()

    async def survey(self, link: Link) -> Survey:
        self.surveyed += 1
        answer = self.surveys.pop(0) if self.surveys else Survey("10f871600831", 40)
        if isinstance(answer, DeviceError):
            raise answer
        return answer

    async def read(self, link: Link, survey: Survey, taken_at: datetime) -> Harvest:
        self.steps.append(survey.register_step)
        self.before_answer()
        failure = self.script.pop(0) if self.script else None
        if failure is not None:
            raise failure
        return Harvest(
            tuple(InverterReading(serial_number=serial, taken_at=taken_at) for serial in SERIALS),
            tuple(
                PortReading(serial_number=serial, port_number=1, taken_at=taken_at, pv_power=200.0)
                for serial in SERIALS
            ),
            tuple(self.failures),
        )


class Kept:
    """Takes polls in, unless it is told to fail."""

    def __init__(self) -> None:
        self.polls: list[Poll] = []
        self.failure: Exception | None = None

    async def accept(self, poll: Poll) -> None:
        if self.failure is not None:
            raise self.failure
        self.polls.append(poll)
