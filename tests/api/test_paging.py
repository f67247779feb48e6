"""Every list comes in pages that neither lose nor repeat an item."""

from datetime import timedelta
from typing import Any

import pytest
from tests.api.plant import NOON, SERIALS, Plant, poll

PATHS = {
    "/api/v1/measurements": 5,
    "/api/v1/devices": 1,
    "/api/v1/readings": 7,
    "/api/v1/readings/latest": 3,
    "/api/v1/history?measurement=pv_power&measurement=pv_voltage&step=15m": 3,
    f"/api/v1/history?measurement=temperature&step=1h&device={SERIALS[0]}": 1,
    "/api/v1/energy?step=1h&by=port": 3,
    "/api/v1/energy?step=15m": 2,
    "/api/v1/energy?by=port": 1,
}


async def pages(plant: Plant, path: str, limit: int) -> list[list[dict[str, Any]]]:
    joined = "&" if "?" in path else "?"
    found: list[list[dict[str, Any]]] = []
    cursor = ""
    while True:
        answer = await plant.client.get(f"{path}{joined}limit={limit}{cursor}")
        assert answer.status_code == 200, answer.text
        found.append(answer.json()["items"])
        if answer.json()["next_cursor"] is None:
            return found
        cursor = f"&cursor={answer.json()['next_cursor']}"


@pytest.mark.parametrize("path", PATHS)
async def test_pages_together_are_the_whole(plant: Plant, path: str) -> None:
    for _ in range(3):
        await plant.read(20)
        await plant.clock.advance(3600)
    (whole,) = await pages(plant, path, 1000)
    assert len(whole) > PATHS[path]
    split = await pages(plant, path, PATHS[path])
    assert {len(page) for page in split[:-1]} == {PATHS[path]}
    assert [item for page in split for item in page] == whole


async def test_a_span_that_ends_now_ends_for_all_pages_when_the_first_was_asked(plant: Plant) -> None:
    await plant.read(30)
    asked = "/api/v1/history?measurement=pv_power&step=15m"
    (whole,) = await pages(plant, asked, 1000)
    first = (await plant.client.get(f"{asked}&limit=5")).json()
    await plant.clock.advance(3 * 3600)
    await plant.intake.accept(poll(NOON + timedelta(hours=3), total=2000))
    rest = (await plant.client.get(f"{asked}&limit=1000&cursor={first['next_cursor']}")).json()
    assert rest["next_cursor"] is None
    assert first["items"] + rest["items"] == whole


async def test_without_a_limit_the_history_is_whole(plant: Plant) -> None:
    await plant.read(60)
    answer = (await plant.get("/api/v1/history", measurement="pv_power", step="15m")).json()
    assert (len(answer["items"]), answer["next_cursor"]) == (16, None)


@pytest.mark.parametrize("path", ["/api/v1/history?measurement=pv_power", "/api/v1/energy?step=1h"])
async def test_a_cursor_belongs_to_its_question_and_files_have_none(plant: Plant, path: str) -> None:
    await plant.read(130)
    cursor = (await plant.client.get(f"{path}&limit=1")).json()["next_cursor"]
    foreign = await plant.client.get(f"{path}&zone=UTC&cursor={cursor}")
    assert (foreign.status_code, foreign.json()["type"]) == (400, "urn:sunledger:problem:invalid-cursor")
    for parameter in ("limit=5", f"cursor={cursor}"):
        refused = await plant.client.get(f"{path}&format=csv&{parameter}")
        assert (refused.status_code, refused.json()["parameter"]) == (400, parameter.partition("=")[0])


async def test_a_page_bounds_a_question_that_is_too_large_at_once(plant: Plant) -> None:
    await plant.intake.accept(poll(NOON))
    await plant.intake.accept(poll(NOON + timedelta(days=300), total=2000))
    asked = (
        "/api/v1/history?measurement=pv_power&step=15m&start=1970-01-01T00:00:00Z&end=2199-12-31T00:00:00Z"
    )
    assert (await plant.client.get(asked)).status_code == 400
    found = await pages(plant, asked, 3)
    assert [len(page) for page in found] == [3, 3, 2]
