"""The catalogue: every derivation, walked over every measurement."""

import dataclasses
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunledger.measurements import (
    ENERGY,
    INVERTER,
    MEASUREMENTS,
    PORT,
    TELEMETRY,
    WEATHER,
    InverterReading,
    Kind,
    Measurement,
    PortReading,
    Reading,
    ReadingKind,
    Stored,
    Unit,
)
from sunledger.measurements import KINDS as BY_NAME
from sunledger.measurements.catalogue import inverter_reading, port_reading

AT = datetime(2026, 6, 21, 12, 0, tzinfo=UTC)
AnyKind = ReadingKind[Any]
KINDS: tuple[AnyKind, ...] = tuple(BY_NAME.values())

# https://developers.home-assistant.io/docs/core/entity/sensor: those that we use
DEVICE_CLASSES = {
    "voltage", "current", "frequency", "power", "energy", "temperature",
    "battery", "humidity", "irradiance", "wind_speed",
}  # fmt: skip
STATE_CLASSES = {"measurement", "total", "total_increasing"}
HOME_ASSISTANT_UNITS = {
    "voltage": "V", "current": "A", "frequency": "Hz", "power": "W", "energy": "Wh", "temperature": "°C",
    "battery": "%", "humidity": "%", "irradiance": "W/m²", "wind_speed": "m/s",
}  # fmt: skip
# https://prometheus.io/docs/practices/naming/#base-units, and the plural it asks for
BASE_UNITS = {
    "V": "volts",
    "A": "amperes",
    "Hz": "hertz",
    "W": "watts",
    "Wh": "joules",
    "°C": "celsius",
    "%": "ratio",
    "W/m²": "watts_per_square_meter",
    "m/s": "meters_per_second",
    "/kWh": "per_joule",
    "": "",
}

FACTORS = {"Wh": 3600.0, "%": 0.01, "/kWh": 1 / 3.6e6}
"""What a value is multiplied by to be in the base unit; others are in it."""

every_measurement = pytest.mark.parametrize(
    "measurement", MEASUREMENTS, ids=lambda each: f"{each.reading}.{each.name}"
)
in_steps = pytest.mark.parametrize(
    "measurement",
    [each for each in MEASUREMENTS if each.quantity.resolution is not None],
    ids=lambda each: f"{each.reading}.{each.name}",
)
"""Those that are kept as integers."""
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda each: each.name)


def stored_integers(measurement: Measurement) -> st.SearchStrategy[int]:
    """Every integer that the device's register can hold; any number where it is kept as it is."""
    bits = measurement.quantity.bits
    if measurement.quantity.resolution is None:
        numbers: Any = st.floats(allow_nan=False, allow_infinity=False)
        return cast(st.SearchStrategy[int], numbers)
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


def test_names_are_unique_among_the_readings_of_a_kind() -> None:
    for kind in KINDS:
        assert len(set(kind.columns)) == len(kind.columns)
    names = [measurement.name for measurement in MEASUREMENTS]
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


@in_steps
def test_every_resolution_is_exactly_one_over_its_scale(measurement: Measurement) -> None:
    quantity = measurement.quantity
    assert Fraction(str(quantity.resolution)) == Fraction(1, quantity.scale)
    assert measurement.integral == (quantity.scale == 1)


@every_measurement
@given(data=st.data())
def test_every_stored_integer_comes_back(measurement: Measurement, data: st.DataObject) -> None:
    stored = data.draw(stored_integers(measurement))
    assert measurement.encode(measurement.decode(stored)) == stored


@in_steps
@given(data=st.data())
def test_a_value_is_the_nearest_float_to_the_decimal_that_the_device_sent(
    measurement: Measurement, data: st.DataObject
) -> None:
    stored = data.draw(stored_integers(measurement))
    value = measurement.decode(stored)
    decimal = Decimal(stored) / Decimal(measurement.quantity.scale)
    assert value == (int(decimal) if measurement.integral else float(decimal))
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
    step = measurement.quantity.resolution or 1
    assert not measurement.plausible(low - step)
    assert not measurement.plausible(high + step)


@every_measurement
def test_every_measured_value_of_a_gauge_has_limits(measurement: Measurement) -> None:
    measured = measurement.quantity.kind is Kind.GAUGE and measurement.quantity.resolution is not None
    assert (measurement.quantity.plausible is not None) == measured


