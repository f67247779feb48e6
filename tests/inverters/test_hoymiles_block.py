from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.inverters.dtu_memory import END, NOON, RawBlock

from sunledger.inverters.hoymiles_block import Block, CurrentScale, decode
from sunledger.measurements import InverterReading, PortReading
from sunledger.transports import Garbled

RECORDED = bytes.fromhex(
    "0c 103332416355 01 015e 0002 094d 1388 0066 02ef 00012447 002b 0003 0000 0000 01 07000000000000"
)
"""A real MI inverter on a winter's day, as recorded in wasilukm/hoymiles_modbus."""


def decoded(raw: RawBlock, scale: CurrentScale = CurrentScale.AUTO) -> Block:
    block = decode(raw.encode(), scale.divisor)
    assert block is not None
    return block


def test_a_recorded_block() -> None:
    assert decode(RECORDED) == Block(
        serial_number="103332416355",
        port_number=1,
        pv_voltage=35.0,
        pv_current=0.2,
        grid_voltage=238.1,
        grid_frequency=50.0,
        pv_power=10.2,
        today_production=751,
        total_production=74823,
        temperature=4.3,
        operating_status=3,
        alarm_code=0,
        alarm_count=0,
        link_status=1,
    )


def test_its_two_halves_are_the_readings() -> None:
    block = decode(RECORDED)
    assert block is not None
    assert block.inverter_reading(NOON) == InverterReading(
        serial_number="103332416355",
        taken_at=NOON,
        grid_voltage=238.1,
        grid_frequency=50.0,
        temperature=4.3,
        operating_status=3,
        alarm_code=0,
        alarm_count=0,
        link_status=1,
    )
    assert block.port_reading(NOON) == PortReading(
        serial_number="103332416355",
        port_number=1,
        taken_at=NOON,
        pv_voltage=35.0,
        pv_current=0.2,
        pv_power=10.2,
        today_production=751,
        total_production=74823,
    )


def test_the_temperature_may_be_below_zero() -> None:
    assert decoded(RawBlock(warmth=-153)).temperature == -15.3


@given(st.integers(0, 0xFFFF))
def test_a_value_is_the_float_nearest_to_the_decimal_that_was_sent(raw: int) -> None:
    block = decoded(RawBlock(volts=raw, grid=raw, watts=raw, hertz=raw))
    assert block.pv_voltage == block.grid_voltage == block.pv_power == float(Decimal(raw) / 10)
    assert block.grid_frequency == float(Decimal(raw) / 100)


class TestEndOfTheList:
    def test_the_recorded_end_is_not_all_zero(self) -> None:
        assert bytes(40) != END
        assert decode(END) is None

    @given(st.binary(min_size=40, max_size=40))
    def test_a_serial_of_zeros_ends_it_whatever_else_is_there(self, data: bytes) -> None:
        assert decode(data[:1] + bytes(6) + data[7:]) is None

    def test_a_block_of_zeros_under_a_serial_does_not_end_it(self) -> None:
        data = bytes(1) + bytes.fromhex("116180212345") + bytes(33)
        block = decode(data)
        assert block is not None
        assert (block.pv_voltage, block.pv_power, block.total_production) == (0.0, 0.0, 0)


class TestCurrentScale:
    @pytest.mark.parametrize("serial", ["116180212345", "103332416355"])
    def test_the_scale_is_the_one_whose_volts_times_amps_are_the_watts(self, serial: str) -> None:
        raw = RawBlock(serial=serial, volts=393, amps=113, watts=448)  # wasilukm/hoymiles_modbus#16
        assert decoded(raw).pv_current == 1.13
        assert decoded(replace(raw, watts=4480)).pv_current == 11.3

    def test_nearer_means_by_ratio(self) -> None:
        raw = RawBlock(volts=100, amps=100)  # 10 W in hundredths, 100 W in tenths; their mean is 31.6 W
        assert decoded(replace(raw, watts=316)).pv_current == 1.0
        assert decoded(replace(raw, watts=317)).pv_current == 10.0

    @pytest.mark.parametrize(("serial", "amps"), [("116180212345", 0.07), ("103332416355", 0.7)])
    def test_without_volts_or_watts_the_series_decides(self, serial: str, amps: float) -> None:
        raw = RawBlock(serial=serial, amps=7)
        assert decoded(replace(raw, volts=0)).pv_current == amps
        assert decoded(replace(raw, watts=0)).pv_current == amps

    def test_configuration_overrides_what_the_block_says(self) -> None:
        raw = RawBlock(volts=393, amps=113, watts=448)
        assert decoded(raw, CurrentScale.TENTHS).pv_current == 11.3
        assert decoded(replace(raw, watts=4480), CurrentScale.HUNDREDTHS).pv_current == 1.13

    @given(st.integers(1, 0xFFFF), st.integers(1, 0xFFFF), st.integers(1, 0xFFFF))
    def test_no_scale_would_have_been_nearer(self, volts: int, amps: int, watts: int) -> None:
        block = decoded(RawBlock(volts=volts, amps=amps, watts=watts))

        def distance(current: float) -> float:
            ratio = block.pv_voltage * current / block.pv_power
            return max(ratio, 1 / ratio)

        other = min((amps / 10, amps / 100), key=lambda current: current == block.pv_current)
        assert distance(block.pv_current) <= distance(other) * (1 + 1e-9)


@given(st.binary(max_size=100).filter(lambda data: len(data) != 40))
def test_any_other_number_of_bytes_is_garbled(data: bytes) -> None:
    with pytest.raises(Garbled, match="a block has 40 bytes, not") as caught:
        decode(data)
    assert caught.value.data == data


@given(st.binary(min_size=40, max_size=40))
def test_any_forty_bytes_decode(data: bytes) -> None:
    block = decode(data)
    assert (block is None) == (data[1:7] == bytes(6))
