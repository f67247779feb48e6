"""Stored readings: selection, pages that neither lose nor repeat a row, and files of any length."""

import csv
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.api.plant import NOON, SERIALS, Plant, poll, serving

from sunledger.measurements import KINDS, Poll, TelemetryPoint

KEYS = [
    "serial_number", "port_number", "timestamp", "pv_voltage", "pv_current", "pv_power",
    "today_production", "total_production",
]  # fmt: skip


@pytest.fixture
async def plant() -> AsyncIterator[Plant]:
    """A plant that was read for ten minutes."""
    async with serving() as running:
        await running.read(10)
        yield running


async def items(plant: Plant, **parameters: object) -> list[dict[str, Any]]:
    """All items, page by page."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        asked = parameters if cursor is None else parameters | {"cursor": cursor}
        answer = await plant.get("/api/v1/readings", **asked)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return found


async def test_readings_of_ports_come_by_time_with_their_identity(plant: Plant) -> None:
    rows = await items(plant)
    assert len(rows) == 40
    assert list(rows[0]) == KEYS
    assert rows[0]["timestamp"] == "2026-06-21T10:00:00Z"
    assert [row["timestamp"] for row in rows] == sorted(row["timestamp"] for row in rows)


async def test_readings_of_inverters_are_another_kind(plant: Plant) -> None:
    rows = await items(plant, kind="inverter", device=SERIALS[0])
    assert len(rows) == 10
    assert "port_number" not in rows[0]
    assert rows[0]["grid_frequency"] == 50.01


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_pages_neither_lose_nor_repeat_a_row(plant: Plant, order: str) -> None:
    whole = await items(plant, order=order, limit=1000)
    assert len(whole) == 40
    for limit in (1, 3, 7, 40):
        assert await items(plant, order=order, limit=limit) == whole


async def test_a_row_that_comes_between_two_pages_moves_nothing(plant: Plant) -> None:
    first = (await plant.get("/api/v1/readings", limit=20)).json()
    await plant.intake.accept(poll(NOON.replace(second=30)))
    rest = (await plant.get("/api/v1/readings", limit=20, cursor=first["next_cursor"])).json()
    assert rest["next_cursor"] is None
    assert (
        len({(r["timestamp"], r["serial_number"], r["port_number"]) for r in first["items"] + rest["items"]})
        == 40
    )


async def test_devices_and_ports_are_selected_together(plant: Plant) -> None:
    answer = await plant.client.get(
        "/api/v1/readings",
        params=[("device", SERIALS[0]), ("device", SERIALS[1]), ("port", "2"), ("limit", "4")],
    )
    assert [(r["serial_number"], r["port_number"]) for r in answer.json()["items"]] == [
        (SERIALS[0], 2), (SERIALS[1], 2), (SERIALS[0], 2), (SERIALS[1], 2),
    ]  # fmt: skip


async def test_a_span_holds_its_start_but_not_its_end_in_any_offset(plant: Plant) -> None:
    rows = await items(plant, start="2026-06-21T12:02:00+02:00", end="2026-06-21T10:05:00Z", port=1)
    assert {row["timestamp"][14:16] for row in rows} == {"02", "03", "04"}


async def test_without_a_span_it_is_the_last_day(plant: Plant) -> None:
    await plant.clock.advance(24 * 3600 - 600)
    assert len(await items(plant)) == 40
    await plant.clock.advance(120)
    assert len(await items(plant)) == 32


async def test_csv_holds_the_whole_span(plant: Plant) -> None:
    answer = await plant.get("/api/v1/readings", format="csv", port=1)
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == KEYS
    assert rows[1] == [SERIALS[0], "1", "2026-06-21T10:00:00Z", "33.1", "9.06", "300.0", "700", "1000"]
    assert len(rows) == 21


async def test_ndjson_lines_equal_the_items_of_json(plant: Plant) -> None:
    answer = await plant.get("/api/v1/readings", format="ndjson")
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in answer.text.splitlines()] == await items(plant)


async def test_accept_chooses_the_format_too(plant: Plant) -> None:
    answer = await plant.client.get("/api/v1/readings", headers={"Accept": "text/csv;q=0.9, */*"})
    assert answer.headers["content-type"].startswith("text/csv")


async def test_long_spans_are_sent_in_pieces(plant: Plant) -> None:
    await plant.read(300)
    async with plant.client.stream(
        "GET", "/api/v1/readings?format=csv", headers={"Accept-Encoding": ""}
    ) as answer:
        assert answer.headers["transfer-encoding"] == "chunked"
        text = "".join([piece async for piece in answer.aiter_text()])
    assert len(text.splitlines()) == 1 + 310 * 4


async def test_missing_values_are_null_and_empty_never_zero(plant: Plant) -> None:
    at = plant.clock.now()
    whole = poll(at, serials=SERIALS[:1])
    blank = type(whole.ports[0])(serial_number=SERIALS[0], port_number=1, taken_at=at)
    await plant.intake.accept(type(whole)(dtu_name="roof", taken_at=at, inverters=[], ports=[blank]))
    (row,) = await items(plant, start=at.isoformat(), device=SERIALS[0], end="2030-01-01T00:00:00Z")
    assert row["pv_power"] is row["total_production"] is None
    text = (
        await plant.get("/api/v1/readings", format="csv", start=at.isoformat(), end="2030-01-01T00:00:00Z")
    ).text
    assert text.splitlines()[1] == f"{SERIALS[0]},1,2026-06-21T10:10:00Z,,,,,"


BAD: list[tuple[dict[str, object], str]] = [
    ({"limit": 0}, "limit"),
    ({"limit": 1001}, "limit"),
    ({"kind": "battery"}, "kind"),
    ({"order": "up"}, "order"),
    ({"format": "xml"}, "format"),
    ({"port": 0}, "port"),
    ({"kind": "inverter", "port": 1}, "port"),
    ({"device": "a b"}, "device"),
    ({"start": "yesterday"}, "start"),
    ({"start": "2026-06-21"}, "start"),
    ({"start": "2026-06-21T10:00:00 02:00"}, "start"),
    ({"end": "2026-06-21T10:00:00"}, "end"),
    ({"end": "0001-01-01T00:00:00+14:00"}, "end"),
    ({"start": "2026-06-21T10:00:00Z", "end": "2026-06-21T10:00:00Z"}, "start"),
    ({"cursor": "????"}, "cursor"),
    ({"format": "csv", "limit": 5}, "limit"),
    ({"devices": "all"}, "devices"),
]


async def test_a_bad_parameter_is_named_with_the_way_out(plant: Plant) -> None:
    for parameters, named in BAD:
        answer = await plant.get("/api/v1/readings", **parameters)
        assert answer.status_code == 400, parameters
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["parameter"] == named
        assert answer.json()["detail"].startswith(f"{named}: ")


async def test_a_device_never_seen_is_not_found(plant: Plant) -> None:
    answer = await plant.get("/api/v1/readings", device="999")
    assert (answer.status_code, answer.json()["parameter"]) == (404, "device")


async def test_the_cursor_of_another_question_is_refused(plant: Plant) -> None:
    cursor = (await plant.get("/api/v1/readings", limit=5)).json()["next_cursor"]
    assert (await plant.get("/api/v1/readings", limit=7, cursor=cursor)).status_code == 200
    for other in ({"order": "desc"}, {"device": SERIALS[0]}, {"kind": "inverter"}):
        answer = await plant.get("/api/v1/readings", cursor=cursor, **other)
        assert (answer.status_code, answer.json()["type"]) == (400, "urn:sunledger:problem:invalid-cursor")


async def test_the_latest_of_every_kind_is_known(plant: Plant) -> None:
    await plant.read(2)
    at = plant.clock.now()
    point = TelemetryPoint(device="boiler", data_type="flow", taken_at=at, value=4.25)
    await plant.intake.accept(Poll(dtu_name="boiler", taken_at=at, telemetry=[point]))
    counts = {
        kind: len((await plant.get("/api/v1/readings/latest", kind=kind)).json()["items"]) for kind in KINDS
    }
    assert counts == {"inverter": 2, "port": 4, "energy": 0, "weather": 0, "telemetry": 1}
    (shown,) = (await plant.get("/api/v1/readings/latest", kind="telemetry")).json()["items"]
    assert (shown["device"], shown["data_type"], shown["value"]) == ("boiler", "flow", 4.25)
