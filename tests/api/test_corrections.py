"""Corrections: what was found, why, and what it would have been."""

import pytest
from tests.api.plant import MINUTE, NOON, SERIALS, Plant, poll


async def fall(plant: Plant) -> None:
    """Counters that fall to zero and count on from there."""
    for minute, total in enumerate((1000, 1005, 1010, 3, 8, 13)):
        await plant.intake.accept(poll(NOON + minute * MINUTE, total=total))
    await plant.clock.advance(360)


async def test_a_counter_that_fell_is_told_with_its_reason(plant: Plant) -> None:
    await fall(plant)
    answer = (await plant.get("/api/v1/corrections", device=SERIALS[0])).json()
    assert len(answer["items"]) == 2
    first = answer["items"][0]
    assert first == {
        "serial_number": SERIALS[0], "port_number": 1,
        "at": "2026-06-21T10:03:00Z", "until": "2026-06-21T10:03:00Z", "field": "total_production",
        "reason": "counter_fall", "quality": "corrected", "raw": 3, "repaired": first["repaired"],
        "decided_at": "2026-06-21T10:04:00Z",
    }  # fmt: skip
    assert first["repaired"] >= 1010


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_pages_neither_lose_nor_repeat_a_correction(plant: Plant, order: str) -> None:
    await fall(plant)
    whole = (await plant.get("/api/v1/corrections", order=order)).json()["items"]
    assert len(whole) == 4
    found: list[object] = []
    cursor = None
    while cursor is not None or not found:
        asked = {"order": order, "limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (await plant.get("/api/v1/corrections", **asked)).json()
        found += page["items"]
        cursor = page["next_cursor"]
    assert found == whole


async def test_the_latest_can_come_first(plant: Plant) -> None:
    await fall(plant)
    oldest = (await plant.get("/api/v1/corrections")).json()["items"]
    assert (await plant.get("/api/v1/corrections", order="desc")).json()["items"] == oldest[::-1]


async def test_those_of_one_port_can_be_asked_for(plant: Plant) -> None:
    await fall(plant)
    found = (await plant.get("/api/v1/corrections", device=SERIALS[0], port=2)).json()["items"]
    assert [(each["serial_number"], each["port_number"]) for each in found] == [(SERIALS[0], 2)]
    assert len((await plant.get("/api/v1/corrections", port=2)).json()["items"]) == 2
    assert (await plant.get("/api/v1/corrections", device=SERIALS[0], port=9)).json()["items"] == []


async def test_only_corrections_of_readings_within_the_span_count(plant: Plant) -> None:
    await fall(plant)
    assert (await plant.get("/api/v1/corrections", start="2026-06-21T10:04:00Z")).json()["items"] == []
    assert len((await plant.get("/api/v1/corrections", end="2026-06-21T10:04:00Z")).json()["items"]) == 4


async def test_a_device_never_seen_is_not_found(plant: Plant) -> None:
    assert (await plant.get("/api/v1/corrections", device="999")).status_code == 404
