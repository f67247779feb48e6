import asyncio
import random

import pytest
from tests.collector.scripted import NOON, CountingLink, Kept, ScriptedDriver

from sunledger.collector import Collector, DtuCollector, DtuSettings
from sunledger.inverters import Survey
from sunledger.live import PollListener, PollOutcome
from sunledger.sitetime import ManualClock, Stamps
from sunledger.transports import Link


class Stuck(ScriptedDriver):
    """A DTU that never answers, and a timeout that never comes."""

    async def survey(self, link: Link) -> Survey:
        await asyncio.Event().wait()
        raise AssertionError("never comes")


class Slow(ScriptedDriver):
    """A DTU that answers when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = asyncio.Event()

    async def survey(self, link: Link) -> Survey:
        await self.answers.wait()
        return await super().survey(link)


class Plant:
    """Collectors of several DTUs that share a clock and a door."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOON)
        self.stamps = Stamps(self.clock)
        self.kept = Kept()

    def dtu(
        self, name: str, driver: ScriptedDriver, *listeners: PollListener, place: str | None = None
    ) -> DtuCollector:
        settings, rng = DtuSettings(name=name, place=place), random.Random(name)
        link = CountingLink()
        return DtuCollector(settings, driver, link, self.clock, self.stamps, self.kept.accept, rng, listeners)

    def names(self) -> set[str]:
        return {poll.dtu_name for poll in self.kept.polls}


async def test_dtus_are_polled_side_by_side() -> None:
    plant = Plant()
    collector = Collector([plant.dtu(name, ScriptedDriver()) for name in ("roof", "barn")])
    running = asyncio.create_task(collector.run())
    await plant.clock.advance(0)
    await plant.clock.advance(130)
    await collector.stop()
    await asyncio.wait_for(running, 5)
    assert plant.names() == {"roof", "barn"}
    assert len(plant.kept.polls) == 6
    times = [poll.taken_at for poll in plant.kept.polls]
    assert len(set(times)) == 6, "no two polls share a time"


async def test_without_any_dtu_it_waits_for_one() -> None:
    collector = Collector()
    running = asyncio.create_task(collector.run())
    await asyncio.sleep(0)
    assert not running.done()
    await collector.stop()
    await asyncio.wait_for(running, 5)


async def test_dtus_come_and_go_while_others_are_polled() -> None:
    plant = Plant()
    collector = Collector([plant.dtu("roof", ScriptedDriver())])
    running = asyncio.create_task(collector.run())
    await plant.clock.advance(0)
    collector.put(plant.dtu("barn", ScriptedDriver()))
    await plant.clock.advance(0)
    assert (plant.names(), collector.dtus) == ({"roof", "barn"}, 2)
    collector.remove("roof")
    plant.kept.polls.clear()
    await plant.clock.advance(70)
    assert (plant.names(), collector.dtus) == ({"barn"}, 1)
    await collector.stop()
    await asyncio.wait_for(running, 5)


async def test_a_dtu_at_another_address_is_asked_once_the_poll_of_the_old_one_has_ended() -> None:
    plant = Plant()
    slow, new = Slow(), ScriptedDriver()
    collector = Collector([plant.dtu("roof", slow)])
    running = asyncio.create_task(collector.run())
    await plant.clock.advance(0)
    collector.put(plant.dtu("roof", new))
    await plant.clock.advance(0)
    assert plant.kept.polls == [], "the running poll has the one connection"
    slow.answers.set()
    await plant.clock.advance(0)
    assert len(plant.kept.polls) == 2
    await collector.stop()
    await asyncio.wait_for(running, 5)


async def test_what_was_removed_may_come_back_before_its_last_poll_has_ended() -> None:
    plant = Plant()
    slow = Slow()
    collector = Collector([plant.dtu("roof", slow)])
    running = asyncio.create_task(collector.run())
    await plant.clock.advance(0)
    collector.remove("roof")
    collector.put(plant.dtu("roof", ScriptedDriver()))
    slow.answers.set()
    await plant.clock.advance(0)
    assert len(plant.kept.polls) == 2
    await collector.stop()
    await asyncio.wait_for(running, 5)


