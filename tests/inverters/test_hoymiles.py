from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.inverters.dtu_memory import DRIVER, GATEWAY, NOON, RawBlock, dtu, link_to, plant
from tests.transports.modbus_server import Fault, ModbusServer, Question, serving

from sunledger.inverters.driver import Harvest, Survey
from sunledger.inverters.hoymiles import Hoymiles
from sunledger.inverters.hoymiles_block import CurrentScale
from sunledger.transports import Empty, Garbled, Refused, Unreachable

WIDE, NARROW = Survey(GATEWAY, 40), Survey(GATEWAY, 20)
STEPS = pytest.mark.parametrize("step", [40, 20])


async def survey(server: ModbusServer, *faults: Fault | None) -> Survey:
    async with serving(server):
        link = link_to(server)
        server.fail_next(*faults)
        try:
            return await DRIVER.survey(link)
        finally:
            await link.close()


async def poll(
    server: ModbusServer, *faults: Fault | None, known: Survey = WIDE, timeout: float = 1.0, retries: int = 0
) -> Harvest:
    async with serving(server):
        link = link_to(server, timeout, retries)
        server.fail_next(*faults)
        try:
            return await DRIVER.read(link, known, NOON)
        finally:
            await link.close()


def identities(harvest: Harvest) -> list[tuple[str, int]]:
    return [(port.serial_number, port.port_number) for port in harvest.ports]


def listed(blocks: Sequence[RawBlock]) -> list[tuple[str, int]]:
    return [(block.serial, block.port) for block in blocks]


def refusal(question: Question) -> bytes:
    return question.refusal(2)


def truncated(question: Question) -> bytes:
    return question.data(bytes(21))


def silence(_: Question) -> None:
    return None


class TestSurvey:
    @STEPS
    async def test_it_learns_the_serial_of_the_dtu_and_the_step_of_its_list(self, step: int) -> None:
        assert await survey(dtu(plant(3, 2), step=step)) == Survey(GATEWAY, step)

    @STEPS
    async def test_two_ports_are_enough_to_learn_the_step(self, step: int) -> None:
        assert (await survey(dtu(plant(1, 2), step=step))).register_step == step

    @STEPS
    async def test_a_single_port_keeps_the_wide_step_which_reads_it_either_way(self, step: int) -> None:
        blocks = plant(1, 1)
        assert (await survey(dtu(blocks, step=step))).register_step == 40
        assert identities(await poll(dtu(blocks, step=step))) == listed(blocks)

    async def test_a_sleeping_plant_tells_its_step_too(self) -> None:
        asleep = [replace(block, volts=0, amps=0, grid=0, hertz=0, watts=0, link=0) for block in plant(2, 2)]
        assert (await survey(dtu(asleep, step=20))).register_step == 20

    async def test_a_refusal_between_the_blocks_says_that_none_is_there(self) -> None:
        assert (await survey(dtu(plant(2, 2)), None, None, refusal)).register_step == 40

    async def test_a_refusal_forty_registers_on_leaves_the_narrow_step(self) -> None:
        assert (await survey(dtu(plant(1, 2), step=20), None, None, None, refusal)).register_step == 20

    async def test_silence_says_nothing_and_is_not_learned_from(self) -> None:
        with pytest.raises(Unreachable):
            await survey(dtu(plant(2, 2), step=20), None, None, silence)

    async def test_bytes_between_the_blocks_that_are_no_port_keep_the_wide_step(self) -> None:
        server = dtu(plant(2, 2))
        server.hold(0x1000 + 20, bytes(range(40)))
        assert (await survey(server)).register_step == 40

    @pytest.mark.parametrize("repeated", [0, 1])
    async def test_a_neighbour_repeated_between_the_blocks_keeps_the_wide_step(self, repeated: int) -> None:
        server = dtu(blocks := plant(2, 2))
        server.hold(0x1000 + 20, blocks[repeated].encode())
        server.hold(0x1000 + 40, blocks[1].encode())
        assert (await survey(server)).register_step == 40

    async def test_an_empty_list_says_that_nothing_is_mapped_yet(self) -> None:
        with pytest.raises(Empty, match="not mapped yet"):
            await survey(dtu([]))

    async def test_an_answer_without_data_says_that_nothing_is_mapped_yet(self) -> None:
        with pytest.raises(Empty, match="not mapped yet"):
            await survey(dtu([]), None, lambda q: q.data(b""))


