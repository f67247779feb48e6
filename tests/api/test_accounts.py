"""The way in: first run, logging in and out, tokens, and what pages of other sites cannot do."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests.access.rooms import OTHER, PASSWORD
from tests.api.plant import NOON, SERIALS, Plant, poll, serving
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError

from sunledger.api.guard import LOOKS_AGAIN, Reach
from sunledger.api.limits import Rates

EXPOSED = Reach(loopback_only=False)
ANN = {"name": "ann", "password": PASSWORD}


@pytest.fixture
async def plant() -> AsyncIterator[Plant]:
    """One that can be reached from elsewhere, without an administrator yet."""
    async with serving(reach=EXPOSED) as plant:
        await plant.intake.accept(poll(NOON))
        yield plant


@pytest.fixture
async def ann(plant: Plant) -> Plant:
    """One whose administrator Ann has logged in with a browser."""
    await set_up(plant)
    answer = await plant.client.post("/api/v1/login", json=ANN)
    plant.client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
    return plant


async def set_up(plant: Plant, **other: str) -> httpx.Response:
    """Make Ann the first administrator, by the link."""
    secret = await plant.access.setup_link()
    return await plant.client.post("/api/v1/setup", json={"secret": secret, **ANN, **other})


async def made(plant: Plant, **wanted: Any) -> str:
    """A new token."""
    answer = await plant.client.post("/api/v1/tokens", json={"name": "test", **wanted})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


async def shown(plant: Plant, token: str, path: str = "/api/v1/devices") -> httpx.Response:
    """What somebody who shows a token gets, from a browser without cookies."""
    async with httpx.AsyncClient(base_url=plant.client.base_url) as client:
        return await client.get(path, headers={"Authorization": f"Bearer {token}"})


async def test_nothing_but_health_and_the_way_in_is_reachable_before_the_first_administrator(
    plant: Plant,
) -> None:
    for path in ("/health", "/ready"):
        assert (await plant.get(path)).status_code == 200, path
    refused = await plant.get("/api/v1/devices")
    assert refused.status_code == 401
    assert "setup link" in refused.json()["detail"]
    assert refused.headers["www-authenticate"] == "Bearer"


async def test_the_link_makes_one_administrator_once(plant: Plant) -> None:
    secret = await plant.access.setup_link()
    first = await plant.client.post("/api/v1/setup", json={"secret": secret, **ANN})
    assert (first.status_code, first.json()) == (201, {"name": "ann", "role": "administrator"})
    again = await plant.client.post("/api/v1/setup", json={"secret": secret, **ANN, "name": "eve"})
    assert (again.status_code, again.json()["type"]) == (410, "urn:sunledger:problem:gone")
    assert await plant.access.setup_link() is None


async def test_a_weak_password_is_refused_and_the_link_stays_good(plant: Plant) -> None:
    secret = await plant.access.setup_link()
    weak = await plant.client.post("/api/v1/setup", json={"secret": secret, **ANN, "password": "sunshine"})
    assert (weak.status_code, weak.json()["parameter"]) == (400, "password")
    assert (await plant.client.post("/api/v1/setup", json={"secret": secret, **ANN})).status_code == 201


async def test_a_browser_logs_in_and_out(ann: Plant) -> None:
    me = (await ann.get("/api/v1/me")).json()
    assert (me["kind"], me["id"], me["role"], me["sites"]) == ("user", "ann", "administrator", None)
    assert (await ann.get("/api/v1/devices")).status_code == 200
    assert (await ann.client.post("/api/v1/logout")).status_code == 200
    assert (await ann.get("/api/v1/devices")).status_code == 401


async def test_the_cookie_is_kept_from_scripts_and_other_sites(plant: Plant) -> None:
    await set_up(plant)
    plain = await plant.client.post("/api/v1/login", json=ANN)
    assert plain.headers["set-cookie"].startswith("sunledger=")
    for flag in ("HttpOnly", "SameSite=lax", "Path=/"):
        assert flag in plain.headers["set-cookie"]
    transport = httpx.ASGITransport(plant.api, client=("192.0.2.7", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="https://sun.example") as browser:
        secure = await browser.post("/api/v1/login", json=ANN)
        assert secure.headers["set-cookie"].startswith("__Host-sunledger=")
        assert "Secure" in secure.headers["set-cookie"]
        assert (await browser.get("/api/v1/me")).json()["id"] == "ann"


async def test_a_wrong_password_and_an_unknown_name_sound_the_same(plant: Plant) -> None:
    await set_up(plant)
    wrong = await plant.client.post("/api/v1/login", json={**ANN, "password": OTHER})
    unknown = await plant.client.post("/api/v1/login", json={"name": "eve", "password": OTHER})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


async def test_guessing_is_slowed_down(plant: Plant) -> None:
    await set_up(plant)
    answers = [
        await plant.client.post("/api/v1/login", json={"name": "ann", "password": f"guess number {n}"})
        for n in range(11)
    ]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-CSRF-Token": "guessed"}, {"X-CSRF-Token": "own", "Origin": "https://evil.example"}],
)
async def test_another_sites_page_changes_nothing_with_our_cookie(
    ann: Plant, headers: dict[str, str]
) -> None:
    own = ann.client.headers.pop("X-CSRF-Token")
    sent = {name: own if value == "own" else value for name, value in headers.items()}
    answer = await ann.client.post("/api/v1/customers", json={"id": "a", "name": "A"}, headers=sent)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:sunledger:problem:cross-site")
    assert (await ann.get("/api/v1/devices")).status_code == 200, "reading needs no such token"


async def test_a_program_logs_in_by_name_and_gets_a_signed_token_for_a_quarter_of_an_hour(
    plant: Plant,
) -> None:
    await set_up(plant)
    answer = (await plant.client.post("/api/v1/token", json=ANN)).json()
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 900)
    assert (await shown(plant, answer["access_token"])).status_code == 200


async def test_a_token_is_shown_once_and_ends_when_it_is_revoked(ann: Plant) -> None:
    token = await made(ann, role="viewer")
    assert (await shown(ann, token)).status_code == 200
    listed = (await ann.get("/api/v1/tokens")).json()["items"]
    assert [each["name"] for each in listed] == ["test"]
    assert token not in str(listed)
    gone = await ann.client.delete(f"/api/v1/tokens/{listed[0]['id']}")
    assert gone.status_code == 204
    refused = await shown(ann, token)
    assert (refused.status_code, refused.json()["parameter"]) == (401, "Authorization")


async def test_a_token_for_reading_changes_nothing(ann: Plant) -> None:
    token = await made(ann, role="operator", scopes=["read"])
    async with httpx.AsyncClient(base_url=ann.client.base_url) as program:
        program.headers["Authorization"] = f"Bearer {token}"
        refused = await program.patch(f"/api/v1/devices/{SERIALS[0]}", json={"name": "x"})
    assert refused.status_code == 403
    assert "may not change" in refused.json()["detail"]


async def test_users_see_what_they_are_given_and_lose_it_at_once(ann: Plant) -> None:
    bob = {"name": "bob", "password": OTHER, "role": "viewer"}
    assert (await ann.client.post("/api/v1/users", json=bob)).status_code == 201
    token = (await ann.client.post("/api/v1/token", json={"name": "bob", "password": OTHER})).json()
    assert (await shown(ann, token["access_token"])).status_code == 200
    assert (await shown(ann, token["access_token"], "/api/v1/users")).status_code == 403
    await ann.client.patch("/api/v1/users/bob", json={"disabled": True})
    assert (await shown(ann, token["access_token"])).status_code == 401


async def test_the_last_administrator_stays(ann: Plant) -> None:
    for answer in (
        await ann.client.delete("/api/v1/users/ann"),
        await ann.client.patch("/api/v1/users/ann", json={"role": "viewer"}),
    ):
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:sunledger:problem:in-use")


async def test_ones_own_password_needs_the_old_one(ann: Plant) -> None:
    path = "/api/v1/users/ann/password"
    wrong = await ann.client.put(path, json={"password": OTHER, "current_password": "wrong"})
    assert (wrong.status_code, wrong.json()["parameter"]) == (403, "current_password")
    right = await ann.client.put(path, json={"password": OTHER, "current_password": PASSWORD})
    assert right.status_code == 200
    assert (
        await ann.client.post("/api/v1/token", json={"name": "ann", "password": OTHER})
    ).status_code == 200


async def test_the_audit_tells_who_did_what_and_is_sound(ann: Plant) -> None:
    await ann.client.patch(f"/api/v1/devices/{SERIALS[0]}", json={"name": "South"})
    await ann.client.post("/api/v1/token", json={**ANN, "password": "wrong one, surely"})
    await ann.get("/api/v1/readings", format="csv")
    entries = (await ann.get("/api/v1/audit")).json()["items"]
    told = [(each["who"], each["action"], each["object_kind"], each["outcome"]) for each in entries]
    assert told[:3] == [
        ("ann", "export", "readings", "done"),
        ("anonymous", "log_in", "user", "failed"),
        ("ann", "change", "device", "done"),
    ]
    assert (entries[2]["before"], entries[2]["after"]) == ({"name": SERIALS[0]}, {"name": "South"})
    assert entries[2]["address"] == "127.0.0.1"
    assert PASSWORD not in str(entries)
    verdict = (await ann.get("/api/v1/audit/verification")).json()
    assert (verdict["sound"], verdict["seq"], verdict["fault"]) == (True, entries[0]["seq"], None)


async def test_a_browser_that_is_not_known_is_led_to_the_log_in(plant: Plant) -> None:
    led = await plant.client.get("/docs", headers={"Accept": "text/html,*/*"})
    assert (led.status_code, led.headers["location"]) == (303, "/login?next=/docs")


async def test_old_programs_read_from_networks_that_are_named_and_do_nothing_else() -> None:
    from ipaddress import ip_network  # noqa: PLC0415

    reach = Reach(loopback_only=False, legacy_from=[ip_network("192.0.2.0/24")])
    async with serving(reach=reach) as plant:
        await plant.intake.accept(poll(NOON))
        for address, expected in (("192.0.2.7", 200), ("198.51.100.7", 401)):
            transport = httpx.ASGITransport(plant.api, client=(address, 4711))
            async with httpx.AsyncClient(transport=transport, base_url="http://sun.example") as program:
                for path in ("/metrics", "/api/inverters", "/stats", "/api/energy-data"):
                    assert (await program.get(path)).status_code == expected, (address, path)
                    if expected == 401:
                        assert "LEGACY_READ_FROM" in (await program.get(path)).json()["detail"]
                assert (await program.get("/api/v1/devices")).status_code == 401
                assert (await program.post("/api/v1/customers", json={})).status_code == 401


async def test_too_many_requests_are_told_when_to_come_back() -> None:
    async with serving(reach=EXPOSED, rates=Rates(anonymous=3, known=5)) as plant:
        transport = httpx.ASGITransport(plant.api, client=("192.0.2.7", 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://sun.example") as stranger:
            answers = [await stranger.get("/health") for _ in range(4)]
            assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
            assert answers[0].headers["ratelimit-policy"] == '"anonymous";q=3;w=60'
            assert answers[0].headers["ratelimit"].startswith('"anonymous";r=2;t=')
            assert answers[3].json()["type"] == "urn:sunledger:problem:too-many-requests"
            assert 0 < int(answers[3].headers["retry-after"]) <= 60
            wrong = {"Authorization": "Bearer nonsense"}
            assert (await stranger.get("/api/v1/me", headers=wrong)).status_code == 429
        assert [(await plant.get("/health")).status_code for _ in range(9)] == [200] * 9, "loopback is free"


async def test_whoever_listens_hears_no_more_once_the_token_is_revoked(ann: Plant) -> None:
    token = await made(ann, role="viewer")
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        connect(f"ws://{ann.address}/api/v1/stream?devices=all", additional_headers=headers) as socket,
        httpx.AsyncClient(base_url=ann.client.base_url, headers=headers, timeout=60) as client,
        client.stream("GET", "/api/v1/events") as events,
    ):
        await socket.recv()
        listed = (await ann.get("/api/v1/tokens")).json()["items"]
        await ann.client.delete(f"/api/v1/tokens/{listed[0]['id']}")
        await ann.clock.advance(LOOKS_AGAIN + 1)
        with pytest.raises(ConnectionClosedError) as closed:
            await socket.recv()
        assert (closed.value.rcvd and closed.value.rcvd.code) == 1008
        with pytest.raises(httpx.RemoteProtocolError):
            [piece async for piece in events.aiter_text()]


async def test_a_devices_token_pushes_for_it_and_has_nothing_else(ann: Plant) -> None:
    for more in ({"role": "viewer"}, {"sites": ["home"]}, {"scopes": ["read"]}):
        refused = await ann.client.post("/api/v1/tokens", json={"name": "m", "device": "meter", **more})
        assert (refused.status_code, refused.json()["parameter"]) == (400, next(iter(more)))
    token = await made(ann, device="meter")
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=ann.client.base_url, headers=headers) as meter:
        for device, expected in (("meter", 201), ("other", 403)):
            pushed = await meter.post(f"/api/v1/devices/{device}/telemetry", json={"grid_power": 1})
            assert pushed.status_code == expected
        assert (await meter.get("/api/v1/devices")).status_code == 403
