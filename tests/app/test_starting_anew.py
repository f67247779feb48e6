"""A plant begins anew as another one: real processes that put themselves in their own place."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
from tests.app.running import Running, simulate, start
from tests.app.test_postgres import keys
from tests.servers.ports import ReservedPort
from tests.servers.postgres import PostgresServer

from sunledger.app.starting_anew import Command

NOON = ("--start", "2026-06-21T12:00+02:00")
ANN = {"name": "ann", "password": "nine trams left the depot"}
Json = dict[str, Any]


@pytest.fixture
def port() -> Iterator[str]:
    """Where the server answers, before and after."""
    with ReservedPort() as number:
        yield str(number)


@pytest.fixture
def dtu(tmp_path: Path) -> Iterator[int]:
    """The port of a DTU of two inverters with one port each."""
    running, port = simulate(tmp_path, *NOON, "--inverters", "2", "--ports", "1")
    with running:
        yield int(port)


class Browser:
    """Somebody who looks on while the plant begins anew."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self.client = httpx.Client(base_url=server.url, timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def system(self) -> Json:
        answer = self.client.get("/api/v1/system")
        assert answer.status_code == 200, answer.text
        told: Json = answer.json()
        return told

    def ask(self, what: str, content: object = None) -> httpx.Response:
        return self.client.post(f"/api/v1/system/{what}", json=content)

    def begin(self, what: str, content: object = None) -> Json:
        """Ask for another beginning, and see it."""
        before = self.system()["started_at"]
        answer = self.ask(what, content)
        assert answer.status_code == 202, answer.text
        return self.server._until(lambda: self._begun(before))

    def _begun(self, before: str) -> Json | None:
        try:
            system = self.system()
        except httpx.TransportError:
            return None
        return system if system["started_at"] != before else None

    def readings(self, count: int) -> list[Json]:
        """The latest readings, once there are so many."""

        def there() -> list[Json] | None:
            found: list[Json] = self.client.get("/api/v1/readings/latest").json()["items"]
            return found if len(found) == count else None

        return self.server._until(there)

    def log_in(self) -> None:
        answer = self.client.post("/api/v1/login", json=ANN)
        assert answer.status_code == 200, answer.text
        self.client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]


def rows(path: Path, table: str = "port_reading") -> int:
    """How many rows a table of a database has."""
    with closing(sqlite3.connect(path)) as connection:
        (count,) = connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
        return int(count)


def test_the_first_run_goes_to_the_simulator_and_from_there_to_ones_own_dtu(
    tmp_path: Path, port: str, dtu: int
) -> None:
    with start(tmp_path, "serve", HEALTH_PORT=port) as server, Browser(server) as browser:
        first = browser.system()
        assert (first["first_run"], first["can_simulate"], first["dtus"]) == (True, True, 0)

        simulated = browser.begin("plant", {"plant": "simulated"})
        assert (simulated["simulated"], simulated["can_simulate"]) == (True, False)
        browser.readings(6)
        assert rows(tmp_path / "sun.db") == 0
        assert browser.ask("plant", {"plant": "simulated"}).status_code == 409

        own = {"plant": "own", "dtu": {"name": "roof", "host": "127.0.0.1", "port": dtu}}
        real = browser.begin("plant", own)
        assert (real["simulated"], real["first_run"], real["dtus"]) == (False, False, 1)
        assert len({reading["serial_number"] for reading in browser.readings(2)}) == 2
        assert rows(tmp_path / "sun.db", "inverter") == 2, "none of the simulator's"
        roof = browser.client.get("/api/v1/dtus/roof").json()
        assert (roof["port"], roof["pinned"], roof["health"]["status"]) == (dtu, {}, "online")
        audit = browser.client.get("/api/v1/audit").json()["items"]
        assert ("create", "dtu", "roof") in [
            (each["action"], each["object_kind"], each["object_id"]) for each in audit
        ]
        refused = browser.ask("plant", {"plant": "simulated"})
        assert "this plant reads roof" in refused.json()["detail"]
        assert server.stop() == 0, "the same process"


