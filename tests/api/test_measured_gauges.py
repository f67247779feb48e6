"""The metrics of what is no inverter: from the catalogue, of now, and never without end."""

import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry, disable_created_metrics, generate_latest
from tests.conftest import require_program

from sunledger.api import measured_gauges
from sunledger.api.measured_gauges import MeasuredNow
from sunledger.live import DeviceStates, Health, LatestReadings, Patience
from sunledger.measurements import EnergyReading, Poll, TelemetryPoint, WeatherReading
from sunledger.sitetime import ManualClock

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)
GAUGE = 'sunledger_weather_temperature_celsius{location="roof",source="station"}'
COUNTER = 'sunledger_energy_import_joules_total{data_source="meter",device_id="house",location="cellar"}'


class House:
    """What is known, and a scrape of it."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOON)
        self.latest = LatestReadings(self.clock)
        patience = Patience(query_period=60)
        states = DeviceStates(self.clock, self.latest, Health(self.clock, [], patience), patience)
        self.registry = CollectorRegistry()
        self.registry.register(MeasuredNow(self.latest.measured, states))

    def hear(self, points: Sequence[TelemetryPoint] = ()) -> None:
        """A reading of each kind, taken now."""
        at = self.clock.now()
        energy = EnergyReading(
            device_id="house", data_source="meter", location="cellar", taken_at=at,
            battery_soc=81.2, grid_power=-1200.0, price=0.36, cumulative_import=1_200_345,
        )  # fmt: skip
        weather = WeatherReading(location="roof", source="station", taken_at=at, temperature=-3.0)
        poll = Poll(dtu_name="house", taken_at=at, energy=[energy], weather=[weather], telemetry=points)
        self.latest.measured.update(poll)

    def scraped(self) -> bytes:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library leaves it untyped
        return generate_latest(self.registry)

    def samples(self) -> dict[str, float]:
        lines = [line for line in self.scraped().decode().splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def point(name: str, at: datetime = NOON) -> TelemetryPoint:
    return TelemetryPoint(device="boiler", data_type=name, taken_at=at, value=61.5)


def test_the_latest_of_each_kind_is_told_in_base_units() -> None:
    house = House()
    house.hear([point("flow")])
    energy = '{data_source="meter",device_id="house",location="cellar"}'
    assert {name: value for name, value in house.samples().items() if "left_out" not in name} == {
        f"sunledger_energy_battery_soc_ratio{energy}": pytest.approx(0.812),
        f"sunledger_energy_grid_power_watts{energy}": -1200,
        f"sunledger_energy_price_per_joule{energy}": pytest.approx(1e-7),
        COUNTER: 1_200_345 * 3600,
        GAUGE: -3,
        'sunledger_telemetry_value{data_type="flow",device="boiler"}': 61.5,
    }


async def test_a_gauge_disappears_with_the_readings_and_a_counter_stays() -> None:
    house = House()
    house.hear()
    await house.clock.advance(180)
    assert GAUGE in house.samples()
    await house.clock.advance(1)
    assert GAUGE not in house.samples()
    assert COUNTER in house.samples()


async def test_what_reports_seldom_is_told_for_longer_but_not_for_ever() -> None:
    house = House()
    house.hear()
    await house.clock.advance(900)
    house.hear()
    await house.clock.advance(2700)
    assert GAUGE in house.samples()
    await house.clock.advance(1)
    assert GAUGE not in house.samples()
    house.clock.jump(timedelta(days=1))
    house.hear()
    await house.clock.advance(3601)
    assert GAUGE not in house.samples()


def test_of_too_many_series_the_first_by_name_are_told_and_how_many_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(measured_gauges, "MOST_SERIES", 2)
    house = House()
    house.hear([point(name) for name in ("c", "a", "d", "b")])
    found = house.samples()
    assert sum(name.startswith("sunledger_telemetry_value{") for name in found) == 2
    assert 'sunledger_telemetry_value{data_type="b",device="boiler"}' in found
    assert found['sunledger_series_left_out{kind="telemetry"}'] == 2
    assert found['sunledger_series_left_out{kind="energy"}'] == 0


def test_promtool_finds_nothing_to_say() -> None:
    house = House()
    house.hear([point("flow")])
    for text in (House().scraped(), house.scraped()):
        promtool = require_program("promtool", "prometheus")
        found = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, check=False)
        assert (found.returncode, found.stdout, found.stderr) == (0, b"", b"")
