"""What devices push over HTTP: kept before it is answered, or refused with what is wrong."""

import gzip
from collections.abc import Mapping
from typing import Any

import httpx
import orjson
import pytest
from tests.api.plant import NOON, Plant, serving
from tests.store.faraway import Faraway

from sunledger.intake.telemetry import LONGEST_MESSAGE

ADDRESS = "/api/v1/devices/meter/telemetry"
JSON = {"content-type": "application/json"}
LINES = {"content-type": "application/x-ndjson"}


async def push(plant: Plant, content: object, headers: Mapping[str, str] = JSON) -> httpx.Response:
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    return await plant.client.post(ADDRESS, content=body, headers=dict(headers))


async def kept(plant: Plant, kind: str) -> list[dict[str, Any]]:
    answer = await plant.get("/api/v1/readings", kind=kind, start="2026-06-21T00:00:00Z")
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["items"]
    return rows


async def test_a_reading_is_kept_when_it_is_answered(plant: Plant) -> None:
    answer = await push(plant, {"battery_soc": 81.2, "grid_power": -1200})
    assert (answer.status_code, answer.json()) == (201, {"accepted": 1, "stored": 1, "repeated": 0})
    (row,) = await kept(plant, "energy")
    assert (row["device_id"], row["battery_soc"], row["grid_power"]) == ("meter", 81.2, -1200.0)
    assert row["timestamp"] == "2026-06-21T10:00:00Z"
    assert row["pv_power"] is None


async def test_a_list_may_hold_readings_of_every_kind_and_time(plant: Plant) -> None:
    sent = [
        {"grid_power": 5, "timestamp": "2026-06-21T09:58:00Z"},
        {"grid_power": 6, "timestamp": "2026-06-21T09:59:00Z"},
        {"location": "roof", "temperature": 21.5},
        {"serial_number": "X1", "port_number": 1, "pv_power": 312},
        {"serial_number": "X1", "grid_voltage": 230.1},
        {"data_type": "boiler", "value": 61.25},
    ]
    assert (await push(plant, sent)).json() == {"accepted": 6, "stored": 6, "repeated": 0}
    counts = {
        kind: len(await kept(plant, kind)) for kind in ("energy", "weather", "port", "inverter", "telemetry")
    }
    assert counts == {"energy": 2, "weather": 1, "port": 1, "inverter": 1, "telemetry": 1}
    assert (await kept(plant, "telemetry"))[0]["value"] == 61.25
    assert [device["serial_number"] for device in (await plant.get("/api/v1/devices")).json()["items"]] == [
        "X1"
    ]


async def test_a_reading_sent_again_changes_nothing(plant: Plant) -> None:
    sent = [{"grid_power": 5, "timestamp": NOON.isoformat()}] * 2
    assert (await push(plant, sent)).json() == {"accepted": 2, "stored": 1, "repeated": 1}
    assert (await push(plant, sent)).json() == {"accepted": 2, "stored": 0, "repeated": 2}
    assert len(await kept(plant, "energy")) == 1


async def test_of_two_values_for_one_moment_the_later_one_counts(plant: Plant) -> None:
    assert (await push(plant, [{"grid_power": 5}, {"grid_power": 6}])).status_code == 201
    assert [row["grid_power"] for row in await kept(plant, "energy")] == [6.0]


async def test_nothing_is_nothing(plant: Plant) -> None:
    assert (await push(plant, [])).json() == {"accepted": 0, "stored": 0, "repeated": 0}


async def test_lines_and_gzip_are_understood(plant: Plant) -> None:
    lines = b'{"grid_power": 1}\n{"location": "roof", "humidity": 40}\n'
    assert (await push(plant, lines, LINES)).json()["accepted"] == 2
    packed = LINES | {"content-encoding": "gzip"}
    assert (await push(plant, gzip.compress(lines), packed)).status_code == 201


async def test_what_cannot_be_used_is_told_line_by_line_and_nothing_is_kept(plant: Plant) -> None:
    answer = await push(plant, [{"grid_power": 5}, {"grid_power": "5"}, {"pv_powr": 1}])
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["type"]) == (422, "urn:sunledger:problem:unusable-readings")
    assert [(error["line"], error["field"]) for error in body["errors"]] == [
        (2, "grid_power"),
        (3, "pv_powr"),
    ]
    assert "did you mean pv_power?" in body["errors"][1]["detail"]
    assert "2 of 3 readings cannot be used, so none was kept; line 2, grid_power: " in body["detail"]
    assert await kept(plant, "energy") == []


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"{}", {"content-type": "text/plain"}, 415),
        (b"{}", {}, 415),
        (b"{}", JSON | {"content-encoding": "br"}, 415),
        (b"{}", JSON | {"content-encoding": "gzip"}, 400),
        (gzip.compress(b"{}", mtime=0)[:-1], JSON | {"content-encoding": "gzip"}, 400),
        (gzip.compress(b"[]", mtime=0) * 2, JSON | {"content-encoding": "gzip"}, 400),
        (b" " * (LONGEST_MESSAGE + 1), JSON, 413),
        (gzip.compress(b" " * (LONGEST_MESSAGE + 1), mtime=0), JSON | {"content-encoding": "gzip"}, 413),
        (b"{", JSON, 422),
        (b"[" + b"{}," * 10_000 + b"{}]", JSON, 422),
    ],
)
async def test_what_is_no_message_is_refused(
    plant: Plant, content: bytes, headers: dict[str, str], status: int
) -> None:
    answer = await push(plant, content, headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_a_device_has_a_name_of_letters_and_digits(plant: Plant) -> None:
    answer = await plant.client.post("/api/v1/devices/a%20b/telemetry", json={"grid_power": 5})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "id")


async def test_without_a_credential_only_this_machine_may_push(plant: Plant) -> None:
    answer = await push(plant, {"grid_power": 5}, JSON | {"x-forwarded-for": "10.0.0.1"})
    assert answer.status_code == 401


async def test_what_cannot_be_kept_now_is_to_be_sent_again() -> None:
    store = Faraway()
    async with serving(store) as plant:
        store.reachable = False
        answer = await push(plant, {"grid_power": 5})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        store.reachable = True
        assert (await push(plant, {"grid_power": 5})).status_code == 201
