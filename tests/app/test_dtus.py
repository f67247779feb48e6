"""DTUs that people add, move and remove while Sunledger runs, and the survey of one; with real processes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.app.running import Running, simulate, start

NOON = ("--start", "2026-06-21T12:00+02:00")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where what all tests share lies."""
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="module")
def dtu(directory: Path) -> Iterator[int]:
    """The port of a DTU of three inverters with two ports each."""
    running, port = simulate(directory, *NOON)
    with running:
        yield int(port)


@pytest.fixture(scope="module")
def other(directory: Path) -> Iterator[int]:
    """Another one, of one inverter."""
    running, port = simulate(directory, *NOON, "--inverters", "1", "--seed", "7")
    with running:
        yield int(port)


@pytest.fixture(scope="module")
def server(directory: Path) -> Iterator[Running]:
    """One that knows no DTU; each test removes what it has added."""
    with start(directory, "serve", QUERY_PERIOD="5", COMM_RETRIES="0") as running:
        yield running


def ask(server: Running, method: str, path: str, content: object = None) -> httpx.Response:
    return httpx.request(method, f"{server.url}/api/v1/dtus{path}", json=content, timeout=90)


def at(port: int, **members: object) -> dict[str, object]:
    return {"host": "127.0.0.1", "port": port, **members}


def polled(server: Running, name: str) -> Any:
    """The health of a DTU, once it was read."""

    def read(shown: Any) -> Any:
        return shown["health"] if shown["health"] and shown["health"]["status"] == "online" else None

    return server.await_answer(f"/api/v1/dtus/{name}", read)


def test_a_dtu_is_read_from_when_it_is_added_until_it_is_removed(
    server: Running, dtu: int, other: int
) -> None:
    assert ask(server, "POST", "", at(dtu, id="roof")).status_code == 201
    assert polled(server, "roof")["error_count"] == 0
    assert len(server.get("/api/inverters")) == 3
    assert list(server.get("/health")["dtus"]) == ["roof"]

    moved = ask(server, "PATCH", "/roof", at(other))
    assert moved.json()["health"]["query_count"] == 0
    assert polled(server, "roof")["error_count"] == 0
    assert len(server.get("/api/inverters")) == 4

    assert ask(server, "DELETE", "/roof").status_code == 204
    assert server.get("/health")["dtus"] == {}
    count = len(server.events("poll_finished"))
    ask(server, "POST", "", at(dtu, id="barn"))
    polled(server, "barn")
    assert {event["dtu_name"] for event in server.events("poll_finished")[count:]} == {"barn"}
    assert ask(server, "DELETE", "/barn").status_code == 204


def test_a_dtu_that_is_not_there_is_told_and_can_be_put_right(server: Running, dtu: int) -> None:
    ask(server, "POST", "", at(1, id="roof"))
    failed = server.await_answer("/api/v1/dtus/roof", lambda shown: shown["health"]["last_error"])
    assert "cannot connect to 127.0.0.1:1" in failed
    assert ask(server, "PATCH", "/roof", {"host": "169.254.169.254"}).json()["parameter"] == "host"
    ask(server, "PATCH", "/roof", {"host": "0", "port": dtu})
    refused = server.await_answer("/api/v1/dtus/roof", lambda shown: shown["health"]["last_error"])
    assert refused == f"nothing is asked at 0:{dtu}: 0.0.0.0 is no address of a device"
    ask(server, "PATCH", "/roof", at(dtu))
    assert polled(server, "roof")["last_error"] is None
    assert ask(server, "DELETE", "/roof").status_code == 204


def test_a_survey_says_what_the_doctor_would(server: Running, dtu: int) -> None:
    seen = ask(server, "POST", "/survey", at(dtu)).json()
    assert seen["findings"][0]["said"].startswith("DTU 10f871600831 answers (inverters: 3, ports: 6)")
    assert (seen["gateway_serial"], [each["ports"] for each in seen["inverters"]]) == (
        "10f871600831",
        [[1, 2]] * 3,
    )
    ask(server, "POST", "", at(dtu, id="roof"))
    refused = ask(server, "POST", "/survey", {"host": "localhost", "port": dtu})
    assert refused.status_code == 409
    assert "the DTU roof is there, and is read already" in refused.json()["detail"]
    assert ask(server, "DELETE", "/roof").status_code == 204
    none = ask(server, "POST", "/survey", at(1)).json()
    assert [each["level"] for each in none["findings"]] == ["attention"]
    assert none["inverters"] == []


def test_one_of_the_configuration_is_gone_with_its_line_and_one_that_was_entered_stays(
    tmp_path: Path, dtu: int, other: int
) -> None:
    with start(tmp_path, "serve", DTU_HOST="0.0.0.0", DTU_PORT=str(other)) as server:
        polled(server, "DTU")  # by an address that nobody could enter
        pinned = server.get("/api/v1/dtus/DTU")["pinned"]
        assert (pinned["host"], pinned["port"]) == ("DTU_HOST (environment)", "DTU_PORT (environment)")
        assert ask(server, "DELETE", "/DTU").status_code == 409
        twin = at(other, id="roof", host="0.0.0.0")
        assert "is the DTU DTU already" in ask(server, "POST", "", twin).json()["detail"]
        assert ask(server, "POST", "", at(dtu, id="barn")).status_code == 201
        assert server.stop() == 0
    with start(tmp_path, "serve") as again:
        polled(again, "barn")
        assert f"Reading barn at 127.0.0.1:{dtu}" in again.said
        assert [each["id"] for each in again.get("/api/v1/dtus")["items"]] == ["barn"]
        assert again.get("/api/v1/system")["dtus"] == 1
        assert again.stop() == 0
    with start(tmp_path, "doctor") as doctor:
        doctor.ended()
        assert f"barn at 127.0.0.1:{dtu}, unit 1\n  ok    DTU 10f871600831 answers" in doctor.said


def test_no_dtu_joins_the_simulator_but_one_can_be_surveyed_beside_it(tmp_path: Path, dtu: int) -> None:
    with start(tmp_path, "serve", "--simulate", "--speed", "60") as server:
        (shown,) = server.get("/api/v1/dtus")["items"]
        assert (shown["id"], set(shown["pinned"].values())) == ("simulated", {"--simulate"})
        assert ask(server, "POST", "", at(dtu, id="roof")).status_code == 409
        assert ask(server, "POST", "/survey", at(dtu)).json()["gateway_serial"] == "10f871600831"
        own = ask(server, "POST", "/survey", at(shown["port"]))
        assert (own.status_code, own.json()["parameter"]) == (409, "host")
