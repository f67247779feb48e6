"""Several DTUs, polled side by side; they may come and go meanwhile.

*State: which DTUs there are to poll, the loop of each, and who is polled now.* No device gets two loops: who
is replaced, or leaves its place to another, lets its running poll end before the next one begins.
"""

import asyncio
from collections.abc import Sequence

import structlog

from sunledger.collector.dtu import DtuCollector

log = structlog.get_logger("sunledger.collector")

GRACE = 8.0
"""Real seconds that a running poll gets to finish in when we stop; whoever stops us waits for ten."""


class Collector:
    """Runs the loop of each DTU as a task of its own."""

    def __init__(self, dtus: Sequence[DtuCollector] = ()) -> None:
        self._dtus = {dtu.name: dtu for dtu in dtus}
        self._loops: dict[str, asyncio.Task[None]] = {}
        self._polled: dict[DtuCollector, asyncio.Event] = {}
        self._group: asyncio.TaskGroup | None = None
        self._stopping = asyncio.Event()

    @property
    def dtus(self) -> int:
        """How many it polls."""
        return len(self._dtus)

    def put(self, dtu: DtuCollector) -> None:
        """Poll a DTU from now on, in place of the one of its name, whose running poll may finish."""
        before = self._dtus.get(dtu.name)
        self._dtus[dtu.name] = dtu
        if before is not None:
            before.stop()
        self._begin(dtu.name)

    def remove(self, name: str) -> None:
        """Poll a DTU no longer; its running poll may finish."""
        dtu = self._dtus.pop(name, None)
        if dtu is not None:
            dtu.stop()

    async def run(self) -> None:
        """Poll until `stop`.

        Loops end by themselves only through a bug; it then ends the others too, and is raised.
        """
        self._loops.clear()
        async with asyncio.TaskGroup() as group:
            self._group = group
            try:
                for name in self._dtus:
                    self._begin(name)
                await self._stopping.wait()
            finally:
                self._group = None

    def _begin(self, name: str) -> None:
        if self._group is not None and name not in self._loops:
            self._loops[name] = self._group.create_task(self._poll(name), name=f"poll {name}")

    async def _poll(self, name: str) -> None:
        """Poll whatever DTU has that name, for as long as one has."""
        try:
            while not self._stopping.is_set() and (dtu := self._dtus.get(name)) is not None:
                await self._leaving(dtu.place)
                await self._run(dtu)
        finally:
            self._loops.pop(name, None)

    async def _run(self, dtu: DtuCollector) -> None:
        self._polled[dtu] = ended = asyncio.Event()
        try:
            await dtu.run()
        finally:
            del self._polled[dtu]
            ended.set()

    async def _leaving(self, place: str | None) -> None:
        """Wait until those have ended that are no longer to be polled at a place."""
        for dtu, ended in list(self._polled.items()):
            if place is not None and dtu.place == place and self._dtus.get(dtu.name) is not dtu:
                await ended.wait()

    async def stop(self, grace: float = GRACE) -> None:
        """Let running polls finish and be kept, for `grace` real seconds at most, and end every loop."""
        self._stopping.set()
        for dtu in self._dtus.values():
            dtu.stop()
        if not self._loops:
            return
        _, late = await asyncio.wait(set(self._loops.values()), timeout=grace)
        for task in late:
            log.warning("poll_cut_off", task=task.get_name(), after_seconds=grace)
            task.cancel()
        if late:
            await asyncio.wait(late)
