"""Customers, sites, settings and names of devices over HTTP, and who may change them."""

from collections.abc import Mapping

import httpx
import pytest
from tests.api.plant import NOON, SERIALS, Plant, poll, serving

from sunledger.sites import HOME, Pin

KIND = "urn:sunledger:problem:"
ZONE = Pin(kind="site", id=HOME, field="zone", value="Europe/Berlin", where="TIMEZONE (environment)")
BARN = {
    "id": "barn",
    "name": "The barn",
    "customer": "smith",
    "zone": "Europe/Warsaw",
    "place": {"latitude": 52.2, "longitude": 21.0},
    "arrays": [{"capacity": 4100, "tilt": 35, "azimuth": 180}],
}


def troubled(answer: httpx.Response) -> tuple[int, str, str | None]:
    """Status, kind and parameter of a problem."""
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, body["type"].removeprefix(KIND), body.get("parameter")


async def test_one_site_is_there_from_the_beginning(plant: Plant) -> None:
    page = (await plant.get("/api/v1/sites")).json()
    assert page == {
        "items": [
            {
                "id": "home", "name": "Home", "customer": None, "zone": "UTC", "place": None, "arrays": [],
                "version": 1, "created_at": "2026-06-21T10:00:00Z", "updated_at": "2026-06-21T10:00:00Z",
                "pinned": {},
            }
        ],
        "next_cursor": None,
    }  # fmt: skip


async def test_a_site_is_made_read_changed_and_removed(plant: Plant) -> None:
    client = plant.client
    smith = await client.post("/api/v1/customers", json={"id": "smith", "name": "Family Smith"})
    assert (smith.status_code, smith.headers["location"]) == (201, "/api/v1/customers/smith")
    made = await client.post("/api/v1/sites", json=BARN)
    assert made.status_code == 201
    assert made.json().items() >= BARN.items()
    await plant.clock.advance(60)
    changed = await client.patch("/api/v1/sites/barn", json={"zone": "Asia/Tokyo", "customer": None})
    assert changed.status_code == 200
    assert (changed.json()["zone"], changed.json()["name"], changed.json()["version"]) == (
        "Asia/Tokyo", "The barn", 2,
    )  # fmt: skip
    assert (await plant.get("/api/v1/sites/barn")).json() == changed.json()
    gone = await client.delete("/api/v1/sites/barn")
    assert (gone.status_code, gone.content) == (204, b"")
    assert troubled(await plant.get("/api/v1/sites/barn")) == (404, "unknown-entry", None)
    versions = (await plant.get("/api/v1/sites/barn/versions")).json()["items"]
    assert [(each["version"], each["active"]) for each in versions] == [(1, True), (2, True), (3, False)]
    assert versions[0]["content"]["zone"] == "Europe/Warsaw"


@pytest.mark.parametrize("address", ["/api/v1/customers", "/api/v1/sites/home/versions", "/api/v1/settings"])
async def test_lists_come_in_pages(plant: Plant, address: str) -> None:
    for name in "edcba":
        await plant.client.post("/api/v1/customers", json={"id": name, "name": name})
        await plant.client.patch("/api/v1/sites/home", json={"name": name})
    whole = (await plant.get(address)).json()["items"]
    assert len(whole) >= 2
    found: list[Mapping[str, object]] = []
    cursor = None
    while cursor is not None or not found:
        asked = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (await plant.get(address, **asked)).json()
        found += page["items"]
        cursor = page["next_cursor"]
    assert found == whole


async def test_a_problem_names_the_field(plant: Plant) -> None:
    client = plant.client
    bad = await client.post("/api/v1/sites", json=BARN)
    assert troubled(bad) == (400, "invalid-field", "customer")
    assert bad.json()["detail"] == "customer: there is no customer smith."
    assert troubled(await client.post("/api/v1/sites", json={"name": "a"})) == (400, "invalid-field", "id")
    wrong = {"arrays": [{"capacity": 1, "tilt": 91, "azimuth": 0}]}
    told = await client.patch("/api/v1/sites/home", json=wrong)
    assert troubled(told) == (400, "invalid-field", "arrays[0].tilt")
    again = {"id": "home", "name": "a"}
    assert troubled(await client.post("/api/v1/sites", json=again)) == (409, "taken", "id")
    assert troubled(await client.delete("/api/v1/sites/home")) == (409, "in-use", None)
    assert troubled(await client.patch("/api/v1/sites/none", json={})) == (404, "unknown-entry", None)


async def test_what_the_configuration_sets_says_where_and_stays() -> None:
    async with serving(pins=[ZONE]) as plant:
        home = (await plant.get("/api/v1/sites/home")).json()
        assert (home["zone"], home["pinned"]) == ("Europe/Berlin", {"zone": "TIMEZONE (environment)"})
        refused = await plant.client.patch("/api/v1/sites/home", json={"zone": "UTC"})
        assert troubled(refused) == (409, "pinned", "zone")
        assert "TIMEZONE (environment)" in refused.json()["detail"]


