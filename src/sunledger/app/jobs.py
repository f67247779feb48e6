"""What runs beside serving: the chores of the store, and samples of our own health."""

import asyncio
from collections.abc import Awaitable, Callable


class Jobs:
    """Several loops as one: a bug in one ends all, and is raised."""

    def __init__(self, *loops: Callable[[], Awaitable[None]]) -> None:
        self._loops = loops

    async def run(self) -> None:
        """Go on until cancelled, or until all have ended."""
        async with asyncio.TaskGroup() as tasks:
            for loop in self._loops:
                tasks.create_task(_awaited(loop()))


async def _awaited(work: Awaitable[None]) -> None:
    await work
