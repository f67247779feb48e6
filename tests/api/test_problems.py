"""Problems: one shape for every error, and no parameter that could break the server."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.api.plant import SERIALS, Plant

from sunledger.api.problems import Trouble

PATHS = {
    f"/api/inverters/{SERIALS[0]}/history": ["limit", "step"],
    "/api/v1/readings": [
        "device",
        "port",
        "kind",
        "start",
        "end",
        "order",
        "format",
        "cursor",
        "limit",
        "fields",
    ],
    "/api/v1/energy": [
        "device",
        "port",
        "by",
        "start",
        "end",
        "step",
        "zone",
        "format",
        "fields",
        "cursor",
        "limit",
    ],
    "/api/v1/corrections": ["device", "start", "end", "cursor", "limit"],
    "/api/v1/devices": ["cursor", "limit"],
    "/api/v1/measurements": [],
}
NEARLY = st.sampled_from(
    ["1", "0", "-1", "1e3", "9" * 30, SERIALS[0], "port", "inverter", "dtu", "csv", "json", "ndjson", "1d",
     "1y", "15m", "asc", "desc", "UTC", "Europe", "Asia/Kathmandu", "Africa/Monrovia", "2026-06-21T10:00:00Z",
     "1970-01-01T00:00:00Z", "2200-01-01T00:00:00Z", "2026-W25-7T10Z", "24:00", "W10", "WzFd", "\x00", "é"]
)  # fmt: skip
VALUES = NEARLY | st.text(max_size=30)
MEMBERS = {"type", "title", "status", "detail"}


def is_problem(answer: Any) -> bool:
    """Whether an answer is a problem of RFC 9457 that says what to do."""
    body = answer.json()
    return (
        answer.headers["content-type"] == "application/problem+json"
        and body.keys() >= MEMBERS
        and body["status"] == answer.status_code
        and body["type"].startswith("urn:sunledger:problem:")
        and len(body["detail"]) > 10
    )


@given(data=st.data())
@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_parameter_breaks_the_server(plant: Plant, data: st.DataObject) -> None:
    if not plant.store.series():
        await plant.read(3)
    path = data.draw(st.sampled_from(sorted(PATHS)))
    names = st.sampled_from(PATHS[path]) if PATHS[path] else st.just("x")
    parameters: list[tuple[str, Any]] = data.draw(
        st.lists(st.tuples(names | st.text(max_size=8), VALUES), max_size=4)
    )
    answer = await plant.client.get(path, params=parameters)
    assert answer.status_code in (200, 400, 404), answer.text
    if answer.status_code != 200:
        assert is_problem(answer)
        assert answer.json()["parameter"] in {name or '""' for name, _ in parameters}


@given(path=st.text(max_size=30))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_path_breaks_the_server(plant: Plant, path: str) -> None:
    answer = await plant.client.get("/api/inverters/" + quote(path, safe="") + "_")
    assert (answer.status_code, is_problem(answer)) == (404, True)


def test_every_kind_of_problem_is_documented_with_its_status() -> None:
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    documented = set(re.findall(r"^\| (\d{3}) \| `([a-z-]+)` \|", text, re.MULTILINE))
    kinds = {(str(trouble.status), trouble.uri.rpartition(":")[2]) for trouble in Trouble}
    assert documented == kinds


async def test_an_unknown_address_is_a_problem(plant: Plant) -> None:
    for path in ("/nowhere", "/api/v1/nowhere", "/api/v2/readings"):
        answer = await plant.get(path)
        assert (answer.status_code, is_problem(answer)) == (404, True)
        assert path in answer.json()["detail"]


async def test_another_method_is_told_which_one_works(plant: Plant) -> None:
    answer = await plant.client.delete("/api/v1/readings")
    assert (answer.status_code, is_problem(answer)) == (405, True)
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


async def test_several_bad_parameters_are_all_named_at_once(plant: Plant) -> None:
    answer = await plant.get("/api/v1/readings", limit="many", order="up", strat="x")
    assert is_problem(answer)
    found = {error["parameter"] for error in answer.json()["errors"]} if "errors" in answer.json() else set()
    assert found == {"limit", "order"} or answer.json()["parameter"] == "strat"
    assert (await plant.get("/api/v1/readings", limit="many", order="up")).json()["errors"][1][
        "parameter"
    ] == "limit"


async def test_an_unknown_parameter_is_told_the_nearest_known_one(plant: Plant) -> None:
    answer = await plant.get("/api/v1/readings", devise=SERIALS[0])
    assert answer.json()["type"] == "urn:sunledger:problem:unknown-parameter"
    assert answer.json()["parameter"] == "devise"
    assert "device" in answer.json()["detail"]


async def test_a_fault_of_ours_is_a_problem_that_gives_nothing_away(plant: Plant) -> None:
    @plant.api.get("/broken")
    async def broken(_: Request) -> None:
        raise RuntimeError("the secret is hunter2")

    answer = await plant.get("/broken")
    assert (answer.status_code, is_problem(answer)) == (500, True)
    assert "hunter2" not in answer.text
