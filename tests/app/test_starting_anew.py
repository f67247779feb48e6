"""A plant begins anew as another one: real processes that put themselves in their own place."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
from tests.app.desk import Desk
from tests.app.running import Running, simulate, start
from tests.app.test_postgres import keys
from tests.servers.ports import ReservedPort
from tests.servers.postgres import PostgresServer

from sunledger.api.beginnings import Impossible
from sunledger.app.databases import make_store
from sunledger.app.starting_anew import Command, StartingAnew
from sunledger.app.stopping import Stopping
from sunledger.sites import Registry
from sunledger.sitetime import SystemClock
from sunledger.store.memory_documents import MemoryDocuments

NOON = ("--start", "2026-06-21T12:00+02:00")
ANN = {"name": "ann", "password": "nine trams left the depot"}
Json = dict[str, Any]


@pytest.fixture
def port() -> Iterator[str]:
    """Where the server answers, before and after."""
    with ReservedPort() as number:
        yield str(number)


@pytest.fixture(scope="module")
def dtu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a DTU of two inverters with one port each."""
    directory = tmp_path_factory.mktemp("dtu")
    running, port = simulate(directory, *NOON, "--inverters", "2", "--ports", "1")
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

    def say(self, **home: object) -> None:
        """Say where the plant is."""
        answer = self.client.patch("/api/v1/sites/home", json=home)
        assert answer.status_code == 200, answer.text

    def sign_up(self) -> None:
        made = self.client.post("/api/v1/users", json=ANN | {"role": "administrator"})
        assert made.status_code == 201, made.text
        assert self.client.get("/api/v1/system").status_code == 401
        self.log_in()

    def log_in(self) -> None:
        answer = self.client.post("/api/v1/login", json=ANN)
        assert answer.status_code == 200, answer.text
        self.client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]

    @property
    def name(self) -> str:
        """Who is logged in."""
        return str(self.client.get("/api/v1/me").json()["id"])


def rows(path: Path, table: str = "port_reading") -> int:
    """How many rows a table of a database has."""
    with closing(sqlite3.connect(path)) as connection:
        (count,) = connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
        return int(count)


def own(dtu: int | None = None, name: str = "roof") -> Json:
    """The choice of one's own plant, perhaps with a DTU."""
    return {"plant": "own"} | (
        {"dtu": {"name": name, "host": "127.0.0.1", "port": dtu}} if dtu is not None else {}
    )


def test_the_first_run_goes_to_the_simulator_and_from_there_to_ones_own_dtu(
    tmp_path: Path, port: str, dtu: int
) -> None:
    with (
        start(tmp_path, "serve", HEALTH_PORT=port, TIMEZONE="") as server,
        Browser(server) as browser,
    ):
        first = browser.system()
        assert (first["first_run"], first["can_simulate"], first["dtus"]) == (True, True, 0)
        assert first["zone"] == "UTC"
        browser.say(zone="Europe/Warsaw")

        simulated = browser.begin("plant", {"plant": "simulated"})
        assert (simulated["simulated"], simulated["can_simulate"]) == (True, False)
        assert simulated["zone"] == "Europe/Warsaw", "what was said goes along"
        browser.readings(6)
        assert rows(tmp_path / "sun.db") == 0
        assert browser.ask("plant", {"plant": "simulated"}).status_code == 409
        browser.say(zone="Asia/Tokyo")

        real = browser.begin("plant", own(dtu))
        assert (real["simulated"], real["first_run"], real["dtus"]) == (False, False, 1)
        assert real["zone"] == "Europe/Warsaw", "and is not overruled"
        assert len({reading["serial_number"] for reading in browser.readings(2)}) == 2
        assert rows(tmp_path / "sun.db", "inverter") == 2, "none of the simulator's"
        has_its_dtu(browser, dtu)

        browser.say(zone="Asia/Tokyo")
        assert browser.system()["zone"] == "Europe/Warsaw"
        assert browser.begin("restart")["zone"] == "Asia/Tokyo"
        assert server.stop() == 0, "the same process"


def has_its_dtu(browser: Browser, port: int) -> None:
    """The plant reads the DTU that it was given, the audit tells so, and the simulator is offered no more."""
    roof = browser.client.get("/api/v1/dtus/roof").json()
    assert (roof["port"], roof["pinned"], roof["health"]["status"]) == (port, {}, "online")
    audit = browser.client.get("/api/v1/audit").json()["items"]
    assert ("create", "dtu", "roof") in [
        (each["action"], each["object_kind"], each["object_id"]) for each in audit
    ]
    refused = browser.ask("plant", {"plant": "simulated"})
    assert "this plant reads roof" in refused.json()["detail"]


