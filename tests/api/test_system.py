"""What runs here, and beginning anew as another plant."""

from collections.abc import Mapping

import httpx
import pytest
from tests.api.credentials import Known
from tests.api.matrix import PEOPLE
from tests.api.plant import NOON, Plant, poll, serving

from sunledger.access.audit import Actor
from sunledger.api.beginnings import Impossible

KIND = "urn:sunledger:problem:"


class Begun:
    """Writes down what it is asked for."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[object] = []
        self._error = error

    def _note(self, what: object) -> None:
        if self._error is not None:
            raise self._error
        self.asked.append(what)

    async def can_simulate(self) -> bool:
        return True

    async def simulated(self) -> None:
        self._note("simulated")

    async def own(self, dtu: Mapping[str, object] | None, by: Actor) -> None:
        self._note((dtu, by.kind))

    async def same(self) -> None:
        self._note("same")


def troubled(answer: httpx.Response) -> tuple[int, str, str | None]:
    """Status, kind and parameter of a problem."""
    body = answer.json()
    return answer.status_code, body["type"].removeprefix(KIND), body.get("parameter")


async def test_the_system_says_what_it_is(plant: Plant) -> None:
    await plant.clock.advance(60)
    assert (await plant.get("/api/v1/system")).json() == {
        "version": "1.2.3", "started_at": "2026-06-21T10:00:00Z", "now": "2026-06-21T10:01:00Z",
        "simulated": False, "speed": 1, "dtus": 1, "pushes": False, "first_run": False,
        "can_simulate": False, "can_restart": False, "zone": "Europe/Berlin", "poll_seconds": 60.0,
    }  # fmt: skip


async def test_a_simulated_plant_says_so() -> None:
    async with serving(simulation=60, beginnings=Begun()) as plant:
        told = (await plant.get("/api/v1/system", fields="simulated,speed,can_simulate,can_restart")).json()
    assert told == {"simulated": True, "speed": 60, "can_simulate": True, "can_restart": True}


async def test_it_is_the_first_run_until_something_is_there() -> None:
    async with serving() as plant:
        plant.health.forget("roof")
        assert await _is_first_run(plant)
        await plant.intake.accept(poll(NOON))
        assert not await _is_first_run(plant)


async def test_it_is_no_first_run_once_there_is_an_administrator() -> None:
    async with serving(access=Known(PEOPLE)) as plant:
        plant.health.forget("roof")
        plant.client.headers["Authorization"] = "Bearer viewer"
        assert not await _is_first_run(plant)


async def _is_first_run(plant: Plant) -> bool:
    return bool((await plant.get("/api/v1/system")).json()["first_run"])


@pytest.mark.parametrize(
    ("choice", "asked"),
    [
        ({"plant": "simulated"}, "simulated"),
        ({"plant": "own"}, (None, "owner")),
        (
            {"plant": "own", "dtu": {"name": "roof", "host": "10.0.0.1"}},
            ({"id": "roof", "host": "10.0.0.1", "port": 502, "unit_id": 1}, "owner"),
        ),
    ],
)
async def test_a_plant_is_chosen(choice: Mapping[str, object], asked: object) -> None:
    begun = Begun()
    async with serving(beginnings=begun) as plant:
        answer = await plant.client.post("/api/v1/system/plant", json=choice)
        assert (answer.status_code, answer.json()) == (202, {"plant": choice["plant"]})
        (noted,) = (await plant.get("/api/v1/audit", action="begin")).json()["items"]
    assert begun.asked == [asked]
    assert noted["object_id"] == choice["plant"]


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({}, (400, "invalid-field", "plant")),
        ({"plant": "other"}, (400, "invalid-field", "plant")),
        ({"plant": "own", "dtu": {"host": "10.0.0.1"}}, (400, "invalid-field", "dtu.name")),
        ({"plant": "own", "dtu": {"name": "roof"}}, (400, "invalid-field", "dtu.host")),
        ({"plant": "own", "dtu": {"name": "roof", "host": "a", "a": 1}}, (400, "invalid-field", "dtu.a")),
        ({"plant": "own", "speed": 2}, (400, "invalid-field", "speed")),
    ],
)
async def test_a_choice_that_cannot_be_understood_is_told(
    choice: object, told: tuple[int, str, str | None]
) -> None:
    begun = Begun()
    async with serving(beginnings=begun) as plant:
        assert troubled(await plant.client.post("/api/v1/system/plant", json=choice)) == told
    assert begun.asked == []


async def test_what_is_impossible_is_told_and_not_written_down() -> None:
    async with serving(beginnings=Begun(Impossible("this plant reads DTUs"))) as plant:
        answer = await plant.client.post("/api/v1/system/plant", json={"plant": "simulated"})
        assert troubled(answer) == (409, "not-here", None)
        assert (await plant.get("/api/v1/audit", action="begin")).json()["items"] == []


async def test_it_begins_again_as_it_is() -> None:
    begun = Begun()
    async with serving(beginnings=begun) as plant:
        answer = await plant.client.post("/api/v1/system/restart")
        assert (answer.status_code, answer.json()) == (202, {"plant": "own"})
    assert begun.asked == ["same"]


async def test_where_it_cannot_begin_anew_that_is_said(plant: Plant) -> None:
    for path, content in (("plant", {"plant": "simulated"}), ("restart", {})):
        answer = await plant.client.post(f"/api/v1/system/{path}", json=content)
        assert troubled(answer) == (409, "not-here", None)
