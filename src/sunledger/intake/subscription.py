"""Telemetry from a broker: taken in together, kept, and only then acknowledged.

While it cannot be kept, messages are not acknowledged: they are held and tried again, and the broker keeps
what comes meanwhile. A reading that can never be used is logged and counted, and the others of its message
are kept: there is nobody who could be told. A message that breaks something of ours stays with the broker.

*State: how many messages came and were refused, and why nothing can be kept.*
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

import structlog

from sunledger.intake.exclusion import Accept
from sunledger.intake.telemetry import Fault, Telemetry, read
from sunledger.intake.telemetry_reading import Sender
from sunledger.sitetime import Clock
from sunledger.store.protocol import StoreError

log = structlog.get_logger("sunledger.intake")

TOPIC = "devices/+/telemetry"
"""Where devices publish."""
SHORTEST_WAIT, LONGEST_WAIT = 1.0, 30.0
"""Seconds between two attempts to keep messages: doubled each time."""
SETTLING = 120.0
"""Seconds after the start in which our own clock may be behind, as after a power cut: readings that seem to
be taken later than now wait so long before they are refused."""

_TOPIC = re.compile(r"devices/([A-Za-z0-9_-]{1,64})/telemetry")
_TOLD = 3
"""Faults of a message that are logged."""
_NO_DEVICE = "the topic must be devices/<id>/telemetry; an id is 1 to 64 letters, digits, _ and -"


class Letter(Protocol):
    """A message."""

    @property
    def topic(self) -> str:
        """Where it was published."""

    @property
    def payload(self) -> bytes:
        """What it says."""

    @property
    def came_at(self) -> datetime:
        """When it came, for the first time if it was sent again."""


L = TypeVar("L", bound=Letter)


class Inbox(Protocol[L]):
    """Where messages come from; each is there until it is acknowledged."""

    @property
    def connected(self) -> bool:
        """Whether messages can come."""

    @property
    def error(self) -> str | None:
        """Why they cannot."""

    @property
    def waiting(self) -> int:
        """Messages that nobody has taken yet."""

    async def received(self) -> Sequence[L]:
        """Wait for messages, and take some."""

    def is_ours(self, message: L) -> bool:
        """Whether it will not come again by itself."""

    def acknowledge(self, messages: Sequence[L]) -> None:
        """These need not come again."""


@dataclass(frozen=True, slots=True)
class Subscribed:
    """How a subscription is doing."""

    connected: bool
    error: str | None
    """Why nothing comes, or why what comes cannot be kept."""
    received: int
    """Messages that came."""
    refused: int
    """Those that had something in them that could not be used."""
    queued: int
    """Those that have come and are not kept yet."""


class Subscription(Generic[L]):
    """Brings messages from an inbox to where readings are kept."""

    def __init__(self, clock: Clock, inbox: Inbox[L], accept: Accept) -> None:
        self._clock = clock
        self._inbox = inbox
        self._accept = accept
        self._started = clock.monotonic()
        self._received = 0
        self._refused = 0
        self._in_hand = 0
        self._away: str | None = None

    @property
    def standing(self) -> Subscribed:
        """How it is doing now."""
        inbox = self._inbox
        queued = inbox.waiting + self._in_hand
        error = inbox.error or self._away
        return Subscribed(inbox.connected, error, self._received, self._refused, queued)

    @property
    def alarm(self) -> str | None:
        """What an owner has to know, in a line; None while all is well."""
        error = self.standing.error
        return None if error is None else f"MQTT: {error}"

    async def run(self) -> None:
        """Take messages in until cancelled; those that were in hand then stay with the broker."""
        while True:
            messages = await self._inbox.received()
            self._received += len(messages)
            self._in_hand = len(messages)
            await self._take(messages)
            self._in_hand = 0

    async def _take(self, messages: Sequence[L]) -> None:
        """Keep and acknowledge; where a bug prevents it, each by itself, for the sake of the others."""
        try:
            told = await self._understood(messages)
            await self._keep(told)
        except Exception:
            log.exception("telemetry_failed", topics=sorted({message.topic for message in messages}))
            for each in messages if len(messages) > 1 else ():
                await self._take([each])
        else:
            for message, said in told:
                self._note_faults(message, said)
            self._inbox.acknowledge(messages)

    async def _understood(self, messages: Sequence[L]) -> Sequence[tuple[L, Telemetry]]:
        """What messages say, as soon as our own clock can be trusted with it."""
        while True:
            told = await asyncio.to_thread(_understood, messages, self._clock.now())
            settled = self._clock.monotonic() - self._started >= SETTLING
            if settled or not any(said.ahead for _, said in told):
                return told
            await self._clock.sleep(SHORTEST_WAIT)

    def _note_faults(self, message: L, said: Telemetry) -> None:
        if said.refused:
            self._refused += 1
            log.warning(
                "telemetry_refused",
                topic=message.topic,
                readings=said.refused,
                kept=said.readings,
                reasons=[str(fault) for fault in said.faults[:_TOLD]],
            )

    async def _keep(self, told: Sequence[tuple[L, Telemetry]]) -> None:
        """Keep what has not been lost with its connection; try until it is kept."""
        wait = SHORTEST_WAIT
        while polls := [
            poll for message, said in told if self._inbox.is_ours(message) for poll in said.polls
        ]:
            try:
                await self._accept(polls)
            except StoreError as error:
                self._note_away(error)
                await self._clock.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)
            else:
                self._away = None
                return

    def _note_away(self, error: StoreError) -> None:
        if self._away is None:
            log.warning("telemetry_waits", error=str(error))
        self._away = f"messages wait at the broker: {error}"


def _understood(messages: Sequence[L], now: datetime) -> Sequence[tuple[L, Telemetry]]:
    return [(message, _said(message, now)) for message in messages]


def _said(message: Letter, now: datetime) -> Telemetry:
    device = _TOPIC.fullmatch(message.topic)
    if device is None:
        return Telemetry((), [Fault(1, None, _NO_DEVICE)], 0, 1)
    return read(message.payload, Sender(device[1], now, message.came_at))
