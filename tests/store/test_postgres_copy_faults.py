"""PostgreSQL stopped, frozen, cut off and gone silent in the middle of a COPY, and ourselves killed there.

Every fault strikes while the server waits for the rest of a COPY, whose rows stand still on the line.
`TORTURE_ROUNDS` faults (10 unless set) of the campaign `TORTURE_SEED` (random unless set, and printed).
"""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import pytest
from tests.servers.line import Line, line_to
from tests.servers.postgres import PASSWORD, SUPERUSER, PostgresServer
from tests.store.answers import found, snapshot
from tests.store.committing import batches
from tests.store.plants import WARSAW
from tests.store.processes import next_line, program

from sunledger.measurements import Poll
from sunledger.sitetime import SystemClock
from sunledger.store import postgres
from sunledger.store.memory import MemoryStore
from sunledger.store.postgres import PostgresStore
from sunledger.store.protocol import Store, StoreError
from sunledger.store.records import Entry

ROUNDS = int(os.environ.get("TORTURE_ROUNDS", "10"))
KILLS = max(2, ROUNDS // 3)
BATCHES = 4
"""How many large ones a database gets before the next one is begun."""
PATIENCE = 1.0
"""Seconds that a commit gets at first; after each failure as many more."""
LEAST_BYTES = 60_000
"""A large batch's COPY has more."""

Batch = Sequence[Poll]


def entries(batch: Batch) -> list[Entry]:
    return [Entry(poll, found(poll)) for poll in batch]


class Insisting:
    """Commits each batch until it is acknowledged, with more patience after each failure."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self._store = store
        self._monkeypatch = monkeypatch
        self.tried = asyncio.Event()
        """Whether a try has ended, well or not."""
        self.failures = 0

    async def commit(self, wanted: Sequence[Batch]) -> None:
        for batch in wanted:
            await self._until_kept(entries(batch))

    async def _until_kept(self, batch: Sequence[Entry]) -> None:
        patience = PATIENCE
        while True:
            self._monkeypatch.setattr(postgres, "COMMIT_WITHIN", patience)
            try:
                await self._store.commit_all(batch)
            except StoreError:
                self.failures += 1
                self.tried.set()
                patience += PATIENCE
                await asyncio.sleep(0.02)
            else:
                self.tried.set()
                return


Fault = Callable[[], Awaitable[None]]


class Faults:
    """What happens to a server, and to the line to it, while the rest of a COPY is awaited."""

    def __init__(self, server: PostgresServer, line: Line, tried: asyncio.Event) -> None:
        self._server = server
        self._line = line
        self.tried = tried
        self.kinds: Sequence[Fault] = (
            self.session_ended, self.crash, self.stop, self.short_freeze,
            self.long_freeze, self.cut, self.silence,
        )  # fmt: skip

    async def hold(self, working: asyncio.Task[None], after: int, passing: int) -> bool:
        """Wait until a COPY stands still, after so many bytes; False if the work is done without."""
        self._line.hold(after, passing)
        await either(self._line.held.wait(), working)
        if not self._line.held.is_set():
            self._line.go_on()
            return False
        assert await copying(self._server) == 1
        self.tried.clear()
        return True

    async def session_ended(self) -> None:
        await asyncio.to_thread(
            self._server.ask, "SELECT pg_terminate_backend(pid) FROM pg_stat_progress_copy"
        )
        self._line.go_on()

    async def crash(self) -> None:
        await asyncio.to_thread(self._server.stop, hard=True)
        self._line.go_on()
        await asyncio.to_thread(self._server.start)

    async def stop(self) -> None:
        await asyncio.to_thread(self._server.stop)
        self._line.go_on()
        await asyncio.to_thread(self._server.start)

    async def short_freeze(self) -> None:
        """The rest comes while it is frozen; it goes on as if nothing had been."""
        self._server.freeze()
        self._line.go_on()
        await asyncio.sleep(0.2)
        self._server.thaw()

    async def long_freeze(self) -> None:
        self._server.freeze()
        self._line.go_on()
        await self.tried.wait()
        self._server.thaw()

    async def cut(self) -> None:
        self._line.cut()
        self._line.go_on()

    async def silence(self) -> None:
        self._line.fall_silent()
        self._line.go_on()


async def either(first: Coroutine[Any, Any, Any], other: asyncio.Task[Any]) -> None:
    """Wait for the first of two."""
    waiting = asyncio.create_task(first)
    await asyncio.wait({waiting, other}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()


async def copying(server: PostgresServer) -> int:
    """How many COPYs the server says are under way."""
    ((count,),) = await asyncio.to_thread(server.ask, "SELECT COUNT(*) FROM pg_stat_progress_copy")
    assert isinstance(count, int)
    return count


async def undisturbed(wanted: Sequence[Batch]) -> tuple[object, ...]:
    """What a store answers to which nothing happened."""
    store = MemoryStore(WARSAW)
    for batch in wanted:
        await store.commit_all(entries(batch))
    return await snapshot(store)


@asynccontextmanager
async def served(server: PostgresServer, name: str, port: int) -> AsyncIterator[PostgresStore]:
    store = PostgresStore(server.address(name, port=port, sslmode="disable"), WARSAW, SystemClock())
    try:
        await store.open()
        yield store
    finally:
        await store.close()


def campaign() -> int:
    seed = int(os.environ.get("TORTURE_SEED") or Random().randrange(10**6))
    print(f"TORTURE_SEED={seed} TORTURE_ROUNDS={ROUNDS}")
    return seed


@pytest.mark.torture
async def test_faults_in_the_middle_of_a_copy_lose_double_and_change_nothing(
    own_postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = campaign()
    random, struck, failures = Random(seed), 0, 0
    while struck < ROUNDS:
        wanted = batches(seed, BATCHES)
        async with (
            line_to(own_postgres.port) as line,
            served(own_postgres, await own_postgres.migrated(), line.port) as store,
        ):
            insisting = Insisting(store, monkeypatch)
            working = asyncio.create_task(insisting.commit(wanted))
            faults = Faults(own_postgres, line, insisting.tried)
            struck += await strike(faults, working, random, ROUNDS - struck)
            await working
            assert await snapshot(store) == await undisturbed(wanted)
        seed += 1
        failures += insisting.failures
    print(f"{struck} faults in the middle of a COPY; commits failed {failures} times and were tried again")


async def strike(faults: Faults, working: asyncio.Task[None], random: Random, most: int) -> int:
    """Strike COPYs until the work is done; how many there were."""
    kinds: list[Fault] = []
    for struck in range(most):
        kinds = kinds or random.sample(faults.kinds, len(faults.kinds))
        if not await faults.hold(working, random.randrange(LEAST_BYTES), random.choice([0, 0, 1])):
            return struck
        await kinds.pop()()
        await faults.tried.wait()
    return most


@pytest.mark.torture
async def test_a_sunledger_killed_in_the_middle_of_a_copy_loses_and_doubles_nothing(
    own_postgres: PostgresServer,
) -> None:
    seed = campaign()
    random, kills, position, name = Random(seed), 0, 0, await own_postgres.migrated()
    async with line_to(own_postgres.port) as line:
        while kills < KILLS:
            url = f"postgresql://{SUPERUSER}:{PASSWORD}@127.0.0.1:{line.port}/{name}?sslmode=disable"
            wanted = batches(seed, BATCHES)
            line.hold(random.randrange(LEAST_BYTES), random.choice([0, 1]))
            with program(
                "tests.store.committing_to_postgres", url, "batches", seed, BATCHES, position
            ) as process:
                acknowledging = asyncio.create_task(asyncio.to_thread(acknowledged, process))
                await either(line.held.wait(), acknowledging)
                if line.held.is_set():
                    assert await copying(own_postgres) == 1
                    kills += 1
                process.kill()
                line.go_on()
                position = max(await acknowledging, position - 1) + 1
            async with served(own_postgres, name, own_postgres.port) as store:
                assert await snapshot(store) == await undisturbed(wanted[:position])
            if position == len(wanted):
                seed, position, name = seed + 1, 0, await own_postgres.migrated()
    print(f"killed {kills} times in the middle of a COPY")


def acknowledged(process: subprocess.Popen[str]) -> int:
    """The last position that it acknowledged before it was done or dead, -1 if none."""
    last = -1
    while (line := next_line(process)) not in ("", "done"):
        last = int(line) if line.isdigit() else last
    return last
