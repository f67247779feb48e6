"""Work that one of several processes does: begun when its turn comes, ended when it is another's."""

import asyncio

import pytest

from sunledger.app import leased
from sunledger.app.leased import Leased
from sunledger.sitetime import SystemClock
from sunledger.store.protocol import StoreError


class Lease:
    """A lease that is given and taken by the test; None: the database is away."""

    def __init__(self, ours: bool | None) -> None:
        self.ours = ours

    async def take(self) -> bool:
        if self.ours is None:
            raise StoreError("away")
        return self.ours


class Work:
    def __init__(self) -> None:
        self.going = False
        self.end = asyncio.Event()

    async def run(self) -> None:
        self.going = True
        try:
            await self.end.wait()
        finally:
            self.going = False


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leased, "LOOKS_EVERY", 0.01)


async def until(work: Work, *, going: bool) -> None:
    async with asyncio.timeout(30):
        while work.going is not going:
            await SystemClock().sleep(0.01)


async def stays(work: Work, *, going: bool) -> None:
    for _ in range(10):
        assert work.going is going
        await SystemClock().sleep(0.01)


async def test_it_waits_for_its_turn_and_stops_when_it_is_another_s() -> None:
    lease, work = Lease(ours=False), Work()
    running = asyncio.create_task(Leased(lease, SystemClock(), work.run, "jobs").run())
    await stays(work, going=False)
    lease.ours = True
    await until(work, going=True)
    lease.ours = None  # nobody else can have it meanwhile
    await stays(work, going=True)
    lease.ours = False
    await until(work, going=False)
    lease.ours = True
    await until(work, going=True)
    work.end.set()
    await running


@pytest.mark.parametrize("unless_told", [True, False])
async def test_where_nobody_can_tell_it_begins_only_if_it_may(unless_told: bool) -> None:
    work = Work()
    runs = Leased(Lease(ours=None), SystemClock(), work.run, "collector", unless_told=unless_told)
    running = asyncio.create_task(runs.run())
    await until(work, going=unless_told)
    await stays(work, going=unless_told)
    running.cancel()
    await asyncio.wait({running})
    await stays(work, going=False)


async def test_a_bug_in_the_work_is_raised() -> None:
    async def broken() -> None:
        raise LookupError("a bug")

    with pytest.raises(LookupError):
        await Leased(Lease(ours=True), SystemClock(), broken, "jobs").run()
