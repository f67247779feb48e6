"""Completeness and judgements by day: what was to be read, what was read, what was wrong with it."""

from datetime import timedelta
from typing import Any

import pytest
from tests.api.plant import MINUTE, NOON, SERIALS, Plant, poll, serving

from sunledger.ledger.judgement import Reason
from sunledger.measurements import EnergyReading, Poll
from sunledger.sitetime import ManualClock

MIDNIGHT = NOON.replace(day=20, hour=22)
"""The day begins in Berlin."""


async def asked(plant: Plant, **parameters: object) -> list[dict[str, Any]]:
    answer = await plant.get("/api/v1/quality", **parameters)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_a_day_is_complete_when_every_poll_was_kept(plant: Plant) -> None:
    await plant.read(120)
    rows = await asked(plant)
    assert [(row["serial_number"], row["port_number"]) for row in rows] == [
        (serial, port) for serial in SERIALS for port in (1, 2)
    ]
    for row in rows:
        assert (row["readings"], row["expected"], row["completeness"]) == (120, 120, 1.0)
        assert row["local_start"] == "2026-06-21T00:00:00+02:00"
        assert not any(row[reason.value] for reason in Reason)


async def test_polls_that_failed_are_missing_and_a_day_of_silence_has_a_row() -> None:
    async with serving(clock=ManualClock(MIDNIGHT)) as plant:
        for minute in range(0, 24 * 60, 4):
            await plant.intake.accept(poll(MIDNIGHT + minute * MINUTE))
        await plant.clock.advance(timedelta(days=3).total_seconds())
        rows = await asked(plant, device=SERIALS[0], port=1)
    days = [(row["local_start"][:10], row["readings"], row["expected"], row["completeness"]) for row in rows]
    assert days == [
        ("2026-06-21", 360, 1440, 0.25), ("2026-06-22", 0, 1440, 0.0), ("2026-06-23", 0, 1440, 0.0),
    ]  # fmt: skip


async def test_nothing_is_expected_before_a_device_was_first_seen(plant: Plant) -> None:
    await plant.read(60)
    await plant.clock.advance(86_400)
    at = plant.clock.now()
    await plant.intake.accept(poll(at, dtu="barn", serials=["999"]))
    await plant.clock.advance(60)
    rows = await asked(plant, device="999", port=1)
    assert [(row["readings"], row["expected"]) for row in rows] == [(1, 1)]


async def test_judgements_are_counted_by_reason(plant: Plant) -> None:
    for minute, total in enumerate((1000, 1005, 3, 8, 13)):
        await plant.intake.accept(poll(NOON + minute * MINUTE, total=total))
    await plant.clock.advance(300)
    rows = await asked(plant)
    corrections = (await plant.get("/api/v1/corrections")).json()["items"]
    assert corrections
    assert sum(row["counter_fall"] for row in rows) == len(corrections)


async def test_a_day_of_a_device_or_of_the_plant_is_the_sum_of_its_series(plant: Plant) -> None:
    for minute in range(100):
        total = 1000 + 5 * minute if minute < 90 else minute
        await plant.intake.accept(
            poll(NOON + minute * MINUTE, total=total, serials=SERIALS[: 1 + minute % 2])
        )
    await plant.clock.advance(timedelta(days=1).total_seconds())
    series = await asked(plant)
    summed = {"readings", "expected", *(reason.value for reason in Reason)}
    for by, names in (("device", ["start", "serial_number"]), ("plant", ["start"])):
        rows = await asked(plant, by=by)
        assert len(rows) == len({tuple(row[name] for name in names) for row in series})
        for row in rows:
            parts = [each for each in series if all(each[name] == row[name] for name in names)]
            assert {name: row[name] for name in summed} == {
                name: sum(each[name] for each in parts) for name in summed
            }
            assert row.keys() == parts[0].keys() - {"serial_number", "port_number"} | {*names}
            assert row["completeness"] == row["readings"] / row["expected"]


async def test_readings_too_many_of_one_make_up_for_none_of_another(plant: Plant) -> None:
    second = timedelta(seconds=1)
    for minute in range(60):
        await plant.intake.accept(poll(NOON + minute * MINUTE, serials=SERIALS[:1]))
        await plant.intake.accept(poll(NOON + minute * MINUTE + second, serials=SERIALS[:1]))
    await plant.intake.accept(poll(NOON, serials=SERIALS[1:]))
    await plant.clock.advance(3600)
    (row,) = await asked(plant, by="plant", kind="inverter")
    assert (row["readings"], row["expected"], row["completeness"]) == (121, 120, 61 / 120)


async def test_of_what_is_pushed_nobody_knows_how_much_is_to_come(plant: Plant) -> None:
    reading = EnergyReading(device_id="house", taken_at=NOON, grid_power=5)
    await plant.intake.accept(Poll(dtu_name="house", taken_at=NOON, energy=[reading]))
    (row,) = await asked(plant, kind="energy")
    assert (row["device_id"], row["readings"], row["expected"], row["completeness"]) == (
        "house",
        1,
        None,
        None,
    )


async def test_before_the_first_reading_there_is_nothing(plant: Plant) -> None:
    for kind in ("port", "energy"):
        assert await asked(plant, kind=kind) == []


async def test_it_comes_in_pages_and_files(plant: Plant) -> None:
    await plant.read(10)
    await plant.clock.advance(2 * 86_400)
    whole = await asked(plant)
    first = (await plant.get("/api/v1/quality", limit=5)).json()
    rest = (await plant.get("/api/v1/quality", limit=1000, cursor=first["next_cursor"])).json()
    assert first["items"] + rest["items"] == whole
    assert len(whole) == 12
    assert len((await plant.get("/api/v1/quality", format="csv")).text.splitlines()) == 13


@pytest.mark.parametrize(
    ("parameters", "named"),
    [({"kind": "inverter", "port": 1}, "port"), ({"device": "999"}, "device"), ({"step": "1d"}, "step"),
     ({"by": "port"}, "by"), ({"limit": 5, "format": "csv"}, "limit"), ({"fields": "colour"}, "fields")],
)  # fmt: skip
async def test_a_bad_parameter_is_named(plant: Plant, parameters: dict[str, object], named: str) -> None:
    answer = await plant.get("/api/v1/quality", **parameters)
    assert answer.status_code in {400, 404}
    assert answer.json()["parameter"] == named
