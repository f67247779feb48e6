"""Who may ask what: every route, for everybody, with real requests; and nobody sees another site.

The matrix comes from the routes themselves, so a new one is tried without anybody thinking of it.
`docs/authorization.md` is what it should be.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from tests.api.credentials import Known
from tests.api.matrix import MATRIX, PEOPLE, allowed, written
from tests.api.plant import NOON, SERIALS, Plant, poll, serving
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from sunledger.access.principal import Action, Kind
from sunledger.api.application import create_api
from sunledger.api.guard import Reach
from sunledger.api.limits import Rates
from sunledger.api.needs import PUBLIC, Need, Unruled, needs, rules

OWN, OTHER = SERIALS
REFUSED = {401, 403}


@pytest.fixture(scope="module")
def two_sites() -> Mapping[str, str]:
    """Whose each device is."""
    return {OWN: "here", OTHER: "there"}


@pytest.fixture
async def plant(two_sites: Mapping[str, str]) -> AsyncIterator[Plant]:
    """Two devices at two sites of two customers, with readings; only credentials let anybody in."""
    async with serving(access=Known(PEOPLE), reach=Reach(loopback_only=False)) as plant:
        for customer, site in (("mine", "here"), ("theirs", "there")):
            await ask(plant, "POST", "/api/v1/customers", "administrator", {"id": customer, "name": customer})
            made = {"id": site, "name": site, "customer": customer}
            await ask(plant, "POST", "/api/v1/sites", "administrator", made)
        for device, dtu in ((OWN, "roof"), (OTHER, "elsewhere")):
            await plant.intake.accept(poll(NOON, dtu=dtu, serials=[device]))
            said = {"site": two_sites[device]}
            await ask(plant, "PATCH", f"/api/v1/devices/{device}", "administrator", said)
        yield plant


async def ask(
    plant: Plant, method: str, path: str, who: str, content: object | None = None
) -> httpx.Response:
    """Ask as somebody."""
    headers = {"Authorization": f"Bearer {who}"} if who in PEOPLE else {}
    request = plant.client.build_request(method, path, headers=headers, json=content)
    answer = await plant.client.send(request, stream=True)
    if "event-stream" in answer.headers.get("content-type", ""):
        await answer.aclose()
        return httpx.Response(answer.status_code, headers=answer.headers)
    await answer.aread()
    return answer


def filled(path: str, device: str = OWN, site: str = "here") -> str:
    """A route's path with something in its places."""
    path = path.replace("{serial_number}", device).replace("{device_id}", device)
    if path.startswith("/api/v1/devices/"):
        return path.replace("{id}", device)
    if path.startswith("/api/v1/sites/"):
        return path.replace("{id}", site)
    if path.startswith("/api/v1/customers/"):
        return path.replace("{id}", "mine" if site == "here" else "theirs")
    return re.sub(r"\{\w+\}", "value_multipliers", path)


def is_personal(path: str, need: Need) -> bool:
    """Whether a route is about a user's own affairs."""
    return "{name}" in path and need.action is Action.READ


def is_program(who: str) -> bool:
    """Whether somebody is no user."""
    return who in PEOPLE and PEOPLE[who].kind is not Kind.USER


async def test_every_route_lets_in_whom_its_need_lets_in_and_nobody_else(plant: Plant) -> None:
    for path, methods, need in rules(plant.api):
        for method in methods:
            for who in ("anonymous", *PEOPLE):
                own = path.replace("{name}", PEOPLE[who].id) if who in PEOPLE else path
                answer = await ask(plant, method, filled(own), who)
                entered = answer.status_code not in REFUSED
                expected = allowed(need, who) and not (is_personal(path, need) and is_program(who))
                narrowed = who.endswith("-here") or who == "device"
                if narrowed and expected and not entered and method != "GET":
                    continue  # may somewhere, but not this
                assert entered is expected, (method, path, who, answer.status_code, answer.text)
                if answer.status_code in REFUSED:
                    assert answer.status_code == (401 if who == "anonymous" else 403)
                    assert answer.headers["content-type"] == "application/problem+json"
                assert answer.status_code < 500 or answer.status_code == 501, (method, path, answer.text)