def test_a_plant_in_postgres_has_its_simulator_in_a_file(
    tmp_path: Path, port: str, dtu: int, plain: PostgresServer
) -> None:
    own = keys(plain, plain.database())
    with start(tmp_path, "serve", HEALTH_PORT=port, **own) as server, Browser(server) as browser:
        browser.client.post("/api/v1/users", json=ANN | {"role": "administrator"})
        browser.log_in()
        browser.begin("plant", {"plant": "simulated"})
        browser.readings(6)
        assert rows(tmp_path / "sun-simulated.db") == 6
        browser.begin("plant", {"plant": "own", "dtu": {"name": "roof", "host": "127.0.0.1", "port": dtu}})
        browser.readings(2)
        assert browser.client.get("/stats").json()["inverters_count"] == 2


def test_a_dtu_that_was_entered_goes_before_the_simulator(tmp_path: Path, port: str, dtu: int) -> None:
    with start(tmp_path, "serve", "--or-simulate", HEALTH_PORT=port) as server, Browser(server) as browser:
        assert browser.system()["simulated"]
        browser.begin("plant", {"plant": "own", "dtu": {"name": "roof", "host": "127.0.0.1", "port": dtu}})
        browser.readings(2)
        assert server.stop() == 0
    with start(tmp_path, "serve", "--or-simulate") as again:
        assert again.url
        assert "Reading roof" in again.said
        assert again.get("/api/v1/system")["dtus"] == 1


def test_a_zone_that_was_said_goes_along_and_is_not_overruled(tmp_path: Path, port: str) -> None:
    def say(browser: Browser, zone: str) -> None:
        answer = browser.client.patch("/api/v1/sites/home", json={"zone": zone})
        assert answer.status_code == 200, answer.text

    with start(tmp_path, "serve", HEALTH_PORT=port, TIMEZONE="") as server, Browser(server) as browser:
        assert browser.system()["zone"] == "UTC"
        say(browser, "Europe/Warsaw")
        assert browser.begin("plant", {"plant": "simulated"})["zone"] == "Europe/Warsaw"
        say(browser, "Asia/Tokyo")
        assert browser.begin("plant", {"plant": "own"})["zone"] == "Europe/Warsaw"
        assert server.stop() == 0


def test_a_zone_that_was_said_of_the_simulated_plant_is_that_of_ones_own(tmp_path: Path, port: str) -> None:
    with start(tmp_path, "serve", "--simulate", HEALTH_PORT=port, TIMEZONE="") as server:
        with Browser(server) as browser:
            place = {"latitude": 52.2, "longitude": 21.0}
            browser.client.patch("/api/v1/sites/home", json={"zone": "Europe/Warsaw", "place": place})
            assert browser.begin("plant", {"plant": "own"})["zone"] == "Europe/Warsaw"
            assert browser.client.get("/api/v1/sites/home").json()["place"] == place
        assert server.stop() == 0


def test_ones_own_plant_may_be_one_that_waits_for_pushes(tmp_path: Path, port: str) -> None:
    with start(tmp_path, "serve", "--or-simulate", HEALTH_PORT=port) as server, Browser(server) as browser:
        own = browser.begin("plant", {"plant": "own"})
        assert (own["simulated"], own["dtus"], own["can_simulate"]) == (False, 0, True)


def test_whoever_is_logged_in_stays_so(tmp_path: Path, port: str) -> None:
    with start(tmp_path, "serve", HEALTH_PORT=port) as server, Browser(server) as browser:
        made = browser.client.post("/api/v1/users", json=ANN | {"role": "administrator"})
        assert made.status_code == 201
        assert browser.client.get("/api/v1/system").status_code == 401
        browser.log_in()
        for plant in ("simulated", "own", "simulated"):
            browser.begin("plant", {"plant": plant})
            assert browser.client.get("/api/v1/me").json()["id"] == "ann"
        browser.log_in()
        browser.begin("plant", {"plant": "own"})
        assert browser.client.get("/api/v1/me").json()["id"] == "ann", "who logged in there, too"


