import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunledger.simulator import frames
from sunledger.simulator.frames import Code, NotModbus, Refusal, Request


def asking(body: bytes) -> Request:
    return Request(7, 1, body)


def test_a_reply_carries_transaction_unit_function_and_byte_count() -> None:
    frame = frames.reply(asking(bytes((3, 0x10, 0, 0, 2))), b"\x01\x02\x03\x04")
    assert frame.hex(" ") == "00 07 00 00 00 07 01 03 04 01 02 03 04"


def test_a_refusal_carries_the_function_with_its_high_bit() -> None:
    assert (
        frames.refusal(asking(b"\x06\0\0\0\0"), Code.ILLEGAL_FUNCTION).hex(" ")
        == "00 07 00 00 00 03 01 86 01"
    )


@pytest.mark.parametrize("header", ["0001 0001 0006 01", "0001 0000 0001 01", "0001 0000 00ff 01"])
def test_what_is_no_header_is_no_modbus(header: str) -> None:
    with pytest.raises(NotModbus):
        frames.body_length(bytes.fromhex(header))


@given(st.binary(min_size=7, max_size=7))
def test_any_seven_bytes_are_a_header_or_no_modbus(header: bytes) -> None:
    try:
        length = frames.body_length(header)
    except NotModbus:
        return
    assert 1 <= length <= 253


@given(st.binary(min_size=1, max_size=253))
def test_any_body_is_a_read_or_refused(body: bytes) -> None:
    well_formed = len(body) == 5 and 1 <= int.from_bytes(body[3:5], "big") <= 125
    if body[0] == 3 and well_formed:
        assert struct.pack(">BHH", 3, *frames.registers_asked(asking(body))) == body
        return
    with pytest.raises(Refusal) as refused:
        frames.registers_asked(asking(body))
    assert refused.value.code is (Code.ILLEGAL_FUNCTION if body[0] != 3 else Code.ILLEGAL_VALUE)


@given(st.integers(0, 0xFFFF), st.integers(1, 125))
def test_a_read_is_its_address_and_count(address: int, count: int) -> None:
    assert frames.registers_asked(asking(struct.pack(">BHH", 3, address, count))) == (address, count)


def test_a_doubled_byte_count_leaves_the_rest_alone() -> None:
    frame = frames.reply(asking(bytes((3, 0x10, 0, 0, 20))), bytes(range(40)))
    broken = frames.with_double_byte_count(frame)
    assert broken[8] == 0x50
    assert broken[:8] + broken[9:] == frame[:8] + frame[9:]


def test_a_refusal_has_no_byte_count_to_double() -> None:
    no = frames.refusal(asking(b"\x03\0\0\0\0"), Code.ILLEGAL_VALUE)
    assert frames.with_double_byte_count(no) == no
    assert frames.with_double_byte_count(b"") == b""
