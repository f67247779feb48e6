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
    """Processes of one Sunledger."""

    def __init__(self, directory: Path, redis: RedisServer, database: dict[str, str]) -> None:
        self.stack = ExitStack()
        self._directory = directory
        self._common = {"REDIS_URL": redis.url, "QUERY_PERIOD": "5", **database}

    def process(self, roles: str, **own: str) -> Running:
        return self.stack.enter_context(start(self._directory, "serve", ROLES=roles, **self._common, **own))


@pytest.fixture
def site(tmp_path: Path, redis: RedisServer, plain: PostgresServer) -> Iterator[Site]:
    site = Site(tmp_path, redis, keys(plain, plain.database()))
    with site.stack:
        yield site


@pytest.fixture
def dtu(tmp_path: Path) -> Iterator[dict[str, str]]:
    simulated, port = simulate(tmp_path, "--start", "2026-06-21T12:00+02:00")
    with simulated:
        yield {"DTU_HOST": "127.0.0.1", "DTU_PORT": port}


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


def test_what_one_process_takes_in_all_of_them_know(site: Site, dtu: dict[str, str]) -> None:
    reader = site.process("api")  # waits for the one that writes
    writer, other = site.process("intake,collector,jobs,api", **dtu), site.process("api")
    with subscriber(reader) as listening, subscriber(writer) as at_writer:
        assert push(other, 1.5).json() == {"accepted": 1, "stored": 0, "repeated": 0}
        told = hear(listening, "telemetry", device="boiler", value=1.5)
        assert hear(at_writer, "telemetry", value=1.5) == told
        assert push(writer, 2.5).json() == {"accepted": 1, "stored": 1, "repeated": 0}
        following = hear(listening, "telemetry", value=2.5)
        assert hear(listening, "reading")["ports"]
    with subscriber(other, last_event_id=told["id"]) as resumed:
        assert hear(resumed, "telemetry") == following
    await_flow(other, 2.5)
    assert other.await_answer("/health", lambda health: health["dtus"] or None)["DTU"]["status"] == "online"
    assert "One process of several, for api" in reader.said
    simultaneously = [shown(process) for process in (reader, writer, other)]
    assert simultaneously[0] == simultaneously[1] == simultaneously[2]


def test_without_redis_everybody_answers_and_with_it_again_they_hear(site: Site, redis: RedisServer) -> None:
    writer, reader = site.process("intake,collector,jobs"), site.process("api")
    with subscriber(reader) as listening:
        assert push(reader, 1).status_code == 201
        hear(listening, "telemetry", value=1)
        redis.kill()
        reader.await_event("other_processes_are_not_heard")
        assert push(reader, 2).status_code == 201
        hear(listening, "resync")  # the store was asked
        await_flow(reader, 2)
        assert push(reader, 3).status_code == 201
        writer.await_event("not_heard_by_other_processes")
        redis.start()
        reader.await_event("others_are_heard_again")
        assert push(reader, 4).status_code == 201
        hear(listening, "telemetry", value=4)
    assert httpx.get(f"{reader.url}/health").status_code == 200
    for process in (writer, reader):
        assert not process.events("unexpected")


def test_readers_go_on_without_the_writer_and_lose_nothing(
    site: Site, dtu: dict[str, str], plain: PostgresServer
) -> None:
    collector, reader = site.process("collector", **dtu), site.process("api")
    with site.process("intake,jobs") as writer:
        assert push(reader, 1).status_code == 201
        await_flow(reader, 1)
        collector.await_event("polls_handed_over")
        reader.await_answer("/api/inverters", lambda inverters: len(inverters) == 3 or None)
        reader.await_answer("/health", lambda health: health["dtus"].get("DTU"))
        writer.ask(signal.SIGKILL)
        writer.ended()
    handed = len(collector.events("polls_handed_over"))
    collector.await_event("polls_handed_over", handed + 1)
    assert push(reader, 2).status_code == 201
    assert reader.get("/api/inverters")
    with subscriber(reader) as listening, site.process("intake,jobs") as again:
        hear(listening, "resync")
        await_flow(reader, 2)
        hear(listening, "reading")
        url = again.await_said(r"health, metrics +(\S+)/health")[1]
        assert httpx.get(f"{url}/health").json()["dtus"]["DTU"]["status"] == "online"
        assert httpx.get(f"{url}/api/inverters").status_code == 404


def test_who_comes_second_waits_for_its_turn_or_is_told(site: Site, dtu: dict[str, str]) -> None:
    first = site.process("intake,collector,jobs", **dtu)
    first.await_event("lease_taken", 2)
    second = site.process("intake", DATABASE_PATH="other.db")
    assert second.ended() == 1
    assert "another Sunledger writes" in second.complained
    standby = site.process("collector", **dtu)
    standby.await_said("One process of several, for collector, reading DTU")
    assert first.stop() == 0
    standby.await_event("polls_handed_over")
    assert standby.stop() == 0


def test_limits_are_of_all_processes_together(site: Site, redis: RedisServer) -> None:
    own = {
        "HEALTH_HOST": "0.0.0.0", "API_TOKEN": "t0" * 16, "TRUSTED_PROXIES": "127.0.0.1",
        "RATE_LIMIT": "5", "RATE_LIMIT_ANONYMOUS": "3",
    }  # fmt: skip
    processes = site.process("intake,collector,jobs,api", **own), site.process("api", **own)
    stranger = {"X-Forwarded-For": "198.51.100.7"}
    known = {**stranger, "Authorization": f"Bearer {own['API_TOKEN']}"}

    def ask(headers: dict[str, str], times: int) -> list[int]:
        urls = [f"{processes[number % 2].url}/api/v1/sites" for number in range(times)]
        return [httpx.get(url, headers=headers).status_code for url in urls]

    assert ask(known, 7) == [200] * 5 + [429] * 2
    assert ask(stranger, 4) == [401] * 3 + [429]
    redis.kill()
    try:
        assert ask(known, 1) == [200]
        processes[0].await_event("limits_are_counted_alone")
        assert ask(known, 1) == [200]
    finally:
        redis.start()
    assert len(processes[0].events("limits_are_counted_alone")) == 1


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