def test_an_administrator_made_at_the_simulator_is_one_of_the_own_plant(tmp_path: Path, port: str) -> None:
    with start(tmp_path, "serve", "--simulate", HEALTH_PORT=port) as server, Browser(server) as browser:
        browser.client.post("/api/v1/users", json=ANN | {"role": "administrator"})
        browser.log_in()
        browser.begin("plant", {"plant": "own"})
        assert browser.client.get("/api/v1/me").json()["id"] == "ann"


def test_who_is_at_the_machine_adds_nothing_to_a_plant_that_somebody_administers(
    tmp_path: Path, port: str
) -> None:
    with start(tmp_path, "serve", HEALTH_PORT=port) as server, Browser(server) as browser:
        browser.client.post("/api/v1/users", json=ANN | {"role": "administrator"})
        server.stop()
    with start(tmp_path, "serve", "--simulate", HEALTH_PORT=port) as server, Browser(server) as browser:
        dtu = {"name": "roof", "host": "127.0.0.1", "port": 9}
        refused = browser.ask("plant", {"plant": "own", "dtu": dtu})
        assert (refused.status_code, rows(tmp_path / "sun.db", "record WHERE kind = 'dtu'")) == (409, 0)
        assert "has an administrator already" in refused.json()["detail"]


def test_a_zone_counts_after_beginning_again(tmp_path: Path, port: str) -> None:
    with start(tmp_path, "serve", HEALTH_PORT=port) as server, Browser(server) as browser:
        browser.client.patch("/api/v1/sites/home", json={"zone": "Asia/Tokyo"})
        assert browser.system()["zone"] == "UTC"
        assert browser.begin("restart")["zone"] == "Asia/Tokyo"


def test_a_dtu_that_cannot_be_kept_ends_nothing(tmp_path: Path, port: str) -> None:
    own = {"DTU_CONFIGS": '[{"name": "barn", "host": "127.0.0.1", "port": 9}]'}
    with (
        start(tmp_path, "serve", "--simulate", HEALTH_PORT=port, **own) as server,
        Browser(server) as browser,
    ):
        before = browser.system()["started_at"]
        for dtu, told in (
            ({"name": "roof", "host": "127.0.0.1", "port": 9}, (400, "host")),
            ({"name": "barn", "host": "127.0.0.1", "port": 10}, (409, "port")),
        ):
            answer = browser.ask("plant", {"plant": "own", "dtu": dtu})
            assert (answer.status_code, answer.json().get("parameter")) == told
        assert browser.system()["started_at"] == before


def test_the_database_of_another_process_is_left_alone(tmp_path: Path, port: str) -> None:
    with (
        start(tmp_path, "serve") as other,
        start(tmp_path, "serve", "--simulate", HEALTH_PORT=port) as server,
        Browser(server) as browser,
    ):
        assert other.url
        refused = browser.ask("plant", {"plant": "own"})
        assert refused.status_code == 503
        assert "another Sunledger serves" in refused.json()["detail"]


def test_without_a_database_it_does_not_begin_anew(tmp_path: Path) -> None:
    with start(tmp_path, "serve", DRY_RUN="true") as server, Browser(server) as browser:
        assert not browser.system()["can_restart"]
        assert browser.ask("restart").status_code == 409


def test_a_command_keeps_everything_but_the_plant() -> None:
    command = Command("/usr/bin/python", ("python", "-X", "dev", "sunledger", "serve", "--or-simulate"))
    simulating = command.simulating()
    assert simulating.arguments == [*command.arguments, "--simulate"]
    assert simulating.simulating() == simulating
    assert simulating.owning(has_dtu=True).arguments == [*command.arguments]
    assert simulating.owning(has_dtu=False).arguments == ["python", "-X", "dev", "sunledger", "serve"]
