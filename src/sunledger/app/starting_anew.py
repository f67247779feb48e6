"""The end of this run and the beginning of another one in the same process, perhaps as another plant.

Simulated readings never mix with real ones: each plant has a database of its own, and a run knows one of them
only. So the process stops as for SIGTERM, with everything committed, and puts itself in its own place, by the
same interpreter and arguments but for `--simulate`. The choice of the simulator is one for that run; a DTU
that is given is kept in the database of one's own plant, where also `--or-simulate` finds it.
"""

import logging
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import NamedTuple, NoReturn

import structlog

from sunledger.access import Actor, Event
from sunledger.access.carrying import carry, is_known
from sunledger.api.beginnings import Impossible
from sunledger.app.access import make_access, sites_of_customers
from sunledger.app.configuration import Configuration
from sunledger.app.databases import make_records, make_statements, make_store
from sunledger.app.loading import Loaded
from sunledger.app.roles import ALL
from sunledger.app.simulation import simulated
from sunledger.app.sites import at_home, kept_dtus, pins_of
from sunledger.app.stopping import Stopping
from sunledger.sites import DTU, HOME, SITE, Registry, Taken
from sunledger.sitetime import SystemClock
from sunledger.store.protocol import Store
from sunledger.store.statements import Statements

log = structlog.get_logger("sunledger.app")

_SOMEBODY_ELSES = (
    "your own plant has an administrator already: begin it without a DTU, log in there, and add it then"
)
SIMULATE, OR_SIMULATE = "--simulate", "--or-simulate"


class Command(NamedTuple):
    """How this process was started."""

    interpreter: str
    arguments: Sequence[str]
    """The interpreter's name first, then its own arguments and the program's."""

    def simulating(self) -> "Command":
        """The same for the simulated plant."""
        return self._replace(arguments=[*self._without(SIMULATE), SIMULATE])

    def owning(self, *, has_dtu: bool) -> "Command":
        """The same for one's own plant, also where that has no DTU."""
        dropped = (SIMULATE,) if has_dtu else (SIMULATE, OR_SIMULATE)
        return self._replace(arguments=self._without(*dropped))

    def _without(self, *dropped: str) -> list[str]:
        return [each for each in self.arguments if each not in dropped]


class _Running(NamedTuple):
    """What is to be known of the run that is to end."""

    stopping: Stopping
    registry: Registry
    store: Store


