import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunledger.transports import DeviceError, Empty, Garbled, Refused
from sunledger.transports.mbap import ReadRequest

REQUEST = ReadRequest(transaction=0x1234, unit=1, address=0x2000, count=3)
ANSWER = bytes.fromhex("1234 0000 0009 01 03 06 10f871600831")


def answer(received: bytes) -> bytes | None:
    frame = REQUEST.frame(received)
    return None if frame is None else REQUEST.data(frame)


def test_a_request_for_registers_is_twelve_bytes() -> None:
    assert REQUEST.encode() == bytes.fromhex("1234 0000 0006 01 03 2000 0003")


def test_the_data_of_an_answer_is_what_follows_its_byte_count() -> None:
    assert answer(ANSWER) == bytes.fromhex("10f871600831")


def test_an_answer_may_come_in_any_pieces() -> None:
    for size in range(len(ANSWER)):
        assert answer(ANSWER[:size]) is None


def test_what_follows_the_frame_is_not_part_of_it() -> None:
    assert REQUEST.frame(ANSWER + b"more") == ANSWER


@given(st.integers(0, 255))
def test_any_byte_count_is_tolerated(byte_count: int) -> None:
    assert answer(ANSWER[:8] + bytes([byte_count]) + ANSWER[9:]) == ANSWER[9:]


def test_more_data_than_asked_for_is_cut_off() -> None:
    longer = bytes.fromhex("1234 0000 000b 01 03 08 10f871600831 ffff")
    assert answer(longer) == ANSWER[9:]


def test_less_data_than_asked_for_is_garbled_and_keeps_the_bytes() -> None:
    shorter = bytes.fromhex("1234 0000 0008 01 03 05 10f8716008")
    with pytest.raises(Garbled, match="5 bytes came back for 3 registers at 0x2000, 6 were due") as caught:
        answer(shorter)
    assert caught.value.data == shorter


@pytest.mark.parametrize("frame", ["1234 0000 0003 01 03 00", "1234 0000 0002 01 03"])
def test_an_answer_without_data_is_empty(frame: str) -> None:
    with pytest.raises(Empty, match="without data"):
        answer(bytes.fromhex(frame))


def test_an_exception_is_a_refusal_with_its_code_and_name() -> None:
    with pytest.raises(
        Refused, match=r"3 registers at 0x2000: Modbus exception 2 \(illegal data address\)"
    ) as no:
        answer(bytes.fromhex("1234 0000 0003 01 83 02"))
    assert no.value.code == 2


@pytest.mark.parametrize(
    ("what", "frame"),
    [
        ("another request", "1235 0000 0009 01 03 06 10f871600831"),
        ("unit 9", "1234 0000 0009 09 03 06 10f871600831"),
        ("function 4", "1234 0000 0009 01 04 06 10f871600831"),
        ("function 132", "1234 0000 0003 01 84 02"),
        ("function 131", "1234 0000 0002 01 83"),
        ("no Modbus frame", "1234 0001 0009 01 03 06 10f871600831"),
        ("no Modbus frame", "1234 0000 0000 01 03 06"),
        ("no Modbus frame", "1234 0000 ffff 01 03 06"),
        ("no Modbus frame", b"HTTP/1.1 400 Bad Request".hex()),
    ],
)
def test_what_is_no_answer_to_the_request_is_garbled_at_once(what: str, frame: str) -> None:
    with pytest.raises(Garbled, match=what) as caught:
        answer(bytes.fromhex(frame))
    assert caught.value.data == bytes.fromhex(frame)


@given(st.binary(max_size=300))
def test_any_bytes_are_an_answer_or_incomplete_or_a_device_error(received: bytes) -> None:
    try:
        data = answer(received)
    except DeviceError:
        return
    assert data is None or len(data) == 6


@given(st.binary(max_size=250))
def test_any_body_under_a_true_prefix_is_an_answer_or_a_device_error(body: bytes) -> None:
    frame = ANSWER[:4] + len(body).to_bytes(2) + body
    try:
        data = answer(frame)
    except DeviceError:
        return
    assert data is not None
    assert len(data) == 6
