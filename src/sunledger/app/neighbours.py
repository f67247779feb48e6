"""The other processes of one Sunledger: how this one hears of them, and is heard."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from sunledger.access import Access
from sunledger.app.background import Runs
from sunledger.app.configuration import Configuration
from sunledger.app.databases import address_of, make_statements, require_driver
from sunledger.app.leased import Leased
from sunledger.app.problems import ConfigurationError, Problem
from sunledger.app.roles import Role
from sunledger.intake.exclusion import Accept
from sunledger.intake.follower import Follower
from sunledger.intake.handed_over import HandedOver
from sunledger.intake.intake import Known
from sunledger.intake.teller import Teller
from sunledger.sites import Registry
from sunledger.sitetime import Clock
from sunledger.store.handover import Handover
from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.protocol import StoreError, StoreNotReady, StoreUnusable
from sunledger.transports.channel import Channel

if TYPE_CHECKING:
    from sunledger.api.limits import Counting
    from sunledger.app.plant import Live

log = structlog.get_logger("sunledger.app")

_READY_AGAIN = 1.0
"""Seconds between two looks whether the writer has made the schema."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What they share."""

    channel: Channel
    handover: Handover
    counting: "Counting | None"
    """Counts requests for all of them; None without an HTTP server."""
    address: PostgresAddress


async def meet(configuration: Configuration, stack: AsyncExitStack) -> Neighbours | None:
    """The way to other processes, where there may be some; let go of at the end of `stack`.

    Raises ConfigurationError where Redis is asked for and its library is missing.
    """
    url = configuration.processes.redis
    if url is None or not configuration.is_on_server:
        return None
    try:
        from sunledger.transports.redis_channel import RedisChannel
    except ImportError as error:
        message = f"the library for Redis is missing ({error})"
        fix = "install it with `pip install 'sunledger[redis]'`, or set no REDIS_URL"
        raise ConfigurationError([Problem("REDIS_URL", "configuration", message, fix)]) from error
    handover = Handover(make_statements(configuration.database))
    channel = RedisChannel(url)
    await handover.open()
    stack.push_async_callback(handover.close)
    stack.push_async_callback(channel.close)
    counting = _counting(url, stack) if configuration.server.health_enabled else None
    return Neighbours(channel, handover, counting, address_of(configuration.database))


def _counting(url: str, stack: AsyncExitStack) -> "Counting":
    from sunledger.api.shared_counting import shared

    counting = shared(url)
    stack.push_async_callback(counting.close)
    return counting


async def schema_is_there(configuration: Configuration, clock: Clock) -> None:
    """Wait until the process that writes has made today's schema. Raises `StoreUnusable`.

    Who polls does not wait for a server that is away: the spool takes what comes.
    """
    require_driver()
    from sunledger.store.postgres_statements import has_schema_of_today

    told = False
    while True:
        try:
            await has_schema_of_today(address_of(configuration.database))
        except StoreError as error:
            if isinstance(error, StoreUnusable) and not isinstance(error, StoreNotReady):
                raise
            if Role.COLLECTOR in configuration.processes.does and not isinstance(error, StoreUnusable):
                return
            if not told:
                log.warning("waiting_for_the_process_that_writes", error=str(error))
            told = True
            await clock.sleep(_READY_AGAIN)
        else:
            return


class Relearning:
    """Learns what other processes have changed of devices, whenever the audit has grown."""

    EVERY = 2.0
    """Seconds between looks."""

    def __init__(self, access: Access, registry: Registry, clock: Clock) -> None:
        self._access = access
        self._registry = registry
        self._clock = clock

    async def run(self) -> None:
        """Look until cancelled."""
        known: object = None
        while True:
            try:
                head = await self._access.audit.head()
                if head != known:
                    await self._registry.learn()
                known = head
            except StoreError as error:
                log.debug("changes_not_seen", error=str(error))
            await self._clock.sleep(self.EVERY)


def in_turn(
    neighbours: Neighbours | None,
    role: Role,
    work: Runs,
    clock: Clock,
    stack: AsyncExitStack,
    *,
    unless_told: bool = False,
) -> Runs:
    """The work of a role that one process at a time has; as it is, where there is no other.

    `unless_told`: begin although the database is away, which alone knows whose turn it is.
    """
    if neighbours is None:
        return work
    from sunledger.store.postgres_lease import PostgresLease, Work

    lease = PostgresLease(neighbours.address, Work[role.name])
    stack.push_async_callback(lease.close)
    return Leased(lease, clock, work.run, role.value, unless_told=unless_told)


def teller_to(neighbours: Neighbours | None, clock: Clock, live: "Live", *, leads: bool) -> Teller | None:
    """What tells the others; only who takes polls in tells subscribers' events."""
    if neighbours is None:
        return None
    return Teller(neighbours.channel, live.latest, clock, live.stream if leads else None)


def in_step(
    neighbours: Neighbours,
    configuration: Configuration,
    clock: Clock,
    live: "Live",
    store: Known,
    teller: Teller,
    accept: Accept,
) -> Iterator[tuple[Runs, str]]:
    """What runs so that all processes know the same."""
    does, leads = configuration.processes.does, configuration.processes.leads
    yield teller, "teller"
    if leads:
        yield HandedOver(clock, neighbours.handover, accept), "handover"
    follower = Follower(
        neighbours.channel,
        store,
        live.latest,
        live.stream,
        live.health,
        live.patience,
        clock,
        own=teller.name,
        leads=leads,
        polls=Role.COLLECTOR in does,
    )
    live.health.watch(lambda: follower.alarm)
    yield follower, "follower"
