import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.servers.ports import ReservedPort
from tests.transports.modbus_server import HANG_UP, Fault, ModbusServer, Question, serving

from sunledger.sitetime import AcceleratedClock, Clock, ManualClock, SystemClock
from sunledger.transports import CommParams, DeviceError, Garbled, ModbusTcp, Refused, Unreachable

DATA = bytes.fromhex("10f871600831")
PATIENT = CommParams(timeout=30.0, retries=0, gap=0.0)
"""For what answers, however busy the machine is."""
BRISK = CommParams(timeout=0.5, retries=0, gap=0.0)
"""For what leaves out an answer: that much time is lost each time."""
START = datetime(2026, 6, 21, tzinfo=UTC)


@asynccontextmanager
async def device(
    comm: CommParams = PATIENT, clock: Clock | None = None
) -> AsyncIterator[tuple[ModbusServer, ModbusTcp]]:
    """A device whose registers from 0x2000 hold `DATA`, and a link to it."""
    server = ModbusServer()
    server.hold(0x2000, DATA)
    async with serving(server):
        link = ModbusTcp("127.0.0.1", server.port, 1, clock or SystemClock(), comm)
        yield server, link
        await link.close()


def silence(_: Question) -> None:
    return None


async def until(condition: Callable[[], bool]) -> None:
    """Let the event loop run until something has come true."""
    for _ in range(20_000):
        if condition():
            return
        await asyncio.sleep(0.001)
    pytest.fail("it never came true")


async def test_it_connects_when_first_asked_and_keeps_the_connection() -> None:
    async with device() as (server, link):
        assert (link.connected, link.generation, server.connections) == (False, 0, 0)
        answers = [await link.read_holding(0x2000, 3) for _ in range(3)]
        assert answers == [DATA] * 3
        assert (link.connected, link.generation, server.connections) == (True, 1, 1)


async def test_it_connects_to_an_address_that_is_allowed() -> None:
    async with device() as (server, _):
        link = ModbusTcp("localhost", server.port, 1, SystemClock(), PATIENT, lambda each: each.is_loopback)
        assert await link.read_holding(0x2000, 3) == DATA
        await link.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "::ffff:127.0.0.1"])
async def test_where_it_may_not_it_does_not_connect_however_that_is_written(host: str) -> None:
    async with device() as (server, _):
        comm = CommParams(timeout=30.0, retries=1, gap=0.0)
        link = ModbusTcp(host, server.port, 1, SystemClock(), comm, lambda each: not each.is_loopback)
        with pytest.raises(Unreachable, match="is no address of a device"):
            await link.read_holding(0x2000, 3)
        assert (server.connections, link.generation) == (0, 0)


async def test_callers_queue_for_the_one_connection() -> None:
    async with device() as (server, link):
        server.delay = 0.005
        answers = await asyncio.gather(*(link.read_holding(0x2000 + i, 1) for i in (0, 1, 2) * 4))
        assert answers == [DATA[0:2], DATA[2:4], DATA[4:6]] * 4
        assert (server.connections, server.open_at_most) == (1, 1)


async def test_never_two_connections_even_when_every_request_fails() -> None:
    async with device(CommParams(timeout=0.1, retries=0, gap=0.0)) as (server, link):
        server.fail_next(*[silence, lambda q: b"rubbish!", lambda q: HANG_UP] * 3)
        await asyncio.gather(*(link.read_holding(0x2000, 3) for _ in range(9)), return_exceptions=True)
        assert server.connections == 9
        assert server.open_at_most == 1


async def test_a_closed_link_connects_again_when_asked() -> None:
    async with device() as (server, link):
        await link.read_holding(0x2000, 3)
        await link.close()
        assert not link.connected
        assert await link.read_holding(0x2000, 3) == DATA
        assert link.generation == server.connections == 2


async def test_a_connection_closed_by_the_device_costs_no_try() -> None:
    async with device() as (server, link):
        server.fail_next(lambda q: server.honest(q) + HANG_UP)
        await link.read_holding(0x2000, 3)
        await until(lambda: not link.connected)
        assert await link.read_holding(0x2000, 3) == DATA
        assert link.generation == 2


