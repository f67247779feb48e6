"""DTUs over HTTP: added, changed and removed while it runs, each with its health; and the survey of one."""

import httpx
import pytest
from tests.api.plant import Plant, serving

from sunledger.api.surveys import AlreadyRead, Found, Inverter, NotADtu, Surveyed, Surveying, Weight
from sunledger.sites import DTU, Pin

ROOF = {"id": "roof", "host": "192.168.1.100"}
KIND = "urn:sunledger:problem:"


def troubled(answer: httpx.Response) -> tuple[int, str, str | None]:
    """Status, kind and parameter of a problem."""
    body = answer.json()
    return answer.status_code, body["type"].removeprefix(KIND), body.get("parameter")


async def test_a_dtu_is_added_read_changed_and_removed(plant: Plant) -> None:
    client = plant.client
    made = await client.post("/api/v1/dtus", json=ROOF)
    assert (made.status_code, made.headers["location"]) == (201, "/api/v1/dtus/roof")
    assert made.json() == {
        "id": "roof", "host": "192.168.1.100", "port": 502, "unit_id": 1, "register_step": None,
        "current_scale": "auto", "version": 1, "created_at": "2026-06-21T10:00:00Z",
        "updated_at": "2026-06-21T10:00:00Z", "pinned": {},
        "health": {
            "status": "unknown", "silent_for": 0.0, "last_successful_query": None, "query_count": 0,
            "error_count": 0, "consecutive_failures": 0, "last_error": None, "last_error_time": None,
            "breaker": "closed", "next_poll_in": 0.0,
        },
    }  # fmt: skip
    changed = await client.patch("/api/v1/dtus/roof", json={"port": 5020})
    assert (changed.json()["port"], changed.json()["version"]) == (5020, 2)
    assert (await plant.get("/api/v1/dtus")).json()["items"] == [changed.json()]
    assert (await client.delete("/api/v1/dtus/roof")).status_code == 204
    assert troubled(await plant.get("/api/v1/dtus/roof")) == (404, "unknown-entry", None)
    assert [each["version"] for each in (await plant.get("/api/v1/dtus/roof/versions")).json()["items"]] == [
        1,
        2,
        3,
    ]
    audit = (await plant.get("/api/v1/audit")).json()["items"]
    assert [each["action"] for each in audit if each["object_kind"] == "dtu"] == [
        "remove",
        "change",
        "create",
    ]


async def test_health_is_that_of_the_polls(plant: Plant) -> None:
    await plant.client.post("/api/v1/dtus", json=ROOF)
    await plant.client.post("/api/v1/dtus", json={"id": "barn", "host": "10.0.0.2"})
    await plant.read()
    roof = (await plant.get("/api/v1/dtus/roof")).json()["health"]
    assert (roof["status"], roof["query_count"], roof["silent_for"]) == ("online", 1, 60.0)
    assert (await plant.get("/api/v1/dtus/barn", fields="health")).json() == {"health": None}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"host": "10.0.0.9"}, (400, "invalid-field", "id")),
        ({"id": "barn"}, (400, "invalid-field", "host")),
        ({"id": "barn", "host": "10.0.0.9", "port": "502"}, (400, "invalid-field", "port")),
        ({"id": "barn", "host": "192.168.1.100"}, (400, "invalid-field", "host")),
        ({"id": "roof", "host": "10.0.0.9"}, (409, "taken", "id")),
    ],
)
async def test_what_cannot_be_a_dtu_is_told(
    plant: Plant, content: object, told: tuple[int, str, str | None]
) -> None:
    await plant.client.post("/api/v1/dtus", json=ROOF)
    assert troubled(await plant.client.post("/api/v1/dtus", json=content)) == told


async def test_a_dtu_of_the_configuration_is_changed_only_there() -> None:
    content = DTU.read("roof", {"host": "10.0.0.1"}).content()
    pins = [
        Pin(kind="dtu", id="roof", field=field, value=value, where="DTU_HOST (.env)", seeds=False)
        for field, value in content.items()
    ]
    async with serving(pins=pins) as plant:
        shown = (await plant.get("/api/v1/dtus/roof")).json()
        assert (shown["host"], shown["pinned"]["host"]) == ("10.0.0.1", "DTU_HOST (.env)")
        changed = await plant.client.patch("/api/v1/dtus/roof", json={"host": "10.0.0.2"})
        assert troubled(changed) == (409, "pinned", "host")
        assert troubled(await plant.client.delete("/api/v1/dtus/roof")) == (409, "pinned", "host")
        assert (await plant.get("/api/v1/dtus/roof/versions")).json()["items"] == []


async def test_no_dtu_joins_a_simulated_plant() -> None:
    async with serving(simulation=60) as plant:
        assert troubled(await plant.client.post("/api/v1/dtus", json=ROOF)) == (409, "not-here", None)


SEEN = Surveyed(
    [Found(Weight.ATTENTION, "It is slow.", ["900 ms"], ["Set COMM_TIMEOUT=9."])],
    "10F8AC",
    [Inverter("116180000001", [1, 2])],
    1.23456,
)


async def test_a_survey_tells_what_was_found_and_is_written_down() -> None:
    asked: list[tuple[str, int, int]] = []

    async def survey(host: str, port: int, unit_id: int) -> Surveyed:
        asked.append((host, port, unit_id))
        return SEEN

    async with serving(survey=survey) as plant:
        answer = await plant.client.post("/api/v1/dtus/survey", json={"host": "10.0.0.7", "port": 5020})
        assert answer.json() == {
            "findings": [
                {
                    "level": "attention",
                    "said": "It is slow.",
                    "shown": ["900 ms"],
                    "changes": ["Set COMM_TIMEOUT=9."],
                }
            ],
            "gateway_serial": "10F8AC",
            "inverters": [{"serial_number": "116180000001", "ports": [1, 2]}],
            "seconds": 1.235,
        }
        wrong = await plant.client.post("/api/v1/dtus/survey", json={"host": "10.0.0.7", "speed": 1})
        assert troubled(wrong) == (400, "invalid-field", "speed")
        (noted,) = (await plant.get("/api/v1/audit", action="survey")).json()["items"]
    assert asked == [("10.0.0.7", 5020, 1)]
    assert noted["after"] == {"host": "10.0.0.7", "port": 5020, "unit_id": 1}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NotADtu("no"), (400, "invalid-field", "host")),
        (AlreadyRead("no"), (409, "in-use", "host")),
        (Surveying("no"), (429, "too-many-requests", None)),
    ],
)
async def test_a_survey_that_is_refused_says_why(error: Exception, told: tuple[int, str, str | None]) -> None:
    async def survey(host: str, port: int, unit_id: int) -> Surveyed:
        raise error

    async with serving(survey=survey) as plant:
        assert troubled(await plant.client.post("/api/v1/dtus/survey", json={"host": "a"})) == told


async def test_where_nobody_surveys_that_is_said(plant: Plant) -> None:
    answer = await plant.client.post("/api/v1/dtus/survey", json={"host": "a"})
    assert troubled(answer) == (409, "not-here", None)