async def test_nobody_reads_of_another_site(plant: Plant) -> None:
    foreign = (OTHER, "there", "theirs", "elsewhere")
    for path, methods, need in rules(plant.api):
        if "GET" not in methods or need.action is None or not allowed(need, "viewer-here"):
            continue
        for asked in {filled(path), filled(path, OTHER, "there")}:
            for query in QUERIES.get(path, ("",)):
                answer = await ask(plant, "GET", asked + query, "viewer-here")
                said = answer.text.replace(asked, "")
                if answer.status_code == httpx.codes.OK:
                    assert not [word for word in foreign if f'"{word}"' in said], (asked, query, said)
                else:
                    own = asked == filled(path) and not re.search(f"{OTHER}|multipliers", asked + query)
                    assert not own or answer.status_code != httpx.codes.NOT_FOUND, asked


SPAN = "start=2026-06-20T00:00:00Z&end=2026-06-23T00:00:00Z"
QUERIES: Mapping[str, tuple[str, ...]] = {
    "/api/v1/readings": (
        f"?{SPAN}",
        f"?{SPAN}&device={OTHER}",
        f"?{SPAN}&kind=inverter",
        f"?{SPAN}&format=csv",
    ),
    "/api/v1/history": (
        f"?measurement=pv_power&{SPAN}",
        f"?measurement=pv_power&{SPAN}&device={OTHER}",
    ),
    "/api/v1/energy": (f"?{SPAN}&by=port", f"?{SPAN}&by=dtu", f"?{SPAN}&by=inverter&step=1d"),
    "/api/v1/trends": (f"?measurement=energy&by=inverter&{SPAN}", f"?measurement=pv_power&{SPAN}"),
    "/api/v1/corrections": (f"?{SPAN}", f"?{SPAN}&device={OTHER}", f"?{SPAN}&port=1&order=desc"),
    "/api/v1/quality": (f"?{SPAN}", f"?{SPAN}&by=device"),
}


async def test_of_the_roof_everybody_sees_the_tiles_of_his_devices(plant: Plant) -> None:
    own, other = (
        {"serial_number": serial, "port_number": 1, "column": column, "row": 0, "portrait": True}
        for column, serial in enumerate((OWN, OTHER))
    )
    address = "/api/v1/settings/roof"
    for tiles in ([other], [own, other]):
        change = {"value": {"tiles": tiles, "turned": 90}}
        changed = await ask(plant, "PATCH", address, "operator", change)
        assert changed.json()["value"] == change["value"]
    assert (await ask(plant, "GET", address, "viewer")).json()["value"]["tiles"] == [own, other]
    assert (await ask(plant, "GET", address, "viewer-here")).json()["value"] == {"tiles": [own], "turned": 90}
    for listed in ("/api/v1/settings", f"{address}/versions"):
        told = (await ask(plant, "GET", listed, "viewer-here")).text
        assert OWN in told
        assert OTHER not in told
    refused = await ask(plant, "PATCH", address, "operator-here", {"value": None})
    assert refused.status_code == 403


async def test_what_is_added_up_is_only_what_is_seen(plant: Plant) -> None:
    await plant.intake.accept(poll(NOON.replace(hour=11), total=1100, dtu="roof", serials=[OWN]))
    await plant.intake.accept(poll(NOON.replace(hour=11), total=1200, dtu="elsewhere", serials=[OTHER]))
    asked = f"/api/v1/energy?{SPAN}"
    everything = (await ask(plant, "GET", asked, "viewer")).json()
    own = (await ask(plant, "GET", asked, "viewer-here")).json()
    assert [each["energy"] for each in everything["items"]] == [600]
    assert [each["energy"] for each in own["items"]] == [200]


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("PATCH", f"/api/v1/devices/{OTHER}", {"name": "mine now"}),
        ("PATCH", f"/api/v1/devices/{OWN}", {"site": "there"}),
        ("PATCH", "/api/v1/sites/there", {"name": "mine now"}),
        ("PATCH", "/api/v1/sites/here", {"customer": "theirs"}),
        ("DELETE", "/api/v1/sites/there", None),
        ("POST", "/api/v1/sites", {"id": "third", "name": "third"}),
        ("PATCH", "/api/v1/settings/value_multipliers", {"value": {}}),
        ("POST", f"/api/v1/devices/{OTHER}/telemetry", {"grid_power": 1}),
    ],
)
async def test_an_operator_of_one_site_changes_nothing_beyond_it(
    plant: Plant, method: str, path: str, content: object
) -> None:
    answer = await ask(plant, method, path, "operator-here", content)
    assert answer.status_code in {403, 404}, answer.text


