"""Several `sunledger serve` on one PostgreSQL and one Redis: one writes, all know the same."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from tests.app.desk import Desk
from tests.app.running import PATIENCE, Running, simulate, start
from tests.app.test_postgres import keys
from tests.servers.postgres import PostgresServer
from tests.servers.redis import RedisServer, running
from websockets.sync.client import ClientConnection, connect

Json = dict[str, Any]


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with running() as server:
        yield server


class Site:
    """The processes of one Sunledger; each test leaves them as whole as it found them."""

    def __init__(self, directory: Path, redis: RedisServer, own: dict[str, str]) -> None:
        self.stack = ExitStack()
        self._directory = directory
        self._common = {"REDIS_URL": redis.url, "QUERY_PERIOD": "5", **own}
        self.reader = self.process("api")  # waits until the one that writes has made the schema
        self.writer = self.process("intake,jobs,api")
        self.other = self.process("api")
        self.collector = self.process("collector")

    def process(self, roles: str, **own: str) -> Running:
        started = start(self._directory, "serve", ROLES=roles, **self._common, **own)
        return self.stack.enter_context(started)


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, redis: RedisServer, plain: PostgresServer
) -> Iterator[Site]:
    directory = tmp_path_factory.mktemp("site")
    simulated, port = simulate(directory, "--start", "2026-06-21T12:00+02:00")
    with simulated:
        own = {"DTU_HOST": "127.0.0.1", "DTU_PORT": port, **keys(plain, plain.database())}
        site = Site(directory, redis, own)
        with site.stack:
            yield site


def push(process: Running, value: float) -> httpx.Response:
    said = {"data_type": "flow", "value": value}
    return httpx.post(f"{process.url}/api/v1/devices/boiler/telemetry", json=said, timeout=PATIENCE)


@contextmanager
def subscriber(process: Running, **parameters: str) -> Iterator[ClientConnection]:
    asked = httpx.QueryParams({"devices": "all", **parameters})
    with connect(f"{process.url.replace('http', 'ws')}/api/v1/stream?{asked}") as socket:
        assert orjson.loads(socket.recv(PATIENCE))["type"] == "subscribed"
        yield socket


def hear(socket: ClientConnection, kind: str, **members: object) -> Json:
    """The first event that is so."""
    while True:
        for event in orjson.loads(socket.recv(PATIENCE))["events"]:
            if event["type"] == kind and members.items() <= event.items():
                found: Json = event
                return found


def shown(process: Running) -> list[Json]:
    """The latest readings of everything, as this process has them."""
    kinds = ("inverter", "port", "telemetry")
    return [each for kind in kinds for each in process.get("/api/v1/readings/latest", kind=kind)["items"]]


def await_flow(process: Running, value: float) -> None:
    """Wait until the process shows this value of the boiler."""
    process._until(lambda: [each for each in shown(process) if each.get("value") == value] or None)


def shown_alike(*processes: Running) -> bool | None:
    """Wait until all show the same of three inverters, six ports and the boiler."""

    def alike() -> bool | None:
        first, *others = map(shown, processes)
        return (len(first) == 10 and all(each == first for each in others)) or None

    return processes[0]._until(alike)


def test_what_one_process_takes_in_all_of_them_know(site: Site) -> None:
    with subscriber(site.reader) as listening, subscriber(site.writer) as at_writer:
        assert push(site.other, 1).json() == {"accepted": 1, "stored": 0, "repeated": 0}
        told = hear(listening, "telemetry", device="boiler", value=1)
        assert hear(at_writer, "telemetry", value=1) == told
        assert push(site.writer, 2).json() == {"accepted": 1, "stored": 1, "repeated": 0}
        following = hear(listening, "telemetry", value=2)
        assert len(hear(listening, "reading")["ports"]) == 2
    with subscriber(site.other, last_event_id=told["id"]) as resumed:
        assert hear(resumed, "telemetry") == following
    for process in (site.reader, site.other, site.writer):
        assert process.get("/health")["dtus"]["DTU"]["status"] == "online"
    assert shown_alike(site.reader, site.other, site.writer)


def test_what_is_changed_in_one_process_all_of_them_learn(site: Site) -> None:
    path = f"/api/v1/devices/{shown(site.reader)[0]['serial_number']}"
    changed = httpx.patch(f"{site.reader.url}{path}", json={"name": "Roof"})
    assert changed.status_code == 200, changed.text
    for process in (site.other, site.writer):
        process.await_answer(path, lambda device: device["name"] == "Roof" or None)


def test_a_dtu_that_is_entered_in_one_process_is_polled_by_the_one_that_polls(
    site: Site, tmp_path: Path
) -> None:
    simulated, port = simulate(tmp_path, "--start", "2026-06-21T12:00+02:00", "--inverters", "1")
    path = f"{site.reader.url}/api/v1/dtus"
    with simulated:
        made = httpx.post(path, json={"id": "barn", "host": "127.0.0.1", "port": int(port)})
        assert made.status_code == 201, made.text
        for process in (site.reader, site.other, site.writer):
            process.await_answer(
                "/health", lambda said: said["dtus"].get("barn", {}).get("query_count") or None
            )
        assert {each["dtu_name"] for each in site.collector.events("poll_finished")} == {"DTU", "barn"}
        assert httpx.delete(f"{path}/barn").status_code == 204
        for process in (site.reader, site.other, site.writer):
            process.await_answer("/health", lambda said: "barn" not in said["dtus"] or None)
    assert site.reader.get("/api/v1/system")["can_restart"] is False


def test_a_process_without_the_api_answers_for_its_health_alone(site: Site) -> None:
    url = site.collector.await_said(r"health, metrics +(\S+)/health")[1]
    assert httpx.get(f"{url}/ready").text == "OK"
    site.collector.await_event("poll_finished")
    assert 'hoymiles_queries_total{dtu_name="DTU"' in httpx.get(f"{url}/metrics").text
    assert httpx.get(f"{url}/api/inverters").status_code == 404
    assert "One process of several, for collector, reading DTU at" in site.collector.said


def test_who_comes_second_waits_for_its_turn_or_is_told(site: Site) -> None:
    standby = site.process("collector", DATABASE_PATH="standby.db")
    second = site.process("intake", DATABASE_PATH="second.db")
    assert second.ended() == 1
    assert "another Sunledger writes" in second.complained
    site.collector.await_event("polls_handed_over")
    standby.await_said("One process of several")
    assert not standby.events("lease_taken")
    assert site.collector.stop() == 0
    standby.await_event("polls_handed_over")
    site.collector = standby


def test_without_redis_everybody_answers_and_with_it_again_they_hear(site: Site, redis: RedisServer) -> None:
    with subscriber(site.reader) as listening:
        redis.kill()
        site.reader.await_event("other_processes_are_not_heard")
        assert "the other processes are not heard" in site.reader.get("/health")["error"]
        assert push(site.reader, 3).status_code == 201
        hear(listening, "resync")  # the store was asked
        await_flow(site.reader, 3)
        site.writer.await_event("not_heard_by_other_processes")
        redis.start()
        site.reader.await_event("others_are_heard_again")
        assert push(site.reader, 4).status_code == 201
        hear(listening, "telemetry", value=4)
    assert site.reader.get("/health")["status"] == "healthy"


def test_readers_go_on_without_the_writer_and_nothing_is_lost(site: Site) -> None:
    site.reader.await_answer("/api/inverters", lambda inverters: len(inverters) == 3 or None)
    handed = len(site.collector.events("polls_handed_over"))
    site.writer.ask(signal.SIGKILL)
    site.writer.ended()
    site.collector.await_event("polls_handed_over", handed + 1)
    assert push(site.reader, 5).status_code == 201
    assert len(site.reader.get("/api/inverters")) == 3
    with subscriber(site.reader) as listening:
        site.writer = site.process("intake,jobs,api")
        hear(listening, "resync")
        hear(listening, "reading")
        await_flow(site.reader, 5)
    site.writer.await_event("polls_saved")


@pytest.mark.parametrize(
    ("own", "fix"),
    [
        ({"ROLES": "api"}, "set DB_TYPE=postgres, or no ROLES"),
        ({"ROLES": "api", "DB_TYPE": "postgres"}, "set REDIS_URL"),
        ({"ROLES": "api", "DB_TYPE": "postgres", "DRY_RUN": "true"}, "set DB_TYPE=postgres"),
        ({"ROLES": "app"}, "did you mean api?"),
        ({"ROLES": "[]"}, "give some of api, intake, collector, jobs"),
        ({"REDIS_URL": "localhost:6379"}, "redis://localhost:6379/0"),
    ],
)
def test_keys_that_make_no_sense_are_told_with_the_way_out(desk: Desk, own: dict[str, str], fix: str) -> None:
    assert fix in desk.problem(own)


def test_with_sqlite_there_is_one_process(tmp_path: Path) -> None:
    with start(tmp_path, "serve", "--roles", "api,intake") as server:
        assert server.ended() == 2
        assert "--roles" in server.complained or "ROLES" in server.complained