class TestRead:
    @STEPS
    async def test_every_port_of_the_list_in_its_order(self, step: int) -> None:
        harvest = await poll(dtu(blocks := plant(5, 4), step=step), known=Survey(GATEWAY, step))
        assert identities(harvest) == listed(blocks)
        assert [port.total_production for port in harvest.ports] == [block.total for block in blocks]
        assert harvest.failures == ()

    async def test_one_inverter_reading_although_every_port_repeats_it(self) -> None:
        harvest = await poll(dtu(plant(3, 4)))
        assert [inverter.serial_number for inverter in harvest.inverters] == [
            "116100000001",
            "116100000002",
            "116100000003",
        ]

    async def test_the_inverter_reading_comes_from_the_first_port_that_answered(self) -> None:
        harvest = await poll(dtu(plant(1, 3)), truncated)
        assert [inverter.temperature for inverter in harvest.inverters] == [20.2]

    async def test_everything_carries_the_time_of_the_poll(self) -> None:
        harvest = await poll(dtu(plant(2, 2)))
        assert {inverter.taken_at for inverter in harvest.inverters} == {NOON}
        assert {port.taken_at for port in harvest.ports} == {NOON}

    async def test_a_poll_is_one_request_a_port_and_one_for_the_end(self) -> None:
        server = dtu(plant(5, 4))
        await poll(server)
        assert server.questions == [(0x1000 + 40 * index, 20) for index in range(21)]
        assert server.connections == 1

    async def test_a_list_of_a_hundred_ports_is_read_and_no_more(self) -> None:
        server = dtu(plant(26, 4))
        harvest = await poll(server)
        assert len(harvest.ports) == len(server.questions) == 100

    async def test_a_wrong_byte_count_changes_nothing(self) -> None:
        blocks = plant(1, 2)
        harvest = await poll(dtu(blocks), lambda q: q.data(blocks[0].encode(), byte_count=0x50))
        assert identities(harvest) == listed(blocks)
        assert harvest.failures == ()

    async def test_an_end_of_eighty_bytes_is_an_end(self) -> None:
        blocks = plant(1, 2)
        harvest = await poll(dtu([*blocks, blocks[0]]), None, None, lambda q: q.data(b"\x0c" + bytes(79)))
        assert identities(harvest) == listed(blocks)

    async def test_the_current_scale_can_be_ordered(self) -> None:
        server = dtu([RawBlock(volts=393, amps=113, watts=448)])
        async with serving(server):
            link = link_to(server)
            harvest = await Hoymiles(CurrentScale.TENTHS).read(link, WIDE, NOON)
            await link.close()
        assert harvest.ports[0].pv_current == 11.3

    async def test_an_empty_list_says_that_nothing_is_mapped_yet(self) -> None:
        with pytest.raises(Empty, match="not mapped yet"):
            await poll(dtu([]))


class TestPartialPoll:
    @pytest.mark.parametrize(
        ("fault", "error"), [(refusal, Refused), (truncated, Garbled), (silence, Unreachable)]
    )
    @pytest.mark.parametrize("failed", [1, 4, 7])
    async def test_it_goes_on_with_those_that_answered(
        self, fault: Fault, error: type[Exception], failed: int
    ) -> None:
        blocks = plant(4, 2)
        harvest = await poll(dtu(blocks), *[None] * failed, fault, timeout=0.1)
        assert identities(harvest) == listed(blocks[:failed] + blocks[failed + 1 :])
        assert [type(failure) for failure in harvest.failures] == [error]

    @pytest.mark.parametrize("fault", [refusal, truncated])
    async def test_a_first_block_that_fails_hides_no_other(self, fault: Fault) -> None:
        blocks = plant(2, 2)
        assert identities(await poll(dtu(blocks), fault)) == listed(blocks[1:])

    async def test_silence_of_the_first_block_ends_the_poll_at_once(self) -> None:
        server = dtu(plant(4, 2))
        with pytest.raises(Unreachable):
            await poll(server, silence, timeout=0.1)
        assert len(server.questions) == 1

    async def test_silence_of_two_blocks_in_a_row_ends_the_poll_with_what_came(self) -> None:
        server = dtu(blocks := plant(4, 2))
        harvest = await poll(server, None, None, silence, None, silence, silence, timeout=0.1)
        assert identities(harvest) == listed([blocks[0], blocks[1], blocks[3]])
        assert [type(failure) for failure in harvest.failures] == [Unreachable] * 3
        assert len(server.questions) == 6

    async def test_a_silent_block_was_asked_as_often_as_the_link_was_told(self) -> None:
        blocks = plant(2, 2)
        harvest = await poll(dtu(blocks), None, silence, silence, timeout=0.1, retries=2)
        assert identities(harvest) == listed(blocks)
        assert harvest.failures == ()

    async def test_a_dtu_that_refuses_everything_is_left_alone_soon(self) -> None:
        server = dtu(plant(26, 4))
        with pytest.raises(Refused):
            await poll(server, *[refusal] * 100)
        assert len(server.questions) == 8

    async def test_a_failure_and_an_end_without_any_port_is_that_failure(self) -> None:
        with pytest.raises(Refused):
            await poll(dtu([RawBlock()]), refusal)

    async def test_a_port_that_comes_twice_is_kept_once_and_counted_as_garbled(self) -> None:
        one, two = plant(1, 2)
        harvest = await poll(dtu([one, replace(one, total=7), two]))
        assert [port.total_production for port in harvest.ports] == [one.total, two.total]
        assert [str(failure) for failure in harvest.failures] == [
            "port 1 of 116100000001 came twice in one poll"
        ]
        assert isinstance(harvest.failures[0], Garbled)
