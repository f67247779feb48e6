"""Measurements by period: mean, extremes, latest value and count, whole periods, files of any length."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.api.plant import MINUTE, NOON, SERIALS, Plant, inverter, poll, serving

from sunledger.measurements import ENERGY, KINDS, MEASUREMENTS, TELEMETRY, WEATHER, Poll
from sunledger.sitetime import ManualClock

BEFORE_DST = datetime(2026, 3, 27, 23, 0, tzinfo=UTC)
"""Midnight in Berlin; the next day but one has 23 hours."""


async def asked(plant: Plant, **parameters: object) -> dict[str, Any]:
    answer = await plant.get("/api/v1/history", **parameters)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def warming(plant: Plant) -> None:
    """An hour in which the temperature rises by a degree a minute; each tenth minute nothing is known."""
    for minute in range(60):
        at = NOON + minute * MINUTE
        one = inverter(SERIALS[0], at, temperature=20.0 + minute)
        if minute % 10 == 9:
            one = replace(one, temperature=None)
        await plant.intake.accept(replace(poll(at, total=1000 + minute), inverters=[one]))
    await plant.clock.advance(3600)


async def test_a_quarter_has_mean_extremes_latest_value_and_count(plant: Plant) -> None:
    await warming(plant)
    found = await asked(plant, measurement="temperature", step="15m", device=SERIALS[0])
    assert {key: found[key] for key in ("kind", "step", "zone", "units")} == {
        "kind": "inverter", "step": "15m", "zone": "Europe/Berlin", "units": {"temperature": "°C"},
    }  # fmt: skip
    assert len(found["items"]) == 4
    assert found["items"][0] == {
        "start": "2026-06-21T10:00:00Z", "end": "2026-06-21T10:15:00Z",
        "local_start": "2026-06-21T12:00:00+02:00", "local_end": "2026-06-21T12:15:00+02:00",
        "serial_number": SERIALS[0], "measurement": "temperature",
        "mean": pytest.approx((sum(range(20, 35)) - 29) / 14), "min": 20.0, "max": 34.0, "last": 34.0,
        "count": 14,
    }  # fmt: skip


async def test_counters_stay_whole(plant: Plant) -> None:
    await warming(plant)
    (hour,) = (await asked(plant, measurement="total_production", port=2, device=SERIALS[1]))["items"]
    assert (hour["min"], hour["max"], hour["last"], hour["count"]) == (1000, 1059, 1059, 60)
    assert (hour["mean"], type(hour["last"])) == (1029.5, int)


async def test_several_measurements_of_one_kind_come_together(plant: Plant) -> None:
    await plant.read(5)
    answer = await plant.client.get(
        "/api/v1/history", params={"measurement": ["pv_power", "pv_voltage"], "device": SERIALS[0]}
    )
    items = answer.json()["items"]
    assert [(item["port_number"], item["measurement"], item["mean"]) for item in items] == [
        (1, "pv_power", 300.0), (1, "pv_voltage", pytest.approx(33.1)),
        (2, "pv_power", 300.0), (2, "pv_voltage", pytest.approx(33.1)),
    ]  # fmt: skip
    assert answer.json()["units"] == {"pv_power": "W", "pv_voltage": "V"}


@pytest.mark.parametrize("measurement", MEASUREMENTS, ids=lambda each: f"{each.reading} {each.name}")
async def test_every_measurement_of_the_catalogue_has_a_history(plant: Plant, measurement: Any) -> None:
    await plant.read(3)
    for minute in range(3):
        await plant.intake.accept(others(NOON + minute * MINUTE))
    found = await asked(plant, measurement=measurement.name, kind=measurement.reading, step="1d")
    assert len(found["items"]) == {"port": 4, "inverter": 2}.get(measurement.reading, 1)
    assert {item["count"] for item in found["items"]} == {3}
    of_kind = set(KINDS[measurement.reading].identity)
    assert of_kind <= found["items"][0].keys()
    rows = (await plant.get("/api/v1/readings", kind=measurement.reading)).json()["items"]
    seen = {row[measurement.name] for row in rows}
    assert min(seen) == min(item["min"] for item in found["items"])
    assert max(seen) == max(item["max"] for item in found["items"])


def others(at: datetime) -> Poll:
    """A reading of each kind that no DTU has, with every value."""
    fields: dict[str, Any] = {}
    for kind in (ENERGY, WEATHER, TELEMETRY):
        values: dict[str, Any] = dict.fromkeys(kind.identity, "cellar") | dict.fromkeys(kind.columns, 7)
        fields[kind.name] = [kind.reading(taken_at=at, **values)]
    return Poll(dtu_name="hybrid", taken_at=at, **fields)


async def test_a_name_that_several_kinds_have_means_the_first_unless_a_kind_is_named(plant: Plant) -> None:
    await plant.read(3)
    await plant.intake.accept(others(NOON))
    assert (await asked(plant, measurement="pv_power"))["kind"] == "port"
    hybrid = await asked(plant, measurement="pv_power", kind="energy", device="cellar")
    assert [item["device_id"] for item in hybrid["items"]] == ["cellar"]
    refused = await plant.get("/api/v1/history", measurement="pv_power", kind="energy", port=1)
    assert refused.status_code == 400
    assert "readings of kind energy have no port" in refused.json()["detail"]


async def test_periods_come_whole_and_one_without_readings_is_absent(plant: Plant) -> None:
    await plant.read(20)
    await plant.clock.advance(2 * 3600)
    await plant.read(1)
    found = await asked(
        plant, measurement="pv_power", device=SERIALS[0], port=1, step="1h", start="2026-06-21T10:10:00Z"
    )
    assert [(item["start"][11:16], item["count"]) for item in found["items"]] == [("10:00", 20), ("12:00", 1)]


async def test_every_step_counts_every_reading_once_in_every_zone() -> None:
    async with serving(clock=ManualClock(BEFORE_DST)) as plant:
        for step in range(72 * 6):
            await plant.intake.accept(poll(BEFORE_DST + timedelta(minutes=10 * step)))
        await plant.clock.advance(72 * 3600)
        for zone in ("Europe/Berlin", "Asia/Kolkata", "UTC"):
            for name in ("15m", "1h", "1d", "1mo", "1y"):
                answer = await plant.get(
                    "/api/v1/history", measurement="pv_power", step=name, zone=zone, format="csv",
                    start="2026-03-27T23:00:00Z", end="2026-03-30T23:00:00Z",
                )  # fmt: skip
                rows = list(csv.DictReader(io.StringIO(answer.text)))
                assert sum(int(row["count"]) for row in rows) == 4 * 72 * 6, (zone, name)
        days = (await asked(plant, measurement="pv_power", device=SERIALS[0], port=1, step="1d",
                            start="2026-03-27T23:00:00Z"))["items"]  # fmt: skip
        assert [day["count"] for day in days] == [24 * 6, 23 * 6, 24 * 6, 6]


async def test_json_is_bounded_and_says_how_to_get_more(plant: Plant) -> None:
    await plant.intake.accept(poll(NOON))
    await plant.intake.accept(poll(NOON + timedelta(days=300), total=2000))
    span = {"start": "1970-01-01T00:00:00Z", "end": "2199-12-31T00:00:00Z", "step": "15m"}
    answer = await plant.get("/api/v1/history", measurement="pv_power", **span)
    assert (answer.status_code, answer.json()["parameter"]) == (400, "step")
    assert "format=csv" in answer.json()["detail"]
    for format_ in ("csv", "ndjson"):
        answer = await plant.get("/api/v1/history", measurement="pv_power", format=format_, **span)
        assert answer.status_code == 200
        assert len(answer.text.splitlines()) == 8 + (format_ == "csv")


async def test_a_plant_that_was_never_read_has_no_history_not_zero(plant: Plant) -> None:
    for step in ("15m", "1d", "1y"):
        assert (await asked(plant, measurement="pv_power", step=step))["items"] == []


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({}, "measurement"),
        ({"measurement": "power"}, "measurement"),
        ({"measurement": "pv_power", "kind": "inverter"}, "measurement"),
        ({"measurement": "pv_power", "kind": "panel"}, "kind"),
        ({"measurement": "pv_power", "step": "1w"}, "step"),
        ({"measurement": "pv_power", "zone": "Europe/Atlantis"}, "zone"),
        ({"measurement": "temperature", "port": 1}, "port"),
        ({"measurement": "pv_power", "device": "nobody"}, "device"),
        ({"measurement": "pv_power", "start": "2199-01-01T00:00:00Z"}, "start"),
        ({"measurement": "pv_power", "limit": 0}, "limit"),
    ],
)
async def test_a_bad_parameter_is_named(plant: Plant, parameters: dict[str, object], named: str) -> None:
    answer = await plant.get("/api/v1/history", **parameters)
    assert answer.status_code in {400, 404}
    assert answer.json()["parameter"] == named


async def test_measurements_of_different_kinds_are_asked_for_one_by_one(plant: Plant) -> None:
    answer = await plant.client.get("/api/v1/history?measurement=pv_power&measurement=grid_voltage")
    assert answer.status_code == 400
    assert "one by one" in answer.json()["detail"]
