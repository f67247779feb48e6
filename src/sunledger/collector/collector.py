"""Several DTUs, polled side by side."""

import asyncio
from collections.abc import Sequence

import structlog

from sunledger.collector.dtu import DtuCollector

log = structlog.get_logger("sunledger.collector")

GRACE = 8.0
"""Real seconds that a running poll gets to finish in when we stop; whoever stops us waits for ten."""


class Collector:
    """Runs the loop of each DTU as a task of its own."""

    def __init__(self, dtus: Sequence[DtuCollector]) -> None:
        self._dtus = dtus
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def dtus(self) -> int:
        """How many it polls."""
        return len(self._dtus)

    async def run(self) -> None:
        """Poll until `stop`; returns at once when there is no DTU.

        Loops end by themselves only through a bug; it then ends the others too, and is raised.
        """
        async with asyncio.TaskGroup() as group:
            self._tasks = {group.create_task(dtu.run(), name=f"poll {dtu.name}") for dtu in self._dtus}

    async def stop(self, grace: float = GRACE) -> None:
        """Let running polls finish and be kept, for `grace` real seconds at most, and end every loop."""
        for dtu in self._dtus:
            dtu.stop()
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=grace)
        for task in late:
            log.warning("poll_cut_off", task=task.get_name(), after_seconds=grace)
            task.cancel()
        if late:
            await asyncio.wait(late)
