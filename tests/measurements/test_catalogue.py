"""The catalogue: every derivation, walked over every measurement."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunledger.measurements import (
    INVERTER,
    MEASUREMENTS,
    PORT,
    InverterReading,
    Kind,
    Measurement,
    PortReading,
    ReadingKind,
    Unit,
)
from sunledger.measurements.catalogue import inverter_reading, port_reading

AT = datetime(2026, 6, 21, 12, 0, tzinfo=UTC)
AnyKind = ReadingKind[InverterReading] | ReadingKind[PortReading]
KINDS: tuple[AnyKind, ...] = (INVERTER, PORT)

# https://developers.home-assistant.io/docs/core/entity/sensor: those that we use
DEVICE_CLASSES = {"voltage", "current", "frequency", "power", "energy", "temperature"}
STATE_CLASSES = {"measurement", "total", "total_increasing"}
HOME_ASSISTANT_UNITS = {
    "voltage": "V", "current": "A", "frequency": "Hz", "power": "W", "energy": "Wh", "temperature": "°C",
}  # fmt: skip
# https://prometheus.io/docs/practices/naming/#base-units, and the plural it asks for
BASE_UNITS = {
    "V": "volts",
    "A": "amperes",
    "Hz": "hertz",
    "W": "watts",
    "Wh": "joules",
    "°C": "celsius",
    "": "",
}

every_measurement = pytest.mark.parametrize("measurement", MEASUREMENTS, ids=lambda each: each.name)
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda each: each.name)


def stored_integers(measurement: Measurement) -> st.SearchStrategy[int]:
    """Every integer that the device's register can hold."""
    bits = measurement.quantity.bits
    if measurement.quantity.signed:
        return st.integers(-(1 << bits - 1), (1 << bits - 1) - 1)
    return st.integers(0, (1 << bits) - 1)


def stored_rows(kind: AnyKind) -> st.SearchStrategy[tuple[int | None, ...]]:
    return st.tuples(*(st.none() | stored_integers(each) for each in kind.measurements))


def test_the_catalogue_has_every_field_of_the_readings_once() -> None:
    for kind in KINDS:
        fields = [field.name for field in dataclasses.fields(kind.reading)]
        assert fields == [*kind.identity, "taken_at", *kind.columns]
        assert kind.columns == tuple(measurement.name for measurement in kind.measurements)
        assert {measurement.reading for measurement in kind.measurements} == {kind.name}


def test_names_are_unique_so_that_a_name_has_one_meaning() -> None:
    names = [measurement.name for measurement in MEASUREMENTS]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() and name.islower() for name in names)
    assert not {"at", "series", "timestamp"} & set(names)


@every_measurement
def test_every_quantity_says_what_it_is(measurement: Measurement) -> None:
    quantity = measurement.quantity
    assert quantity.label
    assert quantity.label[0].isupper()
    assert quantity.label == quantity.label.strip()
    assert isinstance(quantity.unit, Unit)
    assert isinstance(quantity.kind, Kind)
    assert quantity.bits in (8, 16, 32, 64)


@every_measurement
def test_every_resolution_is_exactly_one_over_its_scale(measurement: Measurement) -> None:
    quantity = measurement.quantity
    assert Fraction(str(quantity.resolution)) == Fraction(1, quantity.scale)
    assert measurement.integral == (quantity.scale == 1)


@every_measurement
@given(data=st.data())
def test_every_stored_integer_comes_back(measurement: Measurement, data: st.DataObject) -> None:
    stored = data.draw(stored_integers(measurement))
    assert measurement.encode(measurement.decode(stored)) == stored


@every_measurement
@given(data=st.data())
def test_a_value_is_the_nearest_float_to_the_decimal_that_the_device_sent(
    measurement: Measurement, data: st.DataObject
) -> None:
    stored = data.draw(stored_integers(measurement))
    value = measurement.decode(stored)
    decimal = Decimal(stored) * Decimal(str(measurement.quantity.resolution))
    assert value == float(decimal)
    assert isinstance(value, int if measurement.integral else float)


@every_measurement
def test_missing_stays_missing(measurement: Measurement) -> None:
    assert measurement.encode(None) is None
    assert measurement.decode(None) is None


@every_measurement
def test_what_is_plausible_fits_in_the_register_and_both_ends_belong_to_it(measurement: Measurement) -> None:
    limits = measurement.quantity.plausible
    if limits is None:
        assert measurement.plausible(float("1e300"))
        return
    low, high = limits
    assert low < high
    assert measurement.quantity.signed or low >= 0
    assert measurement.plausible(low)
    assert measurement.plausible(high)
    assert not measurement.plausible(low - measurement.quantity.resolution)
    assert not measurement.plausible(high + measurement.quantity.resolution)


