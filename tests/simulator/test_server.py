import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from tests.simulator.raw_client import BLOCKS, DTU_SERIAL, RawClient, connect, port_of, reading

from sunledger.simulator import SimulatedDtu, SimulatorSettings, build
from sunledger.sitetime import ManualClock

START = datetime(2024, 6, 1, 10, tzinfo=UTC)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest_asyncio.fixture
async def dtu(clock: ManualClock) -> AsyncIterator[SimulatedDtu]:
    dtu = build(SimulatorSettings(), clock)
    await dtu.start()
    yield dtu
    await dtu.stop()


@pytest_asyncio.fixture
async def client(dtu: SimulatedDtu) -> AsyncIterator[RawClient]:
    client = await connect(dtu.port)
    yield client
    await client.close()


async def until(condition: Callable[[], bool]) -> None:
    """Let the event loop run until something has come true."""
    for _ in range(5000):
        if condition():
            return
        await asyncio.sleep(0.001)
    pytest.fail("it never came true")


async def test_the_dtu_names_itself_and_lists_its_ports(client: RawClient, dtu: SimulatedDtu) -> None:
    assert (await client.read(DTU_SERIAL, 3)).hex() == "10f871600831"
    ports = await client.ports()
    assert [port.key for port in ports] == [(m.serial, m.number) for m in dtu.plant.meters]
    assert all(port.power > 0 and port.link_status == 1 for port in ports)


async def test_a_long_read_shows_the_same_as_reads_of_each_block(client: RawClient) -> None:
    blocks = [await client.read(BLOCKS + 40 * i, 20) for i in range(3)]
    at_once = await client.read(BLOCKS, 120)
    assert [at_once[80 * i : 80 * i + 40] for i in range(3)] == blocks
    assert await client.read(BLOCKS + 40 + 5, 10) == blocks[1][10:30]


async def test_between_blocks_and_after_the_terminator_there_are_zeros(client: RawClient) -> None:
    assert not any(await client.read(BLOCKS + 20, 20))
    terminator = await client.read(BLOCKS + 6 * 40, 20)
    assert (terminator[0], terminator[1:33], terminator[33]) == (0x0C, bytes(32), 7)
    assert not any(await client.read(BLOCKS + 7 * 40, 125))


@pytest.mark.parametrize(
    ("body", "unit", "code"),
    [
        (b"\x01" + reading(BLOCKS, 1)[1:], 1, 1),
        (b"\x06" + reading(BLOCKS, 1)[1:], 1, 1),
        (reading(0, 1), 1, 2),
        (reading(0x3000, 20), 1, 2),
        (reading(BLOCKS, 0), 1, 3),
        (reading(BLOCKS, 126), 1, 3),
        (reading(BLOCKS, 1) + b"\0", 1, 3),
        (reading(BLOCKS, 1), 9, 11),
    ],
)
async def test_what_it_does_not_have_it_refuses_and_goes_on(
    client: RawClient, body: bytes, unit: int, code: int
) -> None:
    assert await client.ask(body, unit) == bytes((body[0] | 0x80, code))
    assert len(await client.read(BLOCKS, 20)) == 40


async def test_what_is_no_modbus_is_hung_up_on_and_harms_nobody_else(
    dtu: SimulatedDtu, client: RawClient
) -> None:
    other = await connect(dtu.port)
    other.writer.write(b"GET / HTTP/1.1\r\n\r\n")
    assert await other.reader.read() == b""
    await other.close()
    assert len(await client.ports()) == 6


async def test_connections_and_requests_are_counted(dtu: SimulatedDtu) -> None:
    first, second = await connect(dtu.port), await connect(dtu.port)
    await first.read(BLOCKS, 20)
    await second.read(BLOCKS, 20)
    assert (dtu.connections_open, dtu.connections_seen, dtu.requests_seen) == (2, 2, 2)
    await first.close()
    await until(lambda: dtu.connections_open == 1)
    await second.close()
    assert dtu.connections_seen == 2


async def test_requests_that_come_together_are_answered_in_order(client: RawClient) -> None:
    await client.send(reading(BLOCKS, 20))
    first = asyncio.create_task(client.frame())
    serial = (await first)[10:16]
    await client.send(reading(BLOCKS + 40, 20))
    await client.send(reading(DTU_SERIAL, 3))
    whole = await client.reader.readexactly(7 + 2 + 40 + 7 + 2 + 6)
    assert whole[10:16] == serial
    assert whole[-6:].hex() == "10f871600831"


async def test_stopping_cuts_connections_and_starting_again_takes_the_same_port(
    dtu: SimulatedDtu, client: RawClient
) -> None:
    port = dtu.port
    await dtu.stop()
    assert await client.reader.read() == b""
    with pytest.raises(ConnectionRefusedError):
        await connect(port)
    await dtu.start()
    again = await connect(port)
    assert len(await again.ports()) == 6
    await again.close()


async def test_the_sun_follows_the_clock_but_not_its_jumps(
    dtu: SimulatedDtu, client: RawClient, clock: ManualClock
) -> None:
    noon = await client.ports()
    clock.jump(timedelta(hours=12))
    assert await client.ports() == noon
    await clock.advance(12 * 3600)
    assert not any(port.power for port in await client.ports())


async def test_latency_is_waited_on_the_clock(clock: ManualClock) -> None:
    dtu = build(SimulatorSettings(latency=0.5), clock)
    await dtu.start()
    client = await connect(dtu.port)
    asked = asyncio.create_task(client.read(BLOCKS, 20))
    await until(lambda: dtu.requests_seen == 1)
    await clock.advance(0.4)
    assert not asked.done()
    await clock.advance(0.2)
    assert len(await asked) == 40
    await client.close()
    await dtu.stop()


async def test_two_dtus_with_one_seed_show_the_same(clock: ManualClock, client: RawClient) -> None:
    twin = build(SimulatorSettings(), clock)
    await twin.start()
    other = await connect(twin.port)
    await clock.advance(3600)
    assert await client.ports() == await other.ports()
    await other.close()
    await twin.stop()


async def test_the_status_says_where_it_is_and_what_goes_wrong(clock: ManualClock) -> None:
    dtu = build(SimulatorSettings(faults=("silent@12:00+20m", "slow")), clock)
    lines = dtu.status_lines()
    assert "3 inverters, 6 ports" in lines[0]
    assert "2024-06-01 12:00 Europe/Warsaw" in lines[1]
    assert lines[2] == "faults on: silent (of silent@12:00+1200s, slow@09:00+600s)"


async def test_truth_is_what_the_counters_on_the_wire_rose_by(
    dtu: SimulatedDtu, client: RawClient, clock: ManualClock
) -> None:
    before = {port.key: port.total for port in await client.ports()}
    await clock.advance(24 * 3600)
    after = {port_of(await client.read(BLOCKS + 40 * i, 20)) for i in range(6)}
    assert {port.key: port.total - before[port.key] for port in after} == dtu.truth().ports