async def test_an_operator_of_one_site_changes_what_is_there(plant: Plant) -> None:
    named = await ask(plant, "PATCH", f"/api/v1/devices/{OWN}", "operator-here", {"name": "South"})
    assert named.json()["name"] == "South"
    site = await ask(plant, "PATCH", "/api/v1/sites/here", "operator-here", {"name": "Hut"})
    assert site.json()["name"] == "Hut"


async def test_a_device_pushes_for_itself_and_does_nothing_else(plant: Plant) -> None:
    pushed = await ask(plant, "POST", f"/api/v1/devices/{OWN}/telemetry", "device", {"grid_power": 1})
    assert pushed.status_code == 201
    other = await ask(plant, "POST", f"/api/v1/devices/{OTHER}/telemetry", "device", {"grid_power": 1})
    assert (other.status_code, other.json()["type"]) == (403, "urn:sunledger:problem:forbidden")


async def test_live_events_of_another_site_are_not_told(plant: Plant) -> None:
    headers = {"Authorization": "Bearer viewer-here"}
    address = f"ws://{plant.address}/api/v1/stream?devices=all"
    async with connect(address, additional_headers=headers) as socket:
        await socket.recv()
        await socket.send('{"type": "ping"}')
        await socket.recv()
        await plant.intake.accept(poll(NOON.replace(hour=11), dtu="elsewhere", serials=[OTHER]))
        await plant.intake.accept(poll(NOON.replace(hour=11), dtu="roof", serials=[OWN]))
        await plant.clock.advance(0)
        await plant.clock.advance(0.2)
        async with asyncio.timeout(30):
            heard = str(await socket.recv())
    assert OWN in heard
    assert OTHER not in heard
    assert "elsewhere" not in heard


async def test_nobody_listens_without_a_credential(plant: Plant) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(f"ws://{plant.address}/api/v1/stream"):
            pass
    assert refused.value.response.status_code == 401
    with pytest.raises(InvalidStatus) as refused:
        async with connect(
            f"ws://{plant.address}/api/v1/stream", additional_headers={"Authorization": "Bearer device"}
        ):
            pass
    assert refused.value.response.status_code == 403


def test_a_route_that_says_nothing_of_who_may_ask_is_not_served() -> None:
    api, routes = FastAPI(openapi_url=None, docs_url=None, redoc_url=None), APIRouter()

    async def nothing() -> None: ...

    routes.get("/open", dependencies=[PUBLIC])(nothing)
    routes.get("/read", dependencies=[needs(Action.READ)])(nothing)
    api.include_router(routes)
    assert [need.action for _, _, need in rules(api)] == [None, Action.READ]
    routes.get("/forgotten")(nothing)
    with pytest.raises(Unruled, match="/forgotten"):
        rules(api)
    assert create_api.__module__  # what calls rules for every application


async def test_the_matrix_is_the_one_that_is_written_down(plant: Plant) -> None:
    assert MATRIX.read_text() == written(plant.api), "look at what make matrix changes, and mean it"


async def test_nobody_uses_up_what_a_device_may_push() -> None:
    rates = Rates(ingest=1)
    async with serving(access=Known(PEOPLE), reach=Reach(loopback_only=False), rates=rates) as plant:
        plant.client.headers["Host"] = "plant.example"
        path, content = f"/api/v1/devices/{OWN}/telemetry", {"grid_power": 1}
        said = [
            await ask(plant, "POST", path, who, content) for who in ("viewer", "viewer", "device", "device")
        ]
    assert [answer.status_code for answer in said] == [403, 429, 201, 429]
