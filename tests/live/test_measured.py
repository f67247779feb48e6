"""The latest of what is no inverter: never an earlier reading after a later one."""

from datetime import UTC, datetime, timedelta

from sunledger.live import MeasuredEvent
from sunledger.live.measured import LatestMeasured, measured
from sunledger.measurements import EnergyReading, Poll, TelemetryPoint, WeatherReading

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def poll(at: datetime, flow: float = 1.5) -> Poll:
    return Poll(
        dtu_name="hybrid",
        taken_at=at,
        energy=[EnergyReading(device_id="goodwe", taken_at=at, battery_soc=41.5)],
        weather=[WeatherReading(location="roof", taken_at=at, temperature=-3.0)],
        telemetry=[
            TelemetryPoint(device="boiler", data_type=name, taken_at=at, value=flow)
            for name in ("pressure", "flow")
        ],
    )


def test_every_series_has_its_latest_reading() -> None:
    latest = LatestMeasured()
    assert len(latest.update(poll(NOON))) == 4
    assert latest.of("energy") == list(poll(NOON).energy)
    assert latest.of("weather") == list(poll(NOON).weather)
    assert [point.data_type for point in latest.of("telemetry")] == ["flow", "pressure"]


def test_a_late_reading_is_not_the_latest() -> None:
    latest = LatestMeasured()
    latest.update(poll(NOON, flow=2.0))
    assert latest.update(poll(NOON - MINUTE)) == []
    assert {point.value for point in latest.of("telemetry")} == {2.0}


def test_the_same_moment_with_other_values_replaces() -> None:
    latest = LatestMeasured()
    latest.update(poll(NOON, flow=2.0))
    assert len(latest.update(poll(NOON, flow=3.0))) == 4
    assert {point.value for point in latest.of("telemetry")} == {3.0}


def test_what_a_store_knew_does_not_replace_what_has_come_since() -> None:
    latest, kept = LatestMeasured(), poll(NOON - MINUTE)
    latest.update(poll(NOON, flow=2.0))
    assert latest.take(measured(kept.energy, kept.weather, kept.telemetry)) == []


def test_an_event_has_the_names_and_every_value_of_its_reading() -> None:
    latest = LatestMeasured()
    energy, weather, _, flow = (MeasuredEvent(*each) for each in latest.update(poll(NOON)))
    assert (energy.device, weather.device, flow.device) == ("goodwe", "roof", "boiler")
    assert flow.body() == {
        "type": "telemetry", "device": "boiler", "data_type": "flow", "timestamp": NOON, "value": 1.5,
    }  # fmt: skip
    assert energy.body()["battery_soc"] == 41.5
    assert energy.body()["grid_power"] is None