@every_measurement
def test_every_measured_value_of_a_gauge_has_limits(measurement: Measurement) -> None:
    assert (measurement.quantity.plausible is not None) == (measurement.quantity.kind is Kind.GAUGE)


@every_kind
@given(data=st.data())
def test_a_reading_is_encoded_as_each_of_its_measurements_is(kind: AnyKind, data: st.DataObject) -> None:
    row = data.draw(stored_rows(kind))
    reading = {INVERTER.name: _inverter, PORT.name: _port}[kind.name](row)
    encode = cast(Callable[[object], list[int | None]], kind.encode)
    values = cast(Callable[[object], tuple[float | None, ...]], kind.values)
    assert encode(reading) == list(row)
    assert values(reading) == tuple(getattr(reading, name) for name in kind.columns)
    assert kind.decode(row) == dict(zip(kind.columns, values(reading), strict=True))
    assert encode(reading) == [
        measurement.encode(value)
        for measurement, value in zip(kind.measurements, values(reading), strict=True)
    ]


def _inverter(row: tuple[int | None, ...]) -> InverterReading:
    return inverter_reading("114100000001", AT, row)


def _port(row: tuple[int | None, ...]) -> PortReading:
    return port_reading("114100000001", 2, AT, row)


@given(st.lists(stored_rows(PORT), max_size=5), st.lists(stored_rows(INVERTER), max_size=5))
def test_readings_together_are_encoded_as_each_alone(
    ports: list[tuple[int | None, ...]], inverters: list[tuple[int | None, ...]]
) -> None:
    assert list(PORT.encode_all(map(_port, ports))) == ports
    assert list(INVERTER.encode_all(map(_inverter, inverters))) == inverters


@every_measurement
@given(st.lists(st.none() | st.floats(-1e4, 1e4)))
def test_values_together_are_plausible_when_each_alone_is(
    measurement: Measurement, values: list[float | None]
) -> None:
    each = [measurement.plausible(value) for value in values if value is not None]
    assert measurement.all_plausible(values) == all(each)


@every_kind
def test_a_column_is_found_by_its_name(kind: AnyKind) -> None:
    for position, name in enumerate(kind.columns):
        assert kind.index(name) == position
        assert kind.scales[position] == kind.measurements[position].quantity.scale


def test_the_tables_and_columns_that_people_query_keep_their_names() -> None:
    assert (INVERTER.table, *INVERTER.columns) == (
        "inverter_data", "grid_voltage", "grid_frequency", "temperature",
        "operating_status", "alarm_code", "alarm_count", "link_status",
    )  # fmt: skip
    assert (PORT.table, *PORT.columns) == (
        "port_data", "pv_voltage", "pv_current", "pv_power", "today_production", "total_production",
    )  # fmt: skip


def test_released_resolutions_never_change() -> None:
    assert {measurement.name: measurement.quantity.scale for measurement in MEASUREMENTS} == {
        "grid_voltage": 10, "grid_frequency": 100, "temperature": 10,
        "operating_status": 1, "alarm_code": 1, "alarm_count": 1, "link_status": 1,
        "pv_voltage": 10, "pv_current": 100, "pv_power": 10, "today_production": 1, "total_production": 1,
    }  # fmt: skip


@pytest.mark.parametrize("unit", Unit)
def test_a_units_prometheus_name_and_factor_belong_together(unit: Unit) -> None:
    assert unit.value.prometheus_unit == BASE_UNITS[unit.symbol]
    seconds_of_an_hour = 3600.0
    assert unit.value.prometheus_factor == (seconds_of_an_hour if unit is Unit.WATT_HOUR else 1.0)


@every_measurement
def test_home_assistant_knows_the_words(measurement: Measurement) -> None:
    device_class = measurement.quantity.unit.value.device_class
    state_class = measurement.quantity.kind.value
    assert device_class is None or device_class in DEVICE_CLASSES
    assert state_class is None or state_class in STATE_CLASSES
    if device_class is not None:
        assert HOME_ASSISTANT_UNITS[device_class] == measurement.quantity.unit.symbol
    # Home Assistant refuses energy as a measurement, and a code has neither unit nor class
    assert (device_class == "energy") == (state_class in {"total", "total_increasing"})
    assert (measurement.quantity.kind is Kind.CODE) == (measurement.quantity.unit is Unit.NONE)
