"""Battery, grid, load and price by the path of the GoodWe plan."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from tests.api.plant import MINUTE, NOON, Plant

from sunledger.measurements import ENERGY, EnergyReading, Poll

HOUR = timedelta(hours=1)


async def told(plant: Plant, *moments: datetime, device: str = "goodwe") -> None:
    """Readings of a hybrid inverter at some moments, in an evening without sun."""
    for at in moments:
        reading = EnergyReading(
            device_id=device, data_source="goodwe", location="cellar", taken_at=at,
            battery_soc=80.5, battery_power=900.0, pv_power=0.0, grid_power=-100.0, consumption=800.0,
            cumulative_import=2**40,
        )  # fmt: skip
        await plant.intake.accept(Poll(dtu_name=device, taken_at=at, energy=[reading]))


async def listed(plant: Plant, **asked: str) -> list[dict[str, object]]:
    answer = await plant.get("/api/energy-data", **asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    rows: list[dict[str, object]] = answer.json()
    return rows


def times(rows: Sequence[dict[str, object]]) -> list[str]:
    return [str(row["timestamp"]) for row in rows]


async def test_a_reading_is_told_in_full_and_what_is_missing_is_null(plant: Plant) -> None:
    await told(plant, NOON)
    (row,) = await listed(plant)
    assert list(row) == [*ENERGY.identity, "timestamp", *ENERGY.columns]
    known = {name: value for name, value in row.items() if value is not None}
    assert known == {
        "device_id": "goodwe", "data_source": "goodwe", "location": "cellar",
        "timestamp": "2026-06-21T10:00:00Z", "battery_soc": 80.5, "battery_power": 900.0, "pv_power": 0.0,
        "grid_power": -100.0, "consumption": 800.0, "cumulative_import": 2**40,
    }  # fmt: skip


async def test_without_readings_there_are_none(plant: Plant) -> None:
    await plant.read()
    assert await listed(plant) == []
    await told(plant, NOON)
    assert await listed(plant, device_id="somebody") == []


async def test_a_day_is_told_unless_asked_otherwise_and_one_device_may_be_chosen(plant: Plant) -> None:
    await told(plant, NOON - 25 * HOUR, NOON - 23 * HOUR)
    await told(plant, NOON, device="deye")
    assert times(await listed(plant)) == ["2026-06-20T11:00:00Z", "2026-06-21T10:00:00Z"]
    (row,) = await listed(plant, device_id="deye", user="anyone")
    assert row["device_id"] == "deye"


async def test_times_without_an_offset_and_days_are_those_of_the_site(plant: Plant) -> None:
    midnight = datetime(2026, 6, 20, 22, tzinfo=UTC)
    await told(plant, midnight - MINUTE, midnight, midnight + 24 * HOUR - MINUTE, midnight + 24 * HOUR)
    whole_day = ["2026-06-20T22:00:00Z", "2026-06-21T21:59:00Z"]
    assert times(await listed(plant, start_time="2026-06-21", end_time="2026-06-21")) == whole_day
    asked = {"start_time": "2026-06-21T00:00:00", "end_time": "2026-06-21T21:59:00Z"}
    assert times(await listed(plant, **asked)) == whole_day


@pytest.mark.parametrize(
    ("start", "end", "parameter"),
    [("june", "2026-06-21", "start_time"), ("2026-06-21", "9999-12-31", "end_time"),
     ("2026-06-22", "2026-06-21", "end_time")],
)  # fmt: skip
async def test_times_that_are_none_are_refused(plant: Plant, start: str, end: str, parameter: str) -> None:
    answer = await plant.get("/api/energy-data", start_time=start, end_time=end)
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


async def test_a_long_span_comes_whole_and_in_order(plant: Plant) -> None:
    moments = [NOON - minute * MINUTE for minute in range(1200)]
    await told(plant, *moments)
    rows = await listed(plant)
    assert len(rows) == 1200
    assert times(rows) == sorted(times(rows))
