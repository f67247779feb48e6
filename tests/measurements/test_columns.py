"""Many readings at once are treated as each of them alone."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from sunledger.measurements import PORT, PortReading

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)

decimals = st.none() | st.integers(-100, 70_000).map(lambda tenths: tenths / 10)
counts = st.none() | st.integers(0, 0xFFFF_FFFF)
readings = st.builds(
    PortReading,
    serial_number=st.just("114100000001"),
    port_number=st.integers(1, 4),
    taken_at=st.just(NOON),
    pv_voltage=decimals,
    pv_current=decimals,
    pv_power=decimals,
    today_production=counts,
    total_production=counts,
)


@given(st.lists(readings, max_size=5))
def test_readings_are_encoded_together_as_they_are_one_by_one(several: list[PortReading]) -> None:
    assert [list(values) for values in PORT.encode_all(several)] == [PORT.encode(each) for each in several]


@given(st.lists(readings, min_size=1, max_size=5))
def test_a_column_is_plausible_when_each_of_its_values_is(several: list[PortReading]) -> None:
    columns = zip(*map(PORT.values, several), strict=True)
    for measurement, column in zip(PORT.measurements, columns, strict=True):
        each = [measurement.plausible(value) for value in column if value is not None]
        assert measurement.all_plausible(column) == all(each)