@pytest.mark.parametrize("moves", [False, True])
async def test_where_a_dtu_was_another_is_asked_once_the_last_poll_of_the_first_has_ended(
    moves: bool,
) -> None:
    plant = Plant()
    slow = Slow()
    collector = Collector([plant.dtu("roof", slow, place="10.0.0.1:502")])
    running = asyncio.create_task(collector.run())
    await plant.clock.advance(0)
    if moves:
        collector.put(plant.dtu("roof", ScriptedDriver(), place="10.0.0.2:502"))
    else:
        collector.remove("roof")
    collector.put(plant.dtu("barn", ScriptedDriver(), place="10.0.0.1:502"))
    collector.put(plant.dtu("shed", ScriptedDriver(), place="10.0.0.3:502"))
    await plant.clock.advance(0)
    assert plant.names() == {"shed"}, "the running poll has the one connection"
    slow.answers.set()
    await plant.clock.advance(0)
    assert [poll.dtu_name for poll in plant.kept.polls][:2] == ["shed", "roof"]
    assert plant.names() == {"shed", "roof", "barn"}
    await collector.stop()
    await asyncio.wait_for(running, 5)


async def test_who_waits_for_a_place_may_be_taken_away_again() -> None:
    plant = Plant()
    slow = Slow()
    collector = Collector([plant.dtu("roof", slow, place="10.0.0.1:502")])
    running = asyncio.create_task(collector.run())
    await plant.clock.advance(0)
    collector.remove("roof")
    collector.put(plant.dtu("barn", ScriptedDriver(), place="10.0.0.1:502"))
    await plant.clock.advance(0)
    collector.remove("barn")
    slow.answers.set()
    await plant.clock.advance(0)
    assert plant.names() == {"roof"}
    await collector.stop()
    await asyncio.wait_for(running, 5)


async def test_units_behind_one_gateway_are_polled_side_by_side() -> None:
    plant = Plant()
    dtus = [plant.dtu(name, ScriptedDriver(), place="10.0.0.1:502") for name in ("one", "two")]
    collector = Collector(dtus)
    running = asyncio.create_task(collector.run())
    await plant.clock.advance(0)
    assert plant.names() == {"one", "two"}
    await collector.stop()
    await asyncio.wait_for(running, 5)


async def test_it_runs_again_when_its_turn_comes_again() -> None:
    plant = Plant()
    collector = Collector([plant.dtu("roof", ScriptedDriver())])
    running = asyncio.create_task(collector.run())
    await plant.clock.advance(0)
    running.cancel()
    await asyncio.wait([running])
    collector.put(plant.dtu("barn", ScriptedDriver()))
    await plant.clock.advance(70)
    assert plant.names() == {"roof"}, "another process polls now"
    running = asyncio.create_task(collector.run())
    await plant.clock.advance(0)
    assert plant.names() == {"roof", "barn"}
    await collector.stop()
    await asyncio.wait_for(running, 5)


async def test_a_stuck_dtu_is_cut_off_after_the_grace_and_the_others_are_kept() -> None:
    plant = Plant()
    collector = Collector([plant.dtu("stuck", Stuck()), plant.dtu("roof", ScriptedDriver())])
    running = asyncio.create_task(collector.run())
    await plant.clock.advance(0)
    await asyncio.wait_for(collector.stop(grace=0.01), 5)
    await asyncio.wait_for(running, 5)
    assert plant.names() == {"roof"}


async def test_a_bug_in_a_listener_is_loud() -> None:
    def listener(outcome: PollOutcome) -> None:
        raise RuntimeError("no such metric")

    plant = Plant()
    collector = Collector([plant.dtu("roof", ScriptedDriver(), listener)])
    with pytest.raises(ExceptionGroup):
        await asyncio.wait_for(collector.run(), 5)
