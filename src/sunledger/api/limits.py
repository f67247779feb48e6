"""Limits: how often somebody may ask, by token, user, device or address; in process, or shared through Redis.

Answers tell what is left, in the fields of draft-ietf-httpapi-ratelimit-headers, and 429 says when to come
back. Requests from the machine itself are not counted, nor are the files that the dashboard is made of.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import Message, Send

from sunledger.access.principal import Kind, Principal
from sunledger.api.forwarded import origin_of
from sunledger.api.problems import Problem, Trouble

_PUSH = re.compile(r"/api/v1/devices/([A-Za-z0-9_-]{1,64})/telemetry")
_MINUTE = 60
_FREE = "/assets/"
"""Files of the dashboard, the same for everybody: a page has many, and one is no dearer than to refuse it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Requests a minute; 0: as many as come."""

    anonymous: int = 60
    """Of an address that sends no credential."""
    known: int = 600
    """Of a user, a token, or an address that is let in by its network."""
    ingest: int = 600
    """Pushes for one device."""


class Counted(NamedTuple):
    """What counts a request: the limit's name, how many a minute, and for whom."""

    name: str
    rate: int
    key: str


class Allowance(NamedTuple):
    """What is left of a limit."""

    counted: Counted
    granted: bool
    left: int
    seconds: int
    """Until there is more."""

    def tell(self, headers: MutableHeaders) -> None:
        """Write it into an answer's headers."""
        name, rate = self.counted.name, self.counted.rate
        headers["RateLimit-Policy"] = f'"{name}";q={rate};w={_MINUTE}'
        headers["RateLimit"] = f'"{name}";r={self.left};t={self.seconds}'


class Counting(Protocol):
    """Counts requests, here or for all processes together."""

    async def hit(self, counted: Counted) -> Allowance:
        """Count one more; it is not granted where the limit is reached."""


class InProcess:
    """Counts requests of this process alone; what does it is imported with the first that is counted."""

    def __init__(self) -> None:
        self._counter: Counting | None = None

    async def hit(self, counted: Counted) -> Allowance:
        """Count one more."""
        if self._counter is None:
            from sunledger.api.counting import in_process  # noqa: PLC0415

            self._counter = in_process()
        return await self._counter.hit(counted)


class Limits:
    """Decides what counts a request, and refuses those that are too many."""

    def __init__(self, counting: Counting, rates: Rates) -> None:
        self._counting = counting
        self._rates = rates

    async def hit(self, counted: Counted) -> Allowance:
        """Count what has a limit of its own."""
        return await self._counting.hit(counted)

    async def spend(self, connection: HTTPConnection, who: Principal) -> Allowance | None:
        """Count a request; None for one that is not counted. Raises `Problem`."""
        counted = self.counted(connection, who)
        if counted is None or counted.rate == 0:
            return None
        allowance = await self._counting.hit(counted)
        if not allowance.granted:
            raise too_many(allowance)
        return allowance

    def counted(self, connection: HTTPConnection, who: Principal) -> Counted | None:
        """What counts this request."""
        origin = origin_of(connection)
        if who.kind is Kind.OWNER or origin.local or connection.scope["path"].startswith(_FREE):
            return None
        if who.kind is Kind.ANONYMOUS:
            network = connection.state.from_legacy_network
            return (
                Counted("network", self._rates.known, origin.household)
                if network
                else Counted("anonymous", self._rates.anonymous, origin.household)
            )
        pushed = _PUSH.fullmatch(connection.scope["path"])
        if pushed is not None:
            return Counted("ingest", self._rates.ingest, f"{pushed[1]} {who.kind} {who.id}")  # not for others
        return Counted(who.kind.value, self._rates.known, who.id)


def too_many(allowance: Allowance) -> Problem:
    """The answer to whoever asks too often."""
    counted = allowance.counted
    detail = (
        f"More than {counted.rate} requests a minute ({counted.name}); ask again in {allowance.seconds} s."
    )
    headers = {"Retry-After": str(max(1, allowance.seconds))}
    return Problem(Trouble.TOO_MANY, detail, headers=headers)


def telling(send: Send, allowance: Allowance) -> Send:
    """Send an answer with what is left."""

    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            allowance.tell(MutableHeaders(scope=message))
        await send(message)

    return told