class StartingAnew:
    """What comes after this run.

    *State: the command of the next run*, once one was asked for.
    """

    def __init__(self, loaded: Loaded, command: Command, *, simulation: float | None) -> None:
        """`simulation` is how fast the simulated plant of this run goes; None for one's own."""
        self.simulation = simulation
        self.configuration = loaded.configuration
        """Of one's own plant."""
        self._origin = loaded.origin
        self._command = command
        self._next: Command | None = None
        self._running: _Running | None = None

    @property
    def is_offered(self) -> bool:
        """Whether it may begin anew at all: it is alone, and what it keeps outlives it."""
        processes = self.configuration.processes
        return processes.does == set(ALL) and processes.redis is None and self.configuration.keeps_readings

    def join(self, stopping: Stopping, registry: Registry, store: Store) -> None:
        """A run has begun."""
        self._running = _Running(stopping, registry, store)

    async def can_simulate(self) -> bool:
        """Whether the simulator can be chosen."""
        return await self._obstacle() is None

    async def simulated(self) -> None:
        """Begin again with the simulated plant. Raises `Impossible`, StoreError."""
        obstacle = await self._obstacle()
        if obstacle is not None:
            raise Impossible(obstacle)
        async with _ready(simulated(self.configuration)) as other, _both(self.configuration, other) as both:
            await carry(*both, replacing=True)
            await self._take_home(simulated(self.configuration), ("zone",), replacing=True)
        self._begin(self._command.simulating())

    async def own(self, dtu: Mapping[str, object] | None, by: Actor) -> None:
        """Begin again with one's own plant. Raises `Impossible`, `SitesError`, StoreError."""
        self._require_none_begun()
        if self.simulation is None:
            raise Impossible("this plant is your own already; add DTUs with POST /api/v1/dtus")
        async with (
            _ready(self.configuration) as own,
            _both(simulated(self.configuration), own) as both,
        ):
            if dtu is not None:
                if not await is_known(by, *both):
                    raise Impossible(_SOMEBODY_ELSES)
                await self._keep(own, dtu, by)
            await carry(*both, replacing=False)
            await self._take_home(self.configuration, ("zone", "place"), replacing=False)
            has_dtu = bool(own.dtu.plant) or bool(await kept_dtus(own))
        self._begin(self._command.owning(has_dtu=has_dtu))

    async def same(self) -> None:
        """Begin again with the same plant. Raises `Impossible`."""
        self._begin(self._command)

    def take_over(self) -> None:
        """Run what was asked for in place of this program; return where nothing was, or a signal came."""
        if self._next is None or self._running is None or self._running.stopping.signalled:
            return
        sys.stdout.flush()
        logging.shutdown()
        _replace(self._next)

    def _begin(self, command: Command) -> None:
        """End this run. Raises `Impossible` where another one was asked for while this one was prepared."""
        self._require_none_begun()
        self._next = command
        log.info("starting_anew", arguments=list(command.arguments[1:]))
        if self._running is not None:
            self._running.stopping.end()

    def _require_none_begun(self) -> None:
        if self._next is not None:
            raise Impossible("it begins anew already; look again in a few seconds")

    async def _obstacle(self) -> str | None:
        """Why the simulator cannot be chosen: one's own plant would miss something, or is not there."""
        if self._next is not None:
            return "it begins anew already; look again in a few seconds"
        if self.simulation is not None or self._running is None:
            return "this plant is simulated already"
        start = "stop it, and see the simulator with `sunledger serve --simulate`"
        dtus = self._running.registry.dtus.to_read()
        if dtus:
            return f"this plant reads {', '.join(dtu.id for dtu in dtus)}, and would miss that; {start}"
        if await self._running.store.latest_time() is not None:
            return f"this plant has readings, and would miss more; {start}"
        return None

    async def _keep(self, own: Configuration, dtu: Mapping[str, object], by: Actor) -> None:
        """Keep a DTU among those of one's own plant, or what is new of one that is there already."""
        content = dict(dtu)
        name = str(content.pop("id"))
        async with self._registry(own) as registry:
            try:
                kept, action = await registry.create(DTU, name, content), "create"
            except Taken:
                kept, action = await registry.change(DTU, name, content), "change"
            async with AsyncExitStack() as stack:
                access = make_access(own, sites_of_customers(registry))
                await access.open()
                stack.push_async_callback(access.close)
                after = kept.entry.content()
                await access.audit.note(
                    by, Event(action=action, object_kind=DTU.name, object_id=name, after=after)
                )

    async def _take_home(self, other: Configuration, fields: Sequence[str], *, replacing: bool) -> None:
        """Put the other plant where this one is, unless somebody has said where it is and not `replacing`.

        A simulated plant takes over no place: without one it is where the sun shines now.
        """
        assert self._running is not None  # noqa: S101  whoever asks for this asks a run
        here = (await self._running.registry.get(SITE, HOME)).entry.content()
        async with self._registry(other) as registry:
            if not replacing and (await registry.versions(SITE, HOME))[-1].content.keys() & set(fields):
                return
            there = (await registry.get(SITE, HOME)).entry.content()
            moved = {field: here[field] for field in fields if here[field] != there[field]}
            if moved:
                await registry.change(SITE, HOME, moved)

    @asynccontextmanager
    async def _registry(self, plant: Configuration) -> AsyncIterator[Registry]:
        """What is kept of a plant that does not run."""
        documents = make_records(plant).documents
        await documents.open()
        try:
            registry = Registry(documents, SystemClock(), pins_of(plant, self._origin))
            await registry.open()
            yield registry
        finally:
            await documents.close()


@asynccontextmanager
async def _ready(configuration: Configuration) -> AsyncIterator[Configuration]:
    """The configuration of a plant that does not run, its database made, up to date and nobody else's now.

    Raises StoreError.
    """
    configuration = await at_home(configuration)
    store = make_store(configuration, SystemClock())
    try:
        await store.open()
        yield configuration
    finally:
        await store.close()


@asynccontextmanager
async def _both(*plants: Configuration) -> AsyncIterator[Sequence[Statements]]:
    """The ways to what is known of people in some plants."""
    async with AsyncExitStack() as stack:
        ways = [make_statements(plant.database) for plant in plants]
        for each in ways:
            await each.open()
            stack.push_async_callback(each.close)
        yield ways


def _replace(command: Command) -> NoReturn:
    os.execv(command.interpreter, list(command.arguments))  # noqa: S606  our own command line