def test_a_plant_in_postgres_has_its_simulator_in_a_file(
    tmp_path: Path, port: str, dtu: int, plain: PostgresServer
) -> None:
    there = keys(plain, plain.database())
    with start(tmp_path, "serve", HEALTH_PORT=port, **there) as server, Browser(server) as browser:
        browser.sign_up()
        browser.begin("plant", {"plant": "simulated"})
        browser.readings(6)
        assert rows(tmp_path / "sun-simulated.db") == 6
        browser.begin("plant", own(dtu))
        browser.readings(2)
        assert browser.client.get("/stats").json()["inverters_count"] == 2


def test_a_dtu_that_was_entered_goes_before_the_simulator(tmp_path: Path, port: str, dtu: int) -> None:
    place = {"latitude": 52.2, "longitude": 21.0}
    with (
        start(tmp_path, "serve", "--or-simulate", HEALTH_PORT=port, TIMEZONE="") as server,
        Browser(server) as browser,
    ):
        assert browser.system()["simulated"]
        browser.say(zone="Europe/Warsaw", place=place)
        assert browser.begin("plant", own(dtu))["zone"] == "Europe/Warsaw"
        assert browser.client.get("/api/v1/sites/home").json()["place"] == place
        browser.readings(2)
        assert server.stop() == 0
    with start(tmp_path, "serve", "--or-simulate") as again:
        assert again.url
        assert "Reading roof" in again.said
        assert again.get("/api/v1/system")["dtus"] == 1


def test_whoever_is_logged_in_stays_so(tmp_path: Path, port: str) -> None:
    with start(tmp_path, "serve", "--or-simulate", HEALTH_PORT=port) as server, Browser(server) as browser:
        browser.sign_up()
        waiting = browser.begin("plant", own())
        assert (waiting["simulated"], waiting["dtus"], waiting["can_simulate"]) == (False, 0, True)
        assert browser.name == "ann", "an administrator made at the simulator"
        browser.begin("plant", {"plant": "simulated"})
        assert browser.name == "ann"
        browser.log_in()
        browser.begin("plant", own())
        assert browser.name == "ann", "who logged in there, too"


def test_what_cannot_be_begun_is_told_and_ends_nothing(tmp_path: Path, port: str) -> None:
    barn = {"DTU_CONFIGS": '[{"name": "barn", "host": "127.0.0.1", "port": 9}]'}
    with (
        start(tmp_path, "serve", "--simulate", HEALTH_PORT=port, **barn) as server,
        Browser(server) as browser,
    ):
        before = browser.system()["started_at"]
        for choice, told in ((own(9), (400, "host")), (own(10, "barn"), (409, "port"))):
            answer = browser.ask("plant", choice)
            assert (answer.status_code, answer.json().get("parameter")) == told
        with start(tmp_path, "serve") as other:
            made = httpx.post(f"{other.url}/api/v1/users", json=ANN | {"role": "administrator"})
            assert made.status_code == 201
            refused = browser.ask("plant", own())
            assert refused.status_code == 503
            assert "another Sunledger serves" in refused.json()["detail"]
            other.stop()
        refused = browser.ask("plant", own(11))
        assert refused.status_code == 409
        assert "has an administrator already" in refused.json()["detail"]
        assert rows(tmp_path / "sun.db", "record WHERE kind = 'dtu'") == 0
        assert browser.system()["started_at"] == before


def test_without_a_database_it_does_not_begin_anew(tmp_path: Path) -> None:
    with start(tmp_path, "serve", DRY_RUN="true") as server, Browser(server) as browser:
        assert not browser.system()["can_restart"]
        assert browser.ask("restart").status_code == 409


async def test_of_two_that_are_asked_for_at_once_the_first_is_begun(desk: Desk) -> None:
    loaded = desk.load({"DATABASE_PATH": str(desk.directory / "sun.db")})
    anew = StartingAnew(loaded, Command("python", ("python", "serve")), simulation=None)
    store = make_store(loaded.configuration, SystemClock())
    registry = Registry(MemoryDocuments(), SystemClock())
    await store.open()
    await registry.open()
    anew.join(Stopping(), registry, store)
    simulating = asyncio.create_task(anew.simulated())
    await asyncio.sleep(0)
    await anew.same()
    with pytest.raises(Impossible, match="begins anew already"):
        await simulating
    await store.close()


def test_a_command_keeps_everything_but_the_plant() -> None:
    command = Command("/usr/bin/python", ("python", "-X", "dev", "sunledger", "serve", "--or-simulate"))
    simulating = command.simulating()
    assert simulating.arguments == [*command.arguments, "--simulate"]
    assert simulating.simulating() == simulating
    assert simulating.owning(has_dtu=True).arguments == [*command.arguments]
    assert simulating.owning(has_dtu=False).arguments == ["python", "-X", "dev", "sunledger", "serve"]