async def test_a_setting_has_a_default_to_go_back_to(plant: Plant) -> None:
    address = "/api/v1/settings/entity_friendly_names"
    assert (await plant.get(address)).json()["value"] == {}
    changed = await plant.client.patch(address, json={"value": {"pv_power": "Leistung"}})
    assert (changed.json()["value"], changed.json()["version"]) == ({"pv_power": "Leistung"}, 1)
    assert (await plant.client.delete(address)).status_code == 204
    assert (await plant.get(address)).json()["value"] == {}
    wrong = await plant.client.patch(address, json={"value": {"power": "x"}})
    assert troubled(wrong) == (400, "invalid-field", "value.power")
    assert troubled(await plant.get("/api/v1/settings/colour")) == (404, "unknown-entry", None)
    assert (await plant.client.post("/api/v1/settings", json={})).status_code == 405


async def test_a_device_is_shown_by_the_name_that_people_gave_it(plant: Plant) -> None:
    await plant.read()
    before = (await plant.get(f"/api/v1/devices/{SERIALS[0]}")).json()
    assert (before["name"], before["site"], before["excluded"]) == (SERIALS[0], "home", False)
    assert (before["notes"], before["port_names"]) == ("", {})
    change = {
        "name": "East roof", "kind": "inverter",
        "notes": "By the chimney.\nNew fuse.", "port_names": {"1": "Top"},
    }  # fmt: skip
    answer = await plant.client.patch(f"/api/v1/devices/{SERIALS[0]}", json=change)
    assert answer.json() == before | change
    listed = (await plant.get("/api/v1/devices")).json()["items"]
    assert [device["name"] for device in listed] == ["East roof", SERIALS[1]]
    assert "East" not in (await plant.get("/api/inverters")).text
    unseen = await plant.client.patch("/api/v1/devices/999", json={"name": "x"})
    assert troubled(unseen) == (404, "unknown-device", "serial_number")


async def test_a_device_that_is_excluded_says_so(plant: Plant) -> None:
    await plant.intake.accept(poll(NOON))
    await plant.client.patch(f"/api/v1/devices/{SERIALS[0]}", json={"excluded": True})
    assert (await plant.get(f"/api/v1/devices/{SERIALS[0]}")).json()["excluded"] is True


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        ("203.0.113.9", {}),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}),
        ("127.0.0.1", {"Origin": "https://evil.example"}),
        ("127.0.0.1", {"Host": "evil.example", "Origin": "http://evil.example"}),
        ("127.0.0.1", {"Host": "["}),
        ("127.0.0.1", {"Sec-Fetch-Site": "cross-site"}),
        ("127.0.0.1", {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"}),
    ],
)
async def test_without_a_credential_only_the_machine_itself_may_ask_and_change(
    plant: Plant, client: str, headers: Mapping[str, str]
) -> None:
    transport = httpx.ASGITransport(plant.api, client=(client, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as asking:
        for method, address in (
            ("POST", "customers"), ("PATCH", "sites/home"), ("DELETE", "settings/value_multipliers"),
            ("PATCH", f"devices/{SERIALS[0]}"),
        ):  # fmt: skip
            answer = await asking.request(method, f"/api/v1/{address}", json={"name": "x"}, headers=headers)
            assert troubled(answer) == (401, "unauthenticated", None), address
            assert "no administrator yet" in answer.json()["detail"]
        answer = await asking.get("/api/v1/sites/home", headers=headers)
        assert troubled(answer) == (401, "unauthenticated", None)


async def test_a_link_on_another_sites_page_shows_something_and_changes_nothing(plant: Plant) -> None:
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert (await plant.client.get("/api/v1/sites/home", headers=followed)).status_code == 200
    form = await plant.client.post("/api/v1/customers", headers=followed)
    assert troubled(form) == (401, "unauthenticated", None)


@pytest.mark.parametrize("said", ["same-origin", "none"])
async def test_our_own_page_may_ask_and_change_on_the_machine_itself(plant: Plant, said: str) -> None:
    answer = await plant.client.patch(
        "/api/v1/sites/home", json={"name": "x"}, headers={"Sec-Fetch-Site": said}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        (b'{"name": "x"}', "text/plain", (415, "not-json", None)),
        (b'{"name": "x"', "application/json", (400, "invalid-field", "body")),
        (b"[1]", "application/json", (400, "invalid-field", "body")),
        (b'"' + b"x" * (1 << 20) + b'"', "application/json", (413, "too-large", "body")),
        (b"\xff", "application/json; charset=utf-8", (400, "invalid-field", "body")),
    ],
)
async def test_a_change_is_a_json_object_of_moderate_length(
    plant: Plant, content: bytes, kind: str, expected: tuple[int, str, str | None]
) -> None:
    answer = await plant.client.patch("/api/v1/sites/home", content=content, headers={"Content-Type": kind})
    assert troubled(answer) == expected
