"""Each fault, by name, shows on a real socket what it says, and never touches the truth."""

import asyncio
import struct
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from tests.simulator.raw_client import BLOCKS, Port, RawClient, connect, port_of, reading

from sunledger.simulator import FAULTS, SimulatedDtu, SimulatorSettings, Truth, build
from sunledger.sitetime import ManualClock

MIDNIGHT = datetime(2024, 5, 31, 22, tzinfo=UTC)
"""The beginning of 1 June in Warsaw."""
BEFORE = -30
"""Half a minute before the window opens; windows are written in seconds from their opening."""


class Stage:
    """A DTU with one fault, on a clock that the test moves."""

    def __init__(self, name: str) -> None:
        self.clock = ManualClock(MIDNIGHT)
        self.dtu: SimulatedDtu = build(SimulatorSettings(faults=(name,)), self.clock)
        self.opens = FAULTS[name].default_at or time(12)
        self.lasts = int(FAULTS[name].default_lasts.total_seconds())

    async def go(self, seconds: float) -> None:
        """Advance to so many seconds after the fault's window opens."""
        opens = timedelta(hours=self.opens.hour, minutes=self.opens.minute).total_seconds()
        await self.clock.advance(opens + seconds - self.clock.monotonic())

    async def connect(self) -> RawClient:
        return await connect(self.dtu.port)

    async def ports(self, step: int = 40) -> dict[tuple[str, int], Port]:
        client = await self.connect()
        try:
            return {port.key: port for port in await client.ports(step)}
        finally:
            await client.close()

    async def three(self) -> list[dict[tuple[str, int], Port]]:
        """The ports before, in and after the window."""
        shown = []
        for seconds in (BEFORE, self.lasts / 2, self.lasts + 30):
            await self.go(seconds)
            shown.append(await self.ports())
        return shown


def truth_without_faults(seconds: float) -> Truth:
    dtu = build(SimulatorSettings(), clock := ManualClock(MIDNIGHT))
    clock.jump(timedelta(seconds=seconds))
    dtu.plant.advance(MIDNIGHT + timedelta(seconds=seconds))
    return dtu.plant.truth()


def rises(before: dict[tuple[str, int], Port], after: dict[tuple[str, int], Port]) -> list[int]:
    return [after[key].total - port.total for key, port in before.items()]


async def slow(stage: Stage) -> None:
    await stage.go(60)
    client = await stage.connect()
    asked = asyncio.create_task(client.read(BLOCKS, 20))
    await client_is_heard(stage)
    await stage.clock.advance(1.9)
    assert not asked.done()
    await stage.clock.advance(0.2)
    assert len(await asked) == 40
    await client.close()


async def zero_glitch(stage: Stage) -> None:
    before, within, after = await stage.three()
    glitched = [port for port in within.values() if not any(port.values)]
    assert len(glitched) == 2
    assert len({port.serial for port in glitched}) == 1
    assert sum(port.power > 0 for port in within.values()) == 4
    assert all(all(port.values[:7]) for port in [*before.values(), *after.values()])


async def wrong_byte_count(stage: Stage) -> None:
    await stage.go(60)
    client = await stage.connect()
    body = await client.ask(reading(BLOCKS, 20))
    assert (body[1], len(body)) == (0x50, 42)
    assert port_of(body[2:]).power > 0
    await client.close()


async def truncated(stage: Stage) -> None:
    await stage.go(60)
    client = await stage.connect()
    await client.send(reading(BLOCKS, 20))
    frame = await client.reader.readexactly(24)
    assert struct.unpack(">H", frame[4:6]) == (43,)
    await assert_nothing_comes(client)
    await client.close()


async def silent(stage: Stage) -> None:
    await stage.go(60)
    client = await stage.connect()
    await client.send(reading(BLOCKS, 20))
    await assert_nothing_comes(client)
    assert stage.dtu.requests_seen == 1
    await client.close()
    await stage.go(stage.lasts)
    assert len(await stage.ports()) == 6


async def refused(stage: Stage) -> None:
    await stage.go(BEFORE)
    client = await stage.connect()
    await client.read(BLOCKS, 20)
    await stage.go(60)
    assert await client.reader.read() == b""
    await client.close()
    with pytest.raises(ConnectionRefusedError):
        await stage.connect()
    await stage.go(stage.lasts + 1)
    assert len(await stage.ports()) == 6


async def counter_drop(stage: Stage) -> None:
    await stage.go(-1)
    before = await stage.ports()
    await stage.go(1)
    after = await stage.ports()
    fallen = [rise for rise in rises(before, after) if rise < 0]
    assert len(fallen) == 1
    assert -400_000 <= fallen[0] <= -399_998
    assert all(after[key].today >= port.today for key, port in before.items())
    await stage.go(3600)
    assert all(rise > 10 for rise in rises(after, await stage.ports()))


async def wrap(stage: Stage) -> None:
    await stage.go(-600)
    before = await stage.ports()
    await stage.go(600)
    after = await stage.ports()
    wrapped = [rise for rise in rises(before, after) if rise < 0]
    assert len(wrapped) == 1
    assert 10 < wrapped[0] + 2**32 < 200
    assert all(after[key].today > port.today for key, port in before.items())