@every_kind
@given(data=st.data())
def test_a_reading_is_encoded_as_each_of_its_measurements_is(kind: AnyKind, data: st.DataObject) -> None:
    row = data.draw(stored_rows(kind))
    reading = _reading(kind, row)
    assert kind.encode(reading) == list(row)
    assert kind.values(reading) == tuple(getattr(reading, name) for name in kind.columns)
    assert kind.decode(row) == dict(zip(kind.columns, kind.values(reading), strict=True))
    assert kind.encode(reading) == [
        measurement.encode(value)
        for measurement, value in zip(kind.measurements, kind.values(reading), strict=True)
    ]


IDENTITIES: dict[str, dict[str, Any]] = {
    INVERTER.name: {"serial_number": "114100000001"},
    PORT.name: {"serial_number": "114100000001", "port_number": 2},
    ENERGY.name: {"device_id": "goodwe", "data_source": "modbus", "location": "cellar"},
    WEATHER.name: {"location": "roof", "source": "station"},
    TELEMETRY.name: {"device": "boiler", "data_type": "flow"},
}


def _reading(kind: AnyKind, row: tuple[Stored, ...]) -> Reading:
    reading: Reading = kind.reading(taken_at=AT, **IDENTITIES[kind.name], **kind.decode(row))
    return reading


def _inverter(row: tuple[int | None, ...]) -> InverterReading:
    return inverter_reading("114100000001", AT, row)


def _port(row: tuple[int | None, ...]) -> PortReading:
    return port_reading("114100000001", 2, AT, row)


@every_kind
@given(data=st.data())
def test_readings_together_are_encoded_as_each_alone(kind: AnyKind, data: st.DataObject) -> None:
    rows = data.draw(st.lists(stored_rows(kind), max_size=5))
    assert list(kind.encode_all([_reading(kind, row) for row in rows])) == rows


@given(stored_rows(INVERTER), stored_rows(PORT))
def test_a_reading_is_made_from_its_stored_integers(
    inverter: tuple[int | None, ...], port: tuple[int | None, ...]
) -> None:
    assert _inverter(inverter) == _reading(INVERTER, inverter)
    assert _port(port) == _reading(PORT, port)


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
    assert (ENERGY.table, *ENERGY.columns) == (
        "energy_data", "battery_soc", "battery_temp", "battery_power", "pv_power", "grid_power",
        "consumption", "price",
        "cumulative_import", "cumulative_export", "cumulative_charge", "cumulative_discharge",
    )  # fmt: skip
    assert (WEATHER.table, *WEATHER.columns) == (
        "weather_data", "temperature", "humidity", "irradiance", "wind_speed",
    )  # fmt: skip
    assert (TELEMETRY.table, *TELEMETRY.columns) == ("telemetry_data", "value")


def test_released_resolutions_never_change() -> None:
    released = (*INVERTER.measurements, *PORT.measurements)
    assert {measurement.name: measurement.quantity.scale for measurement in released} == {
        "grid_voltage": 10, "grid_frequency": 100, "temperature": 10,
        "operating_status": 1, "alarm_code": 1, "alarm_count": 1, "link_status": 1,
        "pv_voltage": 10, "pv_current": 100, "pv_power": 10, "today_production": 1, "total_production": 1,
    }  # fmt: skip


@pytest.mark.parametrize("unit", Unit)
def test_a_units_prometheus_name_and_factor_belong_together(unit: Unit) -> None:
    assert unit.value.prometheus_unit == BASE_UNITS[unit.symbol]
    assert unit.value.prometheus_factor == FACTORS.get(unit.symbol, 1.0)


@every_measurement
def test_home_assistant_knows_the_words(measurement: Measurement) -> None:
    device_class = measurement.quantity.home_assistant
    state_class = measurement.quantity.kind.value
    assert device_class is None or device_class in DEVICE_CLASSES
    assert state_class is None or state_class in STATE_CLASSES
    if device_class is not None:
        assert HOME_ASSISTANT_UNITS[device_class] == measurement.quantity.unit.symbol
    # Home Assistant refuses energy as a measurement, and a code has neither unit nor class
    assert (device_class == "energy") == (state_class in {"total", "total_increasing"})
    bare = measurement.quantity.kind is Kind.CODE or measurement.reading == TELEMETRY.name
    assert bare == (measurement.quantity.unit is Unit.NONE)
