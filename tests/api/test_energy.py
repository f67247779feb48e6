"""Energy by period: exact sums, the days of the zone, and files of any length."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.api.plant import NOON, SERIALS, Plant, poll, serving

from sunledger.sitetime import ManualClock

BEFORE_DST = datetime(2026, 3, 27, 23, 0, tzinfo=UTC)
"""Midnight in Berlin; the next day but one has 23 hours."""


async def periods(plant: Plant, **parameters: object) -> list[dict[str, Any]]:
    answer = await plant.get("/api/v1/energy", **parameters)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def spring(plant: Plant) -> None:
    """Three days over the change of DST, every port counting 10 Wh each ten minutes."""
    for step in range(72 * 6):
        await plant.intake.accept(poll(BEFORE_DST + timedelta(minutes=10 * step), total=1000 + 10 * step))
    await plant.clock.advance(72 * 3600)


async def test_today_of_the_plant_is_one_period(plant: Plant) -> None:
    await plant.read(11)
    answer = (await plant.get("/api/v1/energy")).json()
    assert answer == {
        "by": "plant", "step": None, "zone": "Europe/Berlin", "unit": "Wh",
        "items": [{
            "start": "2026-06-20T22:00:00Z", "end": "2026-06-21T22:00:00Z",
            "local_start": "2026-06-21T00:00:00+02:00", "local_end": "2026-06-22T00:00:00+02:00",
            "energy": 200,
        }],
        "next_cursor": None,
    }  # fmt: skip


async def test_what_is_added_up_names_its_owner(plant: Plant) -> None:
    await plant.read(11)
    period = {"start", "end", "local_start", "local_end", "energy"}
    for by, identity, count, energy in (
        ("port", {"serial_number", "port_number"}, 4, 50),
        ("inverter", {"serial_number"}, 2, 100),
        ("dtu", {"dtu_name"}, 1, 200),
        ("plant", set[str](), 1, 200),
    ):
        found = await periods(plant, by=by)
        assert [each.keys() for each in found] == [period | identity] * count
        assert {each["energy"] for each in found} == {energy}


async def test_devices_and_ports_are_selected(plant: Plant) -> None:
    await plant.read(11)
    assert (await periods(plant, device=SERIALS[0]))[0]["energy"] == 100
    assert (await periods(plant, device=SERIALS[0], port=2))[0]["energy"] == 50
    assert (await periods(plant, port=2))[0]["energy"] == 100
    assert await periods(plant, port=9) == []


async def test_days_have_the_hours_that_the_zone_gives_them() -> None:
    async with serving(clock=ManualClock(BEFORE_DST)) as plant:
        await spring(plant)
        days = await periods(plant, step="1d", start="2026-03-27T23:00:00Z", end="2026-03-30T22:00:00Z")
        assert [(day["local_start"], day["local_end"]) for day in days] == [
            ("2026-03-28T00:00:00+01:00", "2026-03-29T00:00:00+01:00"),
            ("2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00"),
            ("2026-03-30T00:00:00+02:00", "2026-03-31T00:00:00+02:00"),
        ]
        assert [day["energy"] for day in days] == [4 * 10 * (24 * 6 - 1), 4 * 10 * 23 * 6, 4 * 10 * 24 * 6]


async def test_every_step_gives_the_same_sum_in_every_zone() -> None:
    async with serving(clock=ManualClock(BEFORE_DST)) as plant:
        await spring(plant)
        span = {"start": "2026-03-27T23:00:00Z", "end": "2026-03-30T22:00:00Z", "format": "csv"}
        for zone in ("Europe/Berlin", "Asia/Kolkata", "UTC"):
            for step in ("15m", "1h", "1d", "1mo", "1y"):
                answer = await plant.get("/api/v1/energy", step=step, zone=zone, **span)
                rows = list(csv.DictReader(io.StringIO(answer.text)))
                assert sum(int(row["energy"]) for row in rows) == 4 * 10 * (71 * 6 - 1), (zone, step)
                assert len({row["start"] for row in rows}) == len(rows)


async def test_periods_are_cut_at_the_edges_of_the_span(plant: Plant) -> None:
    await plant.read(30)
    found = await periods(plant, step="15m", start="2026-06-21T10:05:00Z", end="2026-06-21T10:20:00Z")
    assert [(each["start"][11:16], each["end"][11:16]) for each in found] == [
        ("10:05", "10:15"),
        ("10:15", "10:20"),
    ]


async def test_a_period_without_readings_is_absent(plant: Plant) -> None:
    await plant.read(2)
    await plant.clock.advance(3 * 3600)
    await plant.read(2)
    assert [each["start"][11:13] for each in await periods(plant, step="1h")] == ["10", "13"]


async def test_all_of_time_costs_no_more_than_what_was_read(plant: Plant) -> None:
    await plant.read(11)
    span = {"start": "1970-01-01T00:00:00Z", "end": "2200-01-01T00:00:00Z"}
    for step in ("15m", "1h", "1d", "1mo", "1y"):
        assert sum(each["energy"] for each in await periods(plant, step=step, **span)) == 200


async def test_a_plant_that_was_never_read_has_no_energy_not_zero(plant: Plant) -> None:
    for step in ("15m", "1d", "1y"):
        assert await periods(plant, step=step) == []
    assert await periods(plant) == []


async def test_json_is_bounded_and_says_how_to_get_more(plant: Plant) -> None:
    await plant.intake.accept(poll(NOON))
    await plant.intake.accept(poll(NOON + timedelta(days=300), total=2000))
    asked = {"start": "2026-01-01T00:00:00Z", "end": "2027-12-31T00:00:00Z", "step": "15m"}
    answer = await plant.get("/api/v1/energy", **asked)
    assert (answer.status_code, answer.json()["parameter"]) == (400, "step")
    assert "format=csv" in answer.json()["detail"]
    assert (await plant.get("/api/v1/energy", format="csv", **asked)).status_code == 200


async def test_a_bad_parameter_is_named(plant: Plant) -> None:
    bad: list[tuple[dict[str, object], str]] = [
        ({"by": "panel"}, "by"),
        ({"step": "1w"}, "step"),
        ({"zone": "Europe/Atlantis"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"zone": ""}, "zone"),
        ({"start": "2026-06-21T00:00:00"}, "start"),
        ({"start": "2199-01-01T00:00:00Z"}, "start"),
        ({"stpe": "1d"}, "stpe"),
    ]
    for parameters, named in bad:
        answer = await plant.get("/api/v1/energy", **parameters)
        assert (answer.status_code, answer.json()["parameter"]) == (400, named)
    assert "step" in (await plant.get("/api/v1/energy", stpe="1d")).json()["detail"]
