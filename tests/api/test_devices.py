"""Devices: state now, latest readings, and pages by serial number."""

from tests.api.plant import NOON, SERIALS, Plant, outcome, poll

from sunledger.measurements import INVERTER, PORT

IDENTITY = {
    "serial_number",
    "dtu_name",
    "inverter_type",
    "first_seen",
    "last_seen",
    "name",
    "kind",
    "site",
    "excluded",
    "notes",
    "port_names",
    "pinned",
    "ports",
    "state",
    "latest",
}


async def test_a_device_has_its_state_and_its_latest_readings(plant: Plant) -> None:
    await plant.read(3)
    device = (await plant.get(f"/api/v1/devices/{SERIALS[0]}")).json()
    assert device.keys() == IDENTITY
    assert (device["state"], device["dtu_name"], device["ports"]) == ("live", "roof", [1, 2])
    latest = device["latest"]
    assert latest["inverter"].keys() == {"serial_number", "timestamp", "quality", *INVERTER.columns}
    for port in latest["ports"]:
        assert port.keys() == {
            "serial_number",
            "port_number",
            "timestamp",
            "quality",
            "repaired",
            *PORT.columns,
        }
        assert port["repaired"] == {"today_production": 10, "total_production": 1010}
    assert latest["ports"][0]["quality"] == "good"


async def test_an_old_reading_stays_but_is_not_called_live(plant: Plant) -> None:
    await plant.read()
    await plant.clock.advance(140)
    assert (await plant.get(f"/api/v1/devices/{SERIALS[0]}")).json()["state"] == "stale"
    await plant.clock.advance(600)
    plant.health.heard(outcome(plant.clock.now(), error="no answer"))
    device = (await plant.get(f"/api/v1/devices/{SERIALS[0]}")).json()
    assert (device["state"], device["latest"]["ports"][0]["pv_power"]) == ("offline", 300.0)


async def test_pages_go_by_serial_number(plant: Plant) -> None:
    serials = [f"1161800000{number:02}" for number in range(25)]
    await plant.intake.accept(poll(NOON, serials=serials))
    found: list[str] = []
    cursor = None
    while cursor is not None or not found:
        asked = {"limit": 10} | ({"cursor": cursor} if cursor else {})
        page = (await plant.get("/api/v1/devices", **asked)).json()
        found += [device["serial_number"] for device in page["items"]]
        cursor = page["next_cursor"]
    assert found == serials


async def test_the_cursor_of_another_list_is_refused(plant: Plant) -> None:
    await plant.read()
    cursor = (await plant.get("/api/v1/readings", limit=1)).json()["next_cursor"]
    answer = await plant.get("/api/v1/devices", cursor=cursor)
    assert (answer.status_code, answer.json()["parameter"]) == (400, "cursor")


async def test_an_unknown_device_is_not_found(plant: Plant) -> None:
    answer = await plant.get("/api/v1/devices/999")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:sunledger:problem:unknown-device")
