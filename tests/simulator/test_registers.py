import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunledger.simulator.block import TERMINATOR
from sunledger.simulator.frames import Code, Refusal
from sunledger.simulator.registers import BLOCKS, DTU_SERIAL, read

SERIAL = "10f871600831"


def block(index: int) -> bytes:
    return bytes((index + 1,)) * 40


def whole_space(step: int, blocks: int) -> bytes:
    parts = [block(i).ljust(step * 2, b"\0") for i in range(blocks)] + [TERMINATOR]
    return b"".join(parts).ljust(2 * 0x1000, b"\0")


@given(st.integers(20, 40), st.integers(1, 100), st.integers(0, 0xFFF), st.integers(1, 125))
def test_any_read_is_a_cut_of_one_space(step: int, blocks: int, offset: int, count: int) -> None:
    count = min(count, 0x1000 - offset)
    held = read(BLOCKS + offset, count, step, blocks, block, SERIAL)
    assert held == whole_space(step, blocks)[2 * offset : 2 * (offset + count)]


def test_a_read_asks_only_for_the_blocks_it_touches() -> None:
    asked: list[int] = []

    def noted(index: int) -> bytes:
        asked.append(index)
        return block(index)

    read(BLOCKS + 45, 40, 40, 6, noted, SERIAL)
    assert asked == [1, 2]


def test_the_serial_number_of_the_dtu() -> None:
    assert read(DTU_SERIAL, 3, 40, 1, block, SERIAL).hex() == SERIAL
    assert read(DTU_SERIAL + 1, 1, 40, 1, block, SERIAL).hex() == "7160"


@pytest.mark.parametrize(
    ("address", "count"),
    [
        (0, 1),
        (BLOCKS - 1, 2),
        (DTU_SERIAL - 1, 2),
        (DTU_SERIAL, 4),
        (DTU_SERIAL + 3, 1),
        (0xC001, 1),
        (0xFFFF, 125),
    ],
)
def test_there_is_nothing_elsewhere(address: int, count: int) -> None:
    with pytest.raises(Refusal) as refused:
        read(address, count, 40, 1, block, SERIAL)
    assert refused.value.code is Code.ILLEGAL_ADDRESS
