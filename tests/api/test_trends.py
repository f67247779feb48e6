"""Trends over days: means of measurements and energy, whole days, none taken for zero."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.api.plant import NOON, SERIALS, Plant, inverter, poll, serving

from sunledger.sitetime import ManualClock

MIDNIGHT = NOON.replace(day=20, hour=22)
"""Today began, by the clocks of Berlin."""


async def asked(plant: Plant, **parameters: object) -> dict[str, Any]:
    answer = await plant.get("/api/v1/trends", **parameters)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def days(plant: Plant, *, temperatures: dict[int, float]) -> None:
    """A poll at midnight and one an hour later, so many days before today; 500 Wh a port and day."""
    for ago, temperature in sorted(temperatures.items(), reverse=True):
        for hour in (0, 1):
            at = MIDNIGHT - timedelta(days=ago) + timedelta(hours=hour)
            total = 100_000 - 500 * ago + hour * 100
            devices = [inverter(serial, at, temperature=temperature) for serial in SERIALS]
            await plant.intake.accept(replace(poll(at, total=total), inverters=devices))


async def test_a_measurement_is_a_line_through_daily_means(plant: Plant) -> None:
    await days(plant, temperatures={ago: 40.0 - 0.5 * ago for ago in (1, 2, 3, 7, 9)})
    found = await asked(plant, measurement="temperature", device=SERIALS[0])
    assert found == {
        "measurement": "temperature", "kind": "inverter", "by": None, "unit": "°C", "zone": "Europe/Berlin",
        "start": "2026-05-21T22:00:00Z", "end": "2026-06-20T22:00:00Z",
        "items": [{
            "serial_number": SERIALS[0], "days": 5, "first_day": "2026-06-12", "last_day": "2026-06-20",
            "mean": pytest.approx(40 - 0.5 * 22 / 5), "slope_per_day": pytest.approx(0.5),
            "percent_per_year": None,
        }],
    }  # fmt: skip


async def test_today_counts_only_when_it_is_asked_for(plant: Plant) -> None:
    await days(plant, temperatures={0: 90.0, 1: 40.0, 2: 40.0})
    (until_today, _) = (await asked(plant, measurement="temperature"))["items"]
    assert (until_today["days"], until_today["slope_per_day"]) == (2, 0)
    (with_today, _) = (await asked(plant, measurement="temperature", end="2026-06-21T10:00:00Z"))["items"]
    assert (with_today["days"], with_today["last_day"]) == (3, "2026-06-21")
    assert with_today["slope_per_day"] == pytest.approx(25)


async def test_energy_is_a_line_through_the_energy_of_days(plant: Plant) -> None:
    await days(plant, temperatures=dict.fromkeys(range(1, 11), 20.0))
    by: list[tuple[str, int, int]] = [("plant", 1, 4), ("dtu", 1, 4), ("inverter", 2, 2), ("port", 4, 1)]
    for name, owners, ports in by:
        found = await asked(plant, measurement="energy", by=name, start="2026-06-12T00:00:00Z")
        assert (found["unit"], found["by"], len(found["items"])) == ("Wh", name, owners)
        for item in found["items"]:
            assert (item["days"], item["mean"], item["slope_per_day"]) == (9, 500 * ports, 0)


async def test_years_tell_how_much_a_plant_loses() -> None:
    async with serving(clock=ManualClock(NOON)) as plant:
        for ago in range(800, 0, -8):
            at = MIDNIGHT - timedelta(days=ago) + timedelta(hours=12)
            power = 1000 * (1 + 0.01 * ago / 365.2425)
            ports = [replace(each, pv_power=power) for each in poll(at, serials=SERIALS[:1]).ports]
            await plant.intake.accept(replace(poll(at, serials=SERIALS[:1]), ports=ports))
        (first, _) = (await asked(plant, measurement="pv_power", start="2024-01-01T00:00:00Z"))["items"]
        assert first["days"] == 100
        assert first["percent_per_year"] == pytest.approx(-1, abs=0.05)


async def test_one_day_has_a_mean_but_no_slope_and_no_reading_no_trend(plant: Plant) -> None:
    assert (await asked(plant, measurement="pv_power"))["items"] == []
    await days(plant, temperatures={5: 20.0})
    (found, _) = (await asked(plant, measurement="temperature"))["items"]
    assert (found["days"], found["mean"], found["slope_per_day"]) == (1, 20.0, None)


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({}, "measurement"),
        ({"measurement": "enrgy"}, "measurement"),
        ({"measurement": "energy", "kind": "port"}, "kind"),
        ({"measurement": "pv_power", "by": "plant"}, "by"),
        ({"measurement": "energy", "by": "panel"}, "by"),
        ({"measurement": "energy", "device": "nobody"}, "device"),
        ({"measurement": "energy", "start": "2199-01-01T00:00:00Z"}, "start"),
        ({"measurement": "energy", "step": "1d"}, "step"),
    ],
)
async def test_a_bad_parameter_is_named(plant: Plant, parameters: dict[str, object], named: str) -> None:
    answer = await plant.get("/api/v1/trends", **parameters)
    assert answer.status_code in {400, 404}
    assert answer.json()["parameter"] == named
