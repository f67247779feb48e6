"""The paths of S-Miles: exact shapes, and what was broken in them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
from tests.api.plant import MINUTE, NOON, SERIALS, Plant, inverter, poll

from sunledger.measurements import INVERTER, InverterReading

PORT_KEYS = {
    "serial_number", "port_number", "timestamp", "pv_voltage", "pv_current", "pv_power",
    "today_production", "total_production",
}  # fmt: skip
ROW_KEYS = {
    "serial_number", "timestamp", "grid_voltage", "grid_frequency", "temperature", "operating_status",
    "alarm_code", "alarm_count", "link_status",
}  # fmt: skip
INVERTER_KEYS = ROW_KEYS | {"dtu_name", "inverter_type", "first_seen", "last_seen", "metadata", "ports"}


async def listed(plant: Plant, path: str, **parameters: object) -> list[dict[str, Any]]:
    answer = await plant.get(path, **parameters)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_inverters_have_exactly_the_old_keys(plant: Plant) -> None:
    await plant.read(3)
    inverters = await listed(plant, "/api/inverters")
    assert [each["serial_number"] for each in inverters] == list(SERIALS)
    for each in inverters:
        assert each.keys() == INVERTER_KEYS
        assert [port.keys() for port in each["ports"]] == [PORT_KEYS, PORT_KEYS]


async def test_numbers_are_numbers_and_times_end_with_z(plant: Plant) -> None:
    await plant.read(3)
    first = (await listed(plant, "/api/inverters"))[0]
    assert first["dtu_name"] == "roof"
    assert first["timestamp"] == first["last_seen"] == "2026-06-21T10:02:00Z"
    assert first["first_seen"] == "2026-06-21T10:00:00Z"
    assert (first["grid_voltage"], first["temperature"], first["link_status"]) == (230.4, 41.5, 1)
    assert first["ports"][0] == {
        "serial_number": SERIALS[0], "port_number": 1, "timestamp": "2026-06-21T10:02:00Z",
        "pv_voltage": 33.1, "pv_current": 9.06, "pv_power": 300.0,
        "today_production": 700, "total_production": 1010,
    }  # fmt: skip


async def test_one_inverter_is_an_item_of_the_list(plant: Plant) -> None:
    await plant.read()
    answer = await plant.get(f"/api/inverters/{SERIALS[1]}")
    assert answer.json() == (await listed(plant, "/api/inverters"))[1]


async def test_an_inverter_whose_readings_were_all_set_aside_has_no_made_up_values(plant: Plant) -> None:
    whole = poll(NOON, serials=SERIALS[:1])
    silent = InverterReading(serial_number=SERIALS[0], taken_at=NOON, **dict.fromkeys(INVERTER.columns, 0))
    await plant.intake.accept(replace(whole, inverters=[silent]))
    (only,) = await listed(plant, "/api/inverters")
    assert only.keys() == INVERTER_KEYS
    assert only["timestamp"] is only["grid_voltage"] is only["alarm_code"] is None
    assert len(only["ports"]) == 2


async def test_an_inverter_never_seen_is_not_found(plant: Plant) -> None:
    await plant.read()
    for path in ("", "/history", "/ports"):
        answer = await plant.get(f"/api/inverters/999{path}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert "999" in answer.json()["detail"]


async def test_ports_are_the_latest_of_each_port_not_the_last_rows(plant: Plant) -> None:
    await plant.read(30)
    everything = await listed(plant, "/api/ports")
    assert [(p["serial_number"], p["port_number"]) for p in everything] == [
        (serial, number) for serial in SERIALS for number in (1, 2)
    ]
    assert {port["timestamp"] for port in everything} == {"2026-06-21T10:29:00Z"}
    assert await listed(plant, f"/api/inverters/{SERIALS[0]}/ports") == everything[:2]


async def test_history_is_newest_first_with_the_power_of_all_ports(plant: Plant) -> None:
    await plant.read(5)
    rows = await listed(plant, f"/api/inverters/{SERIALS[0]}/history", limit=3)
    assert [row["timestamp"][14:16] for row in rows] == ["04", "03", "02"]
    assert all(row.keys() == ROW_KEYS | {"pv_power"} for row in rows)
    assert {row["pv_power"] for row in rows} == {600.0}


async def test_a_row_whose_ports_failed_has_no_power(plant: Plant) -> None:
    await plant.read(2)
    alone = poll(NOON + 2 * MINUTE, serials=SERIALS[:1])
    await plant.intake.accept(replace(alone, ports=[]))
    rows = await listed(plant, f"/api/inverters/{SERIALS[0]}/history")
    assert [row["pv_power"] for row in rows] == [None, 600.0, 600.0]


async def test_history_gives_a_hundred_rows_unless_told_otherwise(plant: Plant) -> None:
    await plant.read(110)
    assert len(await listed(plant, f"/api/inverters/{SERIALS[0]}/history")) == 100


async def test_history_by_step_counts_periods_back_from_now(plant: Plant) -> None:
    await plant.read(50)
    rows = await listed(plant, f"/api/inverters/{SERIALS[0]}/history", limit=3, step="15m")
    assert [row["timestamp"][11:16] for row in rows] == ["10:45", "10:30", "10:15"]
    assert all(row.keys() == ROW_KEYS | {"pv_power"} for row in rows)


async def test_a_week_of_hours_is_168_hours(plant: Plant) -> None:
    for day in range(9):
        at = NOON + timedelta(days=day)
        await plant.intake.accept(poll(at, total=1000 + day))
    await plant.clock.advance(timedelta(days=8).total_seconds())
    rows = await listed(plant, f"/api/inverters/{SERIALS[0]}/history", limit=168, step="1h")
    assert [row["timestamp"][8:10] for row in rows] == [str(day) for day in range(29, 22 - 1, -1)][:7]


async def test_days_of_history_are_days_of_the_site(plant: Plant) -> None:
    await plant.read(2)
    (row,) = await listed(plant, f"/api/inverters/{SERIALS[0]}/history", limit=1, step="1d")
    assert row["timestamp"] == "2026-06-20T22:00:00Z"


async def test_a_limit_out_of_bounds_is_refused(plant: Plant) -> None:
    await plant.read()
    for limit in ("0", "-1", "10001", "ten", ""):
        answer = await plant.get(f"/api/inverters/{SERIALS[0]}/history", limit=limit)
        assert (answer.status_code, answer.json()["parameter"]) == (400, "limit")
    assert "10000" in (await plant.get(f"/api/inverters/{SERIALS[0]}/history", limit=10_001)).json()["detail"]


async def test_unknown_parameters_are_ignored_as_they_always_were(plant: Plant) -> None:
    await plant.read()
    assert len(await listed(plant, "/api/inverters", token="x", _="123")) == 2


async def test_current_production_is_repaired(plant: Plant) -> None:
    await plant.read(5)
    rows = await listed(plant, "/api/production/current")
    assert rows[0] == {
        "serial_number": SERIALS[0], "port_number": 1, "today_production": 20, "total_production": 1020,
    }  # fmt: skip
    assert len(rows) == 4


async def test_registering_a_web_hook_is_gone_for_good(plant: Plant) -> None:
    answer = await plant.client.post(
        "/api/websocket/register", json={"websocket_url": "http://x", "name": "x"}
    )
    assert answer.status_code == 410
    assert "/api/v1/stream" in answer.json()["detail"]


async def test_an_implausible_value_is_missing_from_the_latest_reading(plant: Plant) -> None:
    whole = poll(NOON, serials=SERIALS[:1])
    hot = [inverter(SERIALS[0], NOON, temperature=3276.7)]
    await plant.intake.accept(replace(whole, inverters=hot))
    answer: httpx.Response = await plant.get(f"/api/inverters/{SERIALS[0]}")
    assert answer.json()["temperature"] is None
    assert answer.json()["grid_voltage"] == 230.4
