"""Whatever happens to the line and to the process, in whatever order: it leaves no trace in the store.

In the end the store holds what it would hold if nothing had ever failed.
"""

import asyncio
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.store.answers import keep, snapshot
from tests.store.keeping import Keeping
from tests.store.plants import START, WARSAW, poll

from sunledger.measurements import Poll
from sunledger.store.keeper import Keeper
from sunledger.store.memory import MemoryStore

T = TypeVar("T")


class Interrupted(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._directory = tempfile.TemporaryDirectory()
        self.polls: list[Poll] = []

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    @initialize()
    def start(self) -> None:
        self.keeping = Keeping(Path(self._directory.name) / "sunledger.spool")
        self.run(self._start())

    async def _start(self) -> None:
        self._process = AsyncExitStack()
        self.keeper: Keeper = await self._process.enter_async_context(self.keeping.process())

    @rule(minute=st.integers(0, 40), totals=st.lists(st.integers(100, 200), min_size=1, max_size=2))
    def a_poll_comes(self, minute: int, totals: list[int]) -> None:
        """Late, doubled, or again with other values, as it falls out."""
        each = poll(START + timedelta(minutes=minute), totals)
        self.polls.append(each)
        self.run(self.keeping.pass_to(self.keeper, each))

    @rule(reachable=st.booleans(), answers=st.booleans())
    def the_line_changes(self, reachable: bool, answers: bool) -> None:
        self.keeping.store.reachable, self.keeping.store.answers = reachable, answers

    @rule(seconds=st.sampled_from([0, 1, 40]))
    def time_passes(self, seconds: float) -> None:
        self.run(self.keeping.clock.advance(seconds))

    @rule()
    def the_process_starts_anew(self) -> None:
        async def again() -> None:
            await self._process.aclose()
            await self._start()

        self.run(again())

    @invariant()
    def nothing_is_turned_away(self) -> None:
        assert not self.keeper.standing.full
        assert not self.keeper.standing.set_aside

    def teardown(self) -> None:
        try:
            self.run(self._compare())
        finally:
            self._runner.close()
            self._directory.cleanup()

    async def _compare(self) -> None:
        self.keeping.store.reachable = self.keeping.store.answers = True
        await self.keeping.until_drained(self.keeper)
        await self._process.aclose()
        never_failing = MemoryStore(WARSAW)
        await keep(never_failing, *self.polls)
        assert await snapshot(self.keeping.store) == await snapshot(never_failing)


Interrupted.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestInterrupted = Interrupted.TestCase
