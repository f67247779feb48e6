"""The collector against DTUs on real sockets with real Modbus."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.collector.plant import EVER, NOON, PERIOD, Plant
from tests.transports.modbus_server import HANG_UP, ModbusServer, serving

from sunledger.simulator.server import SimulatedDtu
from sunledger.simulator.settings import SimulatorSettings, build
from sunledger.store.protocol import Of

HEALTHY = ("east", "west", "barn")


@asynccontextmanager
async def simulated(
    plant: Plant, *faults: str, inverters: int = 2, seed: int = 1
) -> AsyncIterator[SimulatedDtu]:
    dtu = build(SimulatorSettings(inverters=inverters, seed=seed, faults=faults), plant.clock)
    await dtu.start()
    try:
        yield dtu
    finally:
        await dtu.stop()


async def test_five_dtus_of_37_inverters_polled_together_one_silent_and_one_flapping_disturb_nobody() -> None:
    plant, rounds = Plant(NOON + timedelta(seconds=1)), 5
    async with (
        simulated(plant, inverters=37, seed=1) as east,
        simulated(plant, inverters=37, seed=2) as west,
        simulated(plant, inverters=37, seed=3) as barn,
        simulated(plant, "silent@00:00+24h", inverters=37, seed=4) as silent,
        simulated(plant, "flapping@00:00+24h", inverters=37, seed=5) as flapping,
    ):
        for name, dtu in zip(HEALTHY, (east, west, barn), strict=True):
            plant.connect(name, dtu.port)
        plant.connect("silent", silent.port, timeout=0.2, retries=3)
        plant.connect("flapping", flapping.port, retries=1)
        async with plant.running():
            for done in range(1, rounds + 1):
                await plant.polled(done, *HEALTHY)
                await plant.clock.advance(PERIOD if done > 1 else PERIOD + 4)
            await plant.polled(rounds + 1, *HEALTHY)
            await plant.polled(1, "silent", "flapping")
        assert [dtu.connections_seen for dtu in (east, west, barn)] == [1, 1, 1]
    await assert_undisturbed(plant, rounds + 1)
    assert {outcome.error_type for outcome in plant.outcomes["silent"]} == {"unreachable"}
    assert any(outcome.error_type or outcome.failed_blocks for outcome in plant.outcomes["flapping"])


async def assert_undisturbed(plant: Plant, polls: int) -> None:
    """Every healthy DTU was polled in each of its slots, and every poll of it was kept whole."""
    inverters, ports = await plant.stored_at(Of.INVERTER), await plant.stored_at(Of.PORT)
    for name in HEALTHY:
        outcomes = plant.outcomes[name]
        assert {(o.error_type, o.failed_blocks, o.inverters, o.ports) for o in outcomes} == {
            (None, 0, 37, 74)
        }
        assert [(inverters[o.started_at], ports[o.started_at]) for o in outcomes] == [(37, 74)] * polls
        seconds = [started.total_seconds() - 1 for started in plant.started(name)]
        assert seconds == pytest.approx([PERIOD * n for n in range(polls)], abs=3.01)


async def test_a_dtu_that_comes_back_is_polled_again() -> None:
    plant = Plant()
    async with simulated(plant) as dtu:
        plant.connect("roof", dtu.port)
        async with plant.running():
            await plant.polled(1, "roof")
            await dtu.stop()
            await plant.clock.advance(70)
            await plant.polled(2, "roof")
            await dtu.start()
            await plant.clock.advance(70)
            await plant.polled(3, "roof")
    assert [outcome.error_type for outcome in plant.outcomes["roof"]] == [None, "unreachable", None]


async def test_a_replaced_dtu_with_another_step_is_learned_anew() -> None:
    plant = Plant()
    async with simulated(plant, inverters=3) as dtu:
        plant.connect("roof", dtu.port)
        async with plant.running():
            await plant.polled(1, "roof")
            await dtu.stop()
            settings = SimulatorSettings(
                inverters=3, port=dtu.port, register_step=20, dtu_serial="10f8aaaaaaaa"
            )
            replacement = build(settings, plant.clock)
            await replacement.start()
            for done in (2, 3):
                await plant.clock.advance(70)
                await plant.polled(done, "roof")
            await replacement.stop()
    last = plant.outcomes["roof"][-1]
    assert (last.error_type, last.inverters, last.ports) == (None, 3, 6)


@pytest.mark.parametrize(
    ("start", "jump"),
    [
        (NOON, timedelta(hours=-1)),
        (NOON, timedelta(days=1)),
        (datetime(1970, 1, 1, 12, tzinfo=UTC), NOON - datetime(1970, 1, 1, 12, tzinfo=UTC)),
    ],
    ids=["an hour back", "a day ahead", "from 1970"],
)
async def test_a_clock_that_jumps_loses_and_reorders_nothing_on_the_way_to_the_store(
    start: datetime, jump: timedelta
) -> None:
    plant = Plant(start)
    async with simulated(plant) as dtu:
        plant.connect("roof", dtu.port)
        async with plant.running():
            for done in range(1, 7):
                await plant.polled(done, "roof")
                if done == 3:
                    plant.clock.jump(jump)
                await plant.clock.advance(PERIOD if done > 1 else PERIOD + 4)
            await plant.polled(7, "roof")
    times = [outcome.started_at for outcome in plant.outcomes["roof"]]
    assert times == sorted(set(times))
    assert await plant.stored_at(Of.PORT) == dict.fromkeys(times, 4)
    corrections, _ = await plant.store.corrections(None, EVER, limit=1000)
    marked = {correction.at for correction in corrections if correction.reason == "suspect_time"}
    assert marked == set(times if start.year == 1970 else times[3:])


@settings(max_examples=30)
@given(answers=st.lists(st.one_of(st.none(), st.binary(max_size=300)), max_size=12), hangs_up=st.booleans())
async def test_random_frames_harm_nothing(answers: list[bytes | None], hangs_up: bool) -> None:
    """None is an honest answer; each other one is what arrives instead."""
    plant, server = Plant(), ModbusServer()
    async with serving(server), simulated(plant) as dtu:
        ending = HANG_UP if hangs_up else b""
        server.fail_next(*(None if a is None else (lambda _, a=a: a + ending) for a in answers))
        plant.connect("mad", server.port, timeout=0.01)
        plant.connect("roof", dtu.port)
        async with plant.running():
            await plant.polled(1, "mad", "roof")
            await plant.clock.advance(64)
            await plant.polled(2, "mad", "roof")
    assert {outcome.error_type for outcome in plant.outcomes["roof"]} == {None}
    assert {o.error_type for o in plant.outcomes["mad"]} <= {None, "unreachable", "refused", "garbled"}