class TestSilence:
    async def test_it_is_unreachable_after_the_timeout_of_each_try(self) -> None:
        async with device(CommParams(timeout=0.08, retries=3, gap=0.0)) as (server, link):
            server.fail_next(*[silence] * 4)
            started = time.monotonic()
            with pytest.raises(Unreachable, match=r"did not answer to 3 registers at 0x2000 within 0\.08 s"):
                await link.read_holding(0x2000, 3)
            assert time.monotonic() - started >= 0.3
            await until(lambda: len(server.questions) == 4)

    async def test_it_is_asked_again(self) -> None:
        async with device(CommParams(timeout=0.2, retries=3, gap=0.0)) as (server, link):
            server.fail_next(silence, silence, silence)
            assert await link.read_holding(0x2000, 3) == DATA
            assert len(server.questions) == 4

    async def test_a_connection_that_is_cut_before_the_answer_is_silence(self) -> None:
        async with device() as (server, link):
            server.fail_next(lambda q: HANG_UP)
            with pytest.raises(Unreachable, match="before it closed the connection"):
                await link.read_holding(0x2000, 3)

    async def test_an_answer_that_comes_too_late_is_not_taken_for_the_next_one(self) -> None:
        async with device(BRISK) as (server, link):
            server.answering.clear()
            with pytest.raises(Unreachable):
                await link.read_holding(0x2000, 1)
            server.answering.set()
            assert await link.read_holding(0x2001, 1) == DATA[2:4]
            assert server.connections == 2

    async def test_the_timeout_is_real_time_however_fast_the_clock_runs(self) -> None:
        async with device(PATIENT, AcceleratedClock(START, 10_000)) as (server, link):
            server.delay = 0.05
            assert await link.read_holding(0x2000, 3) == DATA


async def test_nobody_at_the_address_is_unreachable_and_says_where() -> None:
    with ReservedPort() as port:
        link = ModbusTcp("127.0.0.1", port, 1, SystemClock(), PATIENT)
        with pytest.raises(Unreachable, match=f"cannot connect to 127.0.0.1:{port}"):
            await link.read_holding(0x2000, 3)
    assert not link.connected


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "x" * 70])
async def test_a_host_that_has_no_address_is_unreachable(host: str) -> None:
    with pytest.raises(Unreachable, match="cannot connect to"):
        await ModbusTcp(host, 502, 1, SystemClock(), BRISK).read_holding(0x2000, 3)


async def test_a_refusal_carries_its_code_keeps_the_connection_and_is_not_asked_again() -> None:
    async with device(CommParams(timeout=30.0, retries=3, gap=0.0)) as (server, link):
        server.fail_next(lambda q: q.refusal(6))
        with pytest.raises(Refused) as no:
            await link.read_holding(0x2000, 3)
        assert no.value.code == 6
        assert await link.read_holding(0x2000, 3) == DATA
        assert (len(server.questions), server.connections) == (2, 1)


async def test_a_wrong_byte_count_is_tolerated() -> None:
    async with device() as (server, link):
        server.fail_next(lambda q: q.data(DATA, byte_count=0x50))
        assert await link.read_holding(0x2000, 3) == DATA


NONSENSE: dict[str, Fault] = {
    "half an answer, then nothing": lambda q: q.data(DATA)[:11],
    "half an answer, then the end": lambda q: q.data(DATA)[:11] + HANG_UP,
    "a shorter answer that admits it": lambda q: q.data(DATA[:4]),
    "an answer to another request": lambda q: q.frame(b"\x03\x06" + DATA, transaction=q.transaction ^ 0x100),
    "an answer from another unit": lambda q: q.data(DATA)[:6] + b"\x09" + q.data(DATA)[7:],
    "an answer to another function": lambda q: q.frame(b"\x04\x06" + DATA),
    "an answer without data": lambda q: q.data(b""),
    "a length beyond Modbus": lambda q: q.frame(b"\x03\x06" + DATA, length=0xFFFF),
    "HTTP": lambda q: b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "a flood": lambda q: b"\xff" * 1_000_000,
}


@pytest.mark.parametrize("fault", NONSENSE.values(), ids=NONSENSE.keys())
async def test_nonsense_is_garbled_with_its_bytes_and_does_not_meet_the_next_request(fault: Fault) -> None:
    async with device(BRISK) as (server, link):
        server.fail_next(fault)
        with pytest.raises(Garbled) as caught:
            await link.read_holding(0x2000, 3)
        sent = fault(Question(1, 1, 3, 0x2000, 3)) or b""
        assert caught.value.data
        assert sent.startswith(caught.value.data)
        assert not link.connected
        assert await link.read_holding(0x2001, 1) == DATA[2:4]
        assert server.open_at_most == 1


