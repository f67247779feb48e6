from hypothesis import given
from hypothesis import strategies as st
from tests.simulator.raw_client import Port, port_of

from sunledger.simulator.block import TERMINATOR, PortImage, encode

u16 = st.integers(0, 0xFFFF)
images = st.builds(
    PortImage, u16, u16, u16, u16, u16, u16, st.integers(0, 2**32 - 1), st.integers(-32768, 32767),
    u16, u16, u16, st.integers(0, 255),
)  # fmt: skip


@given(st.from_regex("[0-9]{12}", fullmatch=True), st.integers(1, 8), images)
def test_every_field_stands_at_its_offset(serial: str, number: int, image: PortImage) -> None:
    block = encode(serial, number, image)
    assert port_of(block) == Port(serial, number, *image)
    assert (len(block), block[0], block[33:]) == (40, 0x0C, bytes((7, 0, 0, 0, 0, 0, 0)))


def test_a_known_block_byte_by_byte() -> None:
    image = PortImage(331, 1005, 2305, 5001, 3326, 1234, 1234567, -45, 3, 0, 0, 1)
    assert encode("114172918305", 2, image).hex(" ") == (
        "0c 11 41 72 91 83 05 02 01 4b 03 ed 09 01 13 89 0c fe 04 d2 00 12 d6 87 ff d3 "
        "00 03 00 00 00 00 01 07 00 00 00 00 00 00"
    )


def test_the_terminator_has_no_serial_number_but_is_not_all_zero() -> None:
    assert {i: byte for i, byte in enumerate(TERMINATOR) if byte} == {0: 0x0C, 33: 0x07}


def test_counters_wrap_at_the_end_of_their_registers() -> None:
    image = PortImage(0, 0, 0, 0, 0, 2**16 + 3, 2**32 + 5, 0, 0, 0, 0, 0)
    port = port_of(encode("114100000001", 1, image))
    assert (port.today, port.total) == (3, 5)