async def offline_inverter(stage: Stage) -> None:
    before, within, after = await stage.three()
    lost = [port for port in within.values() if port.link_status == 0]
    assert len(lost) == 2
    for port in lost:
        assert port.values[:5] == (0, 0, 0, 0, 0)
        assert 0 <= port.total - before[port.key].total <= 5
        assert after[port.key].total > port.total + 10
        assert after[port.key].link_status == 1
    assert sum(port.power > 0 for port in within.values()) == 4


async def replaced_inverter(stage: Stage) -> None:
    old_truth = truth_without_faults(12 * 3600).ports
    before, within, after = await stage.three()
    away = {key for key, port in within.items() if port.link_status == 0}
    assert len(away) == 2
    assert set(after) == set(before)
    for key in away:
        assert 0 <= within[key].total - before[key].total <= 5
        assert after[key].total == after[key].today < 10
        assert stage.dtu.truth().ports[key] == old_truth[key] + after[key].total


async def frozen(stage: Stage) -> None:
    await stage.go(60)
    first = await stage.ports()
    await stage.go(stage.lasts - 1)
    assert await stage.ports() == first
    await stage.go(stage.lasts)
    assert all(rise > 20 for rise in rises(first, await stage.ports()))


async def flapping(stage: Stage) -> None:
    outcomes = []
    for second in (100, 101, 102, 103):
        await stage.go(second + 0.5)
        client = await stage.connect()
        await client.send(reading(BLOCKS, 20))
        outcomes.append(len(await client.reader.read(49)))
        await client.close()
    assert outcomes == [49, 0, 49, 0]


async def garbage(stage: Stage) -> None:
    await stage.go(60)
    client = await stage.connect()
    answers = set()
    for _ in range(3):
        await client.send(reading(BLOCKS, 20))
        answers.add(await client.reader.read(100))
    assert len(answers) == 3
    assert all(5 <= len(answer) <= 60 and answer[2:4] != b"\0\0" for answer in answers)
    await client.close()


async def today_reset_early(stage: Stage) -> None:
    await stage.go(-1)
    before = await stage.ports()
    await stage.go(1)
    after = await stage.ports()
    assert all(port.today > 100 for port in before.values())
    assert not any(port.today for port in after.values())
    assert all(0 <= rise <= 2 for rise in rises(before, after))


async def night(stage: Stage) -> None:
    before, within, after = await stage.three()
    for key, port in within.items():
        assert (port.power, port.voltage, port.current, port.operating_status) == (0, 0, 0, 0)
        assert before[key].total <= port.total <= after[key].total <= port.total + 5
    assert all(port.power > 0 for port in [*before.values(), *after.values()])


async def today_not_reset(stage: Stage) -> None:
    await stage.go(BEFORE)
    evening = await stage.ports()
    await stage.go(90 * 60)
    morning = await stage.ports()
    assert {key: port.today for key, port in evening.items()} == {
        key: port.today for key, port in morning.items()
    }
    assert all(port.today > 100 for port in morning.values())


async def step_20(stage: Stage) -> None:
    await stage.go(0)
    ports = await stage.ports(step=20)
    assert len(ports) == 6
    assert len(await stage.ports(step=40)) == 3


SHOWS: dict[str, Callable[[Stage], Awaitable[None]]] = {
    "slow": slow,
    "zero-glitch": zero_glitch,
    "wrong-byte-count": wrong_byte_count,
    "truncated": truncated,
    "silent": silent,
    "refused": refused,
    "counter-drop": counter_drop,
    "wrap": wrap,
    "offline-inverter": offline_inverter,
    "replaced-inverter": replaced_inverter,
    "frozen": frozen,
    "flapping": flapping,
    "garbage": garbage,
    "today-reset-early": today_reset_early,
    "night": night,
    "today-not-reset": today_not_reset,
    "step-20": step_20,
}
DARKENING = {"night", "replaced-inverter"}
"""The faults under which less is produced."""


async def client_is_heard(stage: Stage) -> None:
    for _ in range(5000):
        if stage.dtu.requests_seen:
            return
        await asyncio.sleep(0.001)
    pytest.fail("the request never arrived")


async def assert_nothing_comes(client: RawClient) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.reader.read(1), 0.05)


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_shows_what_it_says(name: str) -> None:
    stage = Stage(name)
    await stage.dtu.start()
    try:
        await SHOWS[name](stage)
    finally:
        await stage.dtu.stop()


@pytest.mark.parametrize("name", [name for name in FAULTS if name not in DARKENING])
def test_a_fault_does_not_touch_the_truth(name: str) -> None:
    dtu = build(SimulatorSettings(faults=(name,)), ManualClock(MIDNIGHT))
    dtu.plant.advance(MIDNIGHT + timedelta(days=2))
    assert dtu.plant.truth() == truth_without_faults(2 * 86400)


def test_all_faults_together_are_as_repeatable_as_none() -> None:
    dtus = [build(SimulatorSettings(faults=tuple(FAULTS)), ManualClock(MIDNIGHT)) for _ in range(2)]
    for hours in range(0, 48, 3):
        dtus[0].plant.advance(MIDNIGHT + timedelta(hours=hours))
    for dtu in dtus:
        dtu.plant.advance(MIDNIGHT + timedelta(hours=48))
    shown = [[dtu.plant.block(i) for i in range(6)] for dtu in dtus]
    assert shown[0] == shown[1]
    assert dtus[0].plant.truth() == dtus[1].plant.truth()