async def test_bytes_behind_an_answer_do_not_meet_the_next_request() -> None:
    async with device() as (server, link):
        server.fail_next(lambda q: server.honest(q) + b"\x00\x02\x00\x00\x00\x05\x01\x03\x02\xff\xff")
        assert await link.read_holding(0x2000, 3) == DATA
        assert await link.read_holding(0x2000, 1) == DATA[:2]
        assert link.generation == 2


async def test_a_cancelled_request_leaves_nothing_to_the_next_one() -> None:
    async with device() as (server, link):
        server.answering.clear()
        request = asyncio.create_task(link.read_holding(0x2000, 1))
        await until(lambda: len(server.questions) == 1)
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        server.answering.set()
        assert await link.read_holding(0x2001, 1) == DATA[2:4]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.binary(max_size=80), min_size=1, max_size=3), st.booleans())
async def test_random_frames_crash_nothing_and_spoil_nothing(junk: list[bytes], headed: bool) -> None:
    """Each is sent as an answer, bare or under a true header; the honest answer after it is understood."""

    def fault(body: bytes) -> Fault:
        return lambda q: q.frame(body) if headed else body

    async with device(CommParams(timeout=0.03, retries=3, gap=0.0)) as (server, link):
        server.fail_next(*(fault(body) for body in junk))
        for _ in junk:
            try:
                assert len(await link.read_holding(0x2000, 3)) == 6
            except DeviceError:
                continue
        while True:
            with suppress(Unreachable):  # as on a machine that is busy elsewhere
                assert await link.read_holding(0x2000, 3) == DATA
                break


class TestGap:
    async def test_requests_start_at_least_the_gap_apart(self) -> None:
        async with device(CommParams(timeout=30, retries=0, gap=0.04)) as (server, link):
            begun = asyncio.get_running_loop().time()
            for _ in range(4):
                await link.read_holding(0x2000, 3)
            since = [asked_at - begun for asked_at in server.asked_at]
            assert all(seconds >= 0.039 * number for number, seconds in enumerate(since))

    async def test_it_is_counted_from_start_to_start_so_a_slow_device_pays_nothing(self) -> None:
        clock = ManualClock(START)
        async with device(CommParams(timeout=30, retries=0, gap=0.05), clock) as (_, link):
            await link.read_holding(0x2000, 3)
            await clock.advance(0.05)  # the device's own time
            assert await link.read_holding(0x2000, 3) == DATA

    async def test_it_is_waited_on_the_clock(self) -> None:
        patient = CommParams(timeout=30, retries=0, gap=60)
        async with device(patient, AcceleratedClock(START, 10_000)) as (_, link):
            for _ in range(5):
                assert await link.read_holding(0x2000, 3) == DATA


class TestReconnectDelay:
    async def test_it_grows_from_attempt_to_attempt_up_to_its_maximum(self) -> None:
        clock = Quick(START)
        comm = CommParams(timeout=30, retries=0, gap=0.0, reconnect_delay=5, reconnect_delay_max=12)
        moments = []
        with ReservedPort() as port:
            link = ModbusTcp("127.0.0.1", port, 1, clock, comm)
            for _ in range(5):
                await _fails(link)
                moments.append(clock.monotonic())
        assert moments == [0, 5, 15, 27, 39]

    async def test_it_starts_anew_after_a_connection(self) -> None:
        clock = Quick(START)
        comm = CommParams(timeout=30, retries=0, gap=0.0, reconnect_delay=5, reconnect_delay_max=300)
        with ReservedPort() as port:
            link = ModbusTcp("127.0.0.1", port, 1, clock, comm)
            await _fails(link)
            async with serving(ModbusServer(port=port)):
                await link.read_holding(0x2000, 3)
                await link.close()
            assert clock.monotonic() == 5
            await _fails(link)
            assert clock.monotonic() == 5
            await _fails(link)
            assert clock.monotonic() == 10


class Quick(ManualClock):
    """A clock on which a wait is over at once, and its time has passed."""

    async def sleep(self, seconds: float) -> None:
        await self.advance(max(0.0, seconds), settle=1)


async def _fails(link: ModbusTcp) -> None:
    with pytest.raises(Unreachable):
        await link.read_holding(0x2000, 3)


async def test_it_prints_and_logs_nothing_by_itself(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.WARNING)
    async with device(BRISK) as (server, link):
        server.fail_next(silence, lambda q: b"rubbish!", lambda q: q.refusal(2), lambda q: HANG_UP)
        for _ in range(4):
            with pytest.raises(DeviceError):
                await link.read_holding(0x2000, 3)
    assert not caplog.records
    assert capfd.readouterr() == ("", "")
