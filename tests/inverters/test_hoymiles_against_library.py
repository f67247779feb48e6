"""What we read from a DTU is what the hoymiles-modbus library reads from it, over real sockets."""

import asyncio
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.inverters.dtu_memory import DRIVER, GATEWAY, NOON, RawBlock, dtu, link_to
from tests.transports.modbus_server import ModbusServer, serving

from sunledger.inverters.driver import Harvest

if sys.version_info >= (3, 14):
    pytest.skip("hoymiles-modbus 0.10.0 does not support Python 3.14", allow_module_level=True)

from hoymiles_modbus.client import HoymilesModbusTCP
from hoymiles_modbus.datatypes import InverterData

words = st.integers(0, 0xFFFF)


@st.composite
def blocks(draw: st.DrawFn) -> RawBlock:
    """Any values; half of the blocks have watts that agree with volts times amps in their series' scale."""
    serial = draw(st.from_regex(r"1[0-9]{11}", fullmatch=True))
    volts, amps, watts = draw(words), draw(words), draw(words)
    if draw(st.booleans()):
        watts = min(0xFFFF, volts * amps // (10 if serial.startswith("10") else 100))
    return RawBlock(
        serial=serial,
        port=draw(st.integers(0, 255)),
        volts=volts,
        amps=amps,
        watts=watts,
        grid=draw(words),
        hertz=draw(words),
        today=draw(words),
        total=draw(st.integers(0, 0xFFFF_FFFF)),
        warmth=draw(st.integers(-0x8000, 0x7FFF)),
        status=draw(words),
        alarm=draw(words),
        alarms=draw(words),
        link=draw(st.integers(0, 255)),
    )


def agrees(raw: RawBlock) -> bool:
    """Whether watts are within a tenth of volts times amps in the scale of the serial's series."""
    due = raw.volts * raw.amps / (10 if raw.serial.startswith("10") else 100)
    return due == 0 or 0.9 < raw.watts / due < 1.1


async def read_both(server: ModbusServer) -> tuple[str, str, Harvest, list[InverterData]]:
    async with serving(server):
        library = HoymilesModbusTCP("127.0.0.1", server.port)
        link = link_to(server)
        survey = await DRIVER.survey(link)
        harvest = await DRIVER.read(link, survey, NOON)
        await link.close()
        return (
            survey.gateway_serial,
            await asyncio.to_thread(lambda: library.dtu),
            harvest,
            await asyncio.to_thread(lambda: library.inverters),
        )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(blocks(), min_size=1, max_size=6, unique_by=lambda block: (block.serial, block.port)))
async def test_every_field_of_random_blocks_is_the_same(raws: list[RawBlock]) -> None:
    gateway, library_gateway, harvest, theirs = await read_both(dtu(raws))

    assert gateway == library_gateway == GATEWAY
    assert len(harvest.ports) == len(theirs) == len(raws)
    for raw, port, other in zip(raws, harvest.ports, theirs, strict=True):
        assert port.serial_number == other.serial_number
        assert port.port_number == other.port_number
        assert port.pv_voltage == float(other.pv_voltage)
        assert port.pv_power == float(other.pv_power)
        assert port.today_production == other.today_production
        assert port.total_production == other.total_production
        if agrees(raw):
            assert port.pv_current == float(other.pv_current)

    first_of_each = {other.serial_number: other for other in reversed(theirs)}
    assert {inverter.serial_number for inverter in harvest.inverters} == set(first_of_each)
    for inverter in harvest.inverters:
        other = first_of_each[inverter.serial_number]
        assert inverter.grid_voltage == float(other.grid_voltage)
        assert inverter.grid_frequency == float(other.grid_frequency)
        assert inverter.temperature == float(other.temperature)
        assert inverter.operating_status == other.operating_status
        assert inverter.alarm_code == other.alarm_code
        assert inverter.alarm_count == other.alarm_count
        assert inverter.link_status == other.link_status
