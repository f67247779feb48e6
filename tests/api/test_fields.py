"""`fields=a,b`: items with these members and no others, everywhere."""

import csv
import io
import json
from typing import Any

import pytest
from tests.api.plant import SERIALS, Plant

LISTS = {
    "/api/v1/measurements": "name,unit",
    "/api/v1/devices": "serial_number,state",
    "/api/v1/sites": "id,name",
    "/api/v1/sites/home/versions": "version",
    "/api/v1/customers": "id",
    "/api/v1/settings": "id,value",
    "/api/v1/readings": "timestamp,pv_power",
    "/api/v1/readings/latest": "serial_number,pv_power",
    "/api/v1/history?measurement=pv_power": "start,mean",
    "/api/v1/energy?step=1h": "start,energy",
    "/api/v1/trends?measurement=energy&end=2026-06-22T00:00:00Z": "mean,days",
    "/api/v1/corrections": "at,reason",
    "/api/v1/sessions": "session_id",
    "/api/v1/reports": "report_type",
    "/api/v1/system/metrics": "timestamp",
}
ITEMS = {
    f"/api/v1/devices/{SERIALS[0]}": "name,ports",
    "/api/v1/sites/home": "zone",
    "/api/v1/settings/value_multipliers": "version",
    "/api/v1/storage": "engine,bytes",
    "/api/v1/system/health": "overall_health",
}


def with_fields(path: str, fields: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}fields={fields}"


async def test_items_of_a_list_have_only_these_members(plant: Plant) -> None:
    await plant.read(3)
    for path, fields in LISTS.items():
        answer = await plant.get(with_fields(path, fields))
        assert answer.status_code == 200, answer.text
        whole = (await plant.get(path)).json()["items"]
        names = fields.split(",")
        assert answer.json()["items"] == [{name: item[name] for name in names} for item in whole]
        assert all(list(item) == names for item in answer.json()["items"])


async def test_an_item_has_only_these_members(plant: Plant) -> None:
    await plant.read()
    for path, fields in ITEMS.items():
        assert list((await plant.get(with_fields(path, fields))).json()) == fields.split(",")


@pytest.mark.parametrize("fields", ["colour", "", "a b", "name,,unit"])
async def test_a_member_that_no_item_has_is_refused(plant: Plant, fields: str) -> None:
    await plant.read()
    for path in [*LISTS, *ITEMS]:
        answer = await plant.get(with_fields(path, fields))
        assert (answer.status_code, answer.json()["parameter"]) == (400, "fields"), path


async def test_the_nearest_member_is_told(plant: Plant) -> None:
    await plant.read()
    assert "pv_power" in (await plant.get("/api/v1/readings", fields="pv_powr")).json()["detail"]


async def test_columns_of_a_table_are_chosen_so_too(plant: Plant) -> None:
    await plant.read(2)
    text = (await plant.get("/api/v1/readings", fields="pv_power,timestamp", format="csv")).text
    assert next(csv.reader(io.StringIO(text))) == ["pv_power", "timestamp"]
    lines = (await plant.get("/api/v1/energy", step="1h", fields="energy", format="ndjson")).text.splitlines()
    assert [list(json.loads(line)) for line in lines] == [["energy"]]


async def test_pages_of_some_members_go_on_where_they_ended(plant: Plant) -> None:
    await plant.read(5)
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        asked = {"fields": "timestamp", "limit": 3} | ({"cursor": cursor} if cursor else {})
        page = (await plant.get("/api/v1/readings", **asked)).json()
        found += page["items"]
        if (cursor := page["next_cursor"]) is None:
            break
    assert len(found) == 20
