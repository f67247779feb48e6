"""What runs beside everything else until the end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

log = structlog.get_logger("sunledger.app")


class Runs(Protocol):
    """Something that goes on for ever."""

    async def run(self) -> None:
        """Go on until it is cancelled."""


def begun(each: Runs, name: str) -> Callable[[], Awaitable[None]]:
    """Run it in a task of its own; what is returned ends it, and raises the bug that ended it before."""
    task = asyncio.create_task(each.run(), name=name)
    task.add_done_callback(_noticed)

    async def end() -> None:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()

    return end


def _noticed(task: asyncio.Task[None]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None:
        log.error("background_failed", work=task.get_name(), exc_info=error)
