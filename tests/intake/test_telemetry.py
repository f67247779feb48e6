"""Telemetry that devices push: which reading a JSON object is, and what is said of those that are none."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunledger.intake.telemetry import LONGEST_MESSAGE, MOST_FAULTS, MOST_READINGS, Fault, Telemetry, read
from sunledger.intake.telemetry_reading import Sender
from sunledger.measurements import (
    ENERGY,
    INVERTER,
    KINDS,
    MEASUREMENTS,
    PORT,
    TELEMETRY,
    WEATHER,
    EnergyReading,
    InverterReading,
    Measurement,
    Poll,
    PortReading,
    Reading,
    ReadingKind,
    TelemetryPoint,
    WeatherReading,
)

NOW = datetime(2026, 6, 21, 10, tzinfo=UTC)


def said(*objects: object, device: str = "meter") -> Telemetry:
    """What a device is understood to say that sends these, one alone or several as a list."""
    message = orjson.dumps(objects[0] if len(objects) == 1 else objects)
    return read(message, Sender(device, NOW))


def readings(telemetry: Telemetry) -> list[Reading]:
    assert not telemetry.faults
    polls = telemetry.polls
    return [
        reading
        for poll in polls
        for part in (poll.inverters, poll.ports, poll.energy, poll.weather, poll.telemetry)
        for reading in part
    ]


def fault(*objects: object) -> str:
    """The one thing that is wrong with them."""
    (found,) = said(*objects).faults
    return str(found)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        (
            {"battery_soc": 81.2, "grid_power": -1200},
            EnergyReading(device_id="meter", battery_soc=81.2, grid_power=-1200.0, taken_at=NOW),
        ),
        ({"pv_power": 312}, EnergyReading(device_id="meter", pv_power=312.0, taken_at=NOW)),
        (
            {"pv_power": 312, "data_source": "rs485", "location": "barn", "device_id": "meter"},
            EnergyReading(
                device_id="meter", data_source="rs485", location="barn", pv_power=312.0, taken_at=NOW
            ),
        ),
        (
            {"location": "roof", "source": "station", "temperature": 21.5, "irradiance": 640},
            WeatherReading(
                location="roof", source="station", temperature=21.5, irradiance=640.0, taken_at=NOW
            ),
        ),
        (
            {"serial_number": "X1", "port_number": 2, "pv_power": 312.5, "total_production": 1000},
            PortReading(
                serial_number="X1", port_number=2, pv_power=312.5, total_production=1000, taken_at=NOW
            ),
        ),
        (
            {"serial_number": "X1", "temperature": 40, "operating_status": 3},
            InverterReading(serial_number="X1", temperature=40.0, operating_status=3, taken_at=NOW),
        ),
        (
            {"data_type": "boiler", "value": 61.5},
            TelemetryPoint(device="meter", data_type="boiler", value=61.5, taken_at=NOW),
        ),
        (
            {"kind": "weather", "location": "roof", "temperature": 4},
            WeatherReading(location="roof", temperature=4.0, taken_at=NOW),
        ),
    ],
)
def test_a_reading_is_known_by_its_fields(sent: object, meant: Reading) -> None:
    assert readings(said(sent)) == [meant]


def test_its_kind_is_what_it_says_it_is() -> None:
    sent = {"kind": "inverter", "serial_number": "X1", "temperature": 40}
    assert isinstance(readings(said(sent))[0], InverterReading)
    assert "kind: must be one of inverter, port, energy" in fault({"kind": "battery", "battery_soc": 5})


def test_values_are_kept_at_their_resolution() -> None:
    sent = {"battery_soc": 81.26, "cumulative_import": 1234.6, "price": None}
    (reading,) = readings(said(sent))
    assert reading == EnergyReading(device_id="meter", battery_soc=81.3, cumulative_import=1235, taken_at=NOW)


@pytest.mark.parametrize(
    "told",
    ["2026-06-21T09:59:00Z", "2026-06-21T11:59:00+02:00", 1782035940, 1782035940000, 1782035940.0],
)
def test_a_reading_tells_when_it_was_taken(told: object) -> None:
    (reading,) = readings(said({"pv_power": 1, "timestamp": told}))
    assert reading.taken_at == NOW - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ("2026-06-21T10:00:00", "add Z for UTC, or its offset"),
        ("2026-06-21T10:06:00Z", "more than 5 minutes ahead of us (2026-06-21T10:00:00Z)"),
        (17, "is before 2000"),
        ("yesterday", "write ISO 8601"),
        (True, "write ISO 8601"),
        (1e300, "write ISO 8601"),
        ("9999-12-31T23:59:59-23:59", "write ISO 8601"),
    ],
)
def test_a_time_that_cannot_be_is_told_with_the_way_out(told: object, wrong: str) -> None:
    found = fault({"pv_power": 1, "timestamp": told})
    assert found.startswith("line 1, timestamp: ")
    assert wrong in found


def test_what_may_become_right_with_time_is_told_apart() -> None:
    assert said({"pv_power": 1, "timestamp": "2026-06-21T10:06:00Z"}).ahead
    assert not said({"pv_power": 1, "timestamp": "2026-06-21T10:04:00Z"}).ahead
    assert not said({"pv_power": 1, "timestamp": 17}).ahead


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"pv_power": "312"}, 'pv_power: must be a number, not "312"'),
        ({"pv_power": True}, "pv_power: must be a number, not true"),
        ({"pv_power": -1}, "pv_power: -1 cannot be: from 0 to 1e+08 W"),
        ({"cumulative_import": 1e19}, "cumulative_import: 1e+19 cannot be"),
        ({"serial_number": "X1", "alarm_code": 1.5}, "alarm_code: must be a whole number"),
        ({"serial_number": "X1", "alarm_code": 70000}, "alarm_code: 70000 cannot be: from 0 to 65535"),
        ({"serial_number": "X 1", "alarm_code": 1}, "serial_number: must be 1 to 64 letters"),
        ({"serial_number": "X1", "port_number": 0, "pv_power": 1}, "port_number: must be a whole number"),
        ({"temperature": 20}, "location: is missing, and a reading of kind weather needs it"),
        ({"pv_powr": 20}, "pv_powr: is no field of a reading of kind energy: did you mean pv_power?"),
        ({"boiler": 61.5}, 'boiler: is no field of a reading of kind energy: send it as {"data_type": '
         '"boiler", "value": 61.5}'),
        ({"pv_power": 1, "firmware": "1.2"}, "firmware: is no field of a reading of kind energy: leave"),
        ({"pv_power": 1, "irradiance": 5}, 'send it as a reading of its own, with "kind": "weather"'),
        ({"pv_power": 1, "device_id": "other"}, 'device_id: "other" is not meter'),
        ({"data_type": "x", "value": None}, "holds no value: give at least one of value"),
        ({}, "holds no value: give at least one of battery_soc"),
        (7, 'must be an object such as {"grid_power": 250}, not 7'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_field_and_the_way_out(sent: object, wrong: str) -> None:
    assert wrong in fault(sent)


def test_everything_that_is_wrong_is_told_at_once_with_its_line() -> None:
    told = said({"pv_power": 1}, {"pv_power": "x", "timestamp": "y"}, {"grid_power": 2}, 5)
    assert [(found.line, found.field) for found in told.faults] == [
        (2, "timestamp"),
        (2, "pv_power"),
        (4, None),
    ]
    assert (told.readings, told.refused) == (2, 2)
    many = said(*[{"pv_power": "x"}] * (MOST_FAULTS + 5))
    assert (len(many.faults), many.refused) == (MOST_FAULTS, MOST_FAULTS + 5)


def test_lines_count_as_they_stand_in_the_message() -> None:
    message = b'{"pv_power": 1}\n\n{"pv_power": }\r\n{"pv_power": 3}\n'
    told = read(message, Sender("meter", NOW), by_line=True)
    assert [(found.line, found.field) for found in told.faults] == [(3, None)]
    assert told.readings == 2


def test_what_is_no_json_or_too_much_is_told() -> None:
    def only(message: bytes) -> Fault:
        (found,) = read(message, Sender("meter", NOW)).faults
        return found

    assert "not JSON" in only(b"pv_power=5").detail
    assert "not JSON" in only(b"").detail
    assert "not JSON" in only(b'{"pv_power": NaN}').detail
    assert "longer than" in only(b" " * (LONGEST_MESSAGE + 1)).detail
    assert "more than" in only(b"[" + b"1," * MOST_READINGS + b"1]").detail


def test_a_poll_is_what_was_read_at_one_moment() -> None:
    earlier = "2026-06-21T09:59:00Z"
    polls = said(
        {"grid_power": 1}, {"location": "roof", "humidity": 50}, {"grid_power": 2, "timestamp": earlier}
    ).polls
    assert [poll.taken_at for poll in polls] == [NOW - timedelta(minutes=1), NOW]
    assert [(len(poll.energy), len(poll.weather)) for poll in polls] == [(1, 0), (1, 1)]
    assert {poll.dtu_name for poll in polls} == {"meter"}


def test_several_readings_of_one_series_and_moment_stay_in_their_order() -> None:
    polls = said({"grid_power": 1}, {"grid_power": 2}, {"grid_power": 2, "location": "barn"}).polls
    assert [[reading.grid_power for reading in poll.energy] for poll in polls] == [[1, 2], [2]]


def test_the_examples_for_people_are_understood_and_name_every_field() -> None:
    page = (Path(__file__).parents[2] / "docs" / "push.md").read_text()
    (block,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    told = read(block.encode(), Sender("house", NOW), by_line=True)
    assert [fault.detail for fault in told.faults] == []
    assert told.readings == len(block.splitlines())
    assert [name for name in NAMES if f"`{name}`" not in page] == []


NAMES = sorted({m.name for m in MEASUREMENTS})
OTHERS = (
    "kind", "timestamp", "serial_number", "port_number", "data_type", "location", "source", "data_source",
    "device_id", "device",
)  # fmt: skip
KEYS: st.SearchStrategy[str] = st.sampled_from([*NAMES, *OTHERS]) | st.text(max_size=5)
VALUES: st.SearchStrategy[object] = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=5)
    | st.sampled_from(["meter", "X1", "2026-06-21T10:00:00Z", *KINDS]) | st.just([1]) | st.just({})
)  # fmt: skip
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=6)


def check(told: Telemetry) -> None:
    """Whatever was sent, what is made of it can be kept."""
    assert bool(told.faults) == bool(told.refused)
    assert sum(poll.size for poll in told.polls) == told.readings
    assert [poll.taken_at for poll in told.polls] == sorted(poll.taken_at for poll in told.polls)
    for poll in told.polls:
        check_poll(poll)


def check_poll(poll: Poll) -> None:
    check_part(INVERTER, poll.inverters, poll.taken_at)
    check_part(PORT, poll.ports, poll.taken_at)
    check_part(ENERGY, poll.energy, poll.taken_at)
    check_part(WEATHER, poll.weather, poll.taken_at)
    check_part(TELEMETRY, poll.telemetry, poll.taken_at)


def check_part(kind: ReadingKind[Any], part: Sequence[Reading], taken_at: datetime) -> None:
    series = [tuple(getattr(reading, name) for name in kind.identity) for reading in part]
    assert len(set(series)) == len(series)
    for reading in part:
        assert reading.taken_at == taken_at
        stored = [value for value in kind.encode(reading) if value is not None]
        assert stored
        assert kind is TELEMETRY or all(-(2**63) <= value < 2**63 for value in stored)


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_readings_or_faults(message: bytes, by_line: bool) -> None:
    check(read(message, Sender("meter", NOW), by_line=by_line))


@given(st.lists(OBJECTS, max_size=5))
def test_any_objects_are_readings_or_faults(objects: list[object]) -> None:
    check(read(json.dumps(objects).encode(), Sender("meter", NOW)))


@given(st.recursive(VALUES, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=10))
def test_any_json_is_readings_or_faults(tree: object) -> None:
    check(read(json.dumps(tree).encode(), Sender("meter", NOW)))


@given(st.lists(st.sampled_from(ENERGY.measurements), unique=True, min_size=1), st.data())
def test_what_a_column_can_hold_comes_back_as_it_was_sent(
    measurements: list[Measurement], data: st.DataObject
) -> None:
    sent = {}
    for measurement in measurements:
        least, most = measurement.quantity.plausible or (0, 2**53)
        sent[measurement.name] = data.draw(st.integers(int(least), int(most)))
    (reading,) = readings(said(sent))
    assert {name: getattr(reading, name) for name in sent} == sent
