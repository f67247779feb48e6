"""`sunledger rollup` and `store` on a PostgreSQL server, as a user runs them, and beside a Sunledger."""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.app.running import SUNLEDGER, Running, environment
from tests.servers.ports import ReservedPort
from tests.servers.postgres import PASSWORD, SUPERUSER, PostgresServer
from tests.store.answers import keep
from tests.store.harm import POSTGRES_HARM
from tests.store.plants import START, WARSAW, day

from sunledger.sitetime import SystemClock
from sunledger.store.postgres import PostgresStore

HARMED = ("quarters that are missing", "a day with too much", "an hour that is missing")


class Desk:
    """A directory, a database in a server, and commands about it."""

    def __init__(self, directory: Path, server: PostgresServer, name: str, port: int = 0) -> None:
        self.directory = directory
        self.server = server
        self.name = name
        self.place = f"PostgreSQL, {SUPERUSER}@127.0.0.1:{server.port}/{name}"
        self.port = port

    @property
    def environ(self) -> dict[str, str]:
        return environment(
            self.directory,
            DB_TYPE="postgres", DB_HOST="127.0.0.1", DB_PORT=str(self.server.port), DB_NAME=self.name,
            DB_USER=SUPERUSER, DB_PASSWORD=PASSWORD, TIMEZONE="Europe/Warsaw", HEALTH_PORT=str(self.port),
        )  # fmt: skip

    def run(self, command: str, **environ: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [SUNLEDGER, *command.split()], cwd=self.directory, env=self.environ | environ, text=True,
            capture_output=True, check=False, timeout=120,
        )  # fmt: skip
        assert PASSWORD not in done.stdout + done.stderr
        return done

    def serve(self, **environ: str) -> Running:
        return Running(self.directory, [SUNLEDGER, "serve"], self.environ | environ)

    def harm(self) -> None:
        with psycopg.connect(
            self.server.conninfo(self.name), options="-c search_path=sunledger"
        ) as connection:
            for each in HARMED:
                assert connection.execute(POSTGRES_HARM[each].encode()).rowcount > 0


@pytest.fixture(scope="module")
def lived_in(postgres: PostgresServer) -> str:
    """A database that was filled once, to be copied."""

    async def fill() -> str:
        name = await postgres.migrated()
        store = PostgresStore(postgres.address(name), WARSAW, SystemClock())
        try:
            await store.open()
            await keep(store, *day(START, 120, step=2))
        finally:
            await store.close()
        return name

    return asyncio.run(fill())


@pytest.fixture
def desk(postgres: PostgresServer, lived_in: str, tmp_path: Path) -> Iterator[Desk]:
    with ReservedPort() as port:
        yield Desk(tmp_path, postgres, postgres.database(lived_in), port)


@pytest.fixture
def server(desk: Desk) -> Iterator[Running]:
    with desk.serve() as server:
        assert server.url.endswith(str(desk.port))
        yield server


def test_differences_are_told_and_put_right_and_the_rest_is_found_sound(desk: Desk) -> None:
    desk.harm()
    found = desk.run("rollup verify", TIMEZONE="Asia/Tokyo")
    assert found.returncode == 1
    assert "energy by the quarter, series 1, 2026-03-28" in found.stdout
    assert "`sunledger rollup rebuild` mends them" in found.stdout
    rebuilt = desk.run("rollup rebuild", TIMEZONE="Asia/Tokyo")
    assert (rebuilt.returncode, rebuilt.stdout[:22]) == (0, "Everything is rebuilt;"), rebuilt.stderr
    checked = desk.run("store check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "Note: autovacuum is off" in checked.stdout
    assert checked.stdout.endswith(
        "Schema, months, indexes and counts are sound.\nRecomputed from 180 readings: nothing differs.\n"
    )
    vacuumed = desk.run("store vacuum")
    assert vacuumed.returncode == 0, vacuumed.stderr
    assert vacuumed.stdout.startswith(f"{desk.place}: ")
    assert "dead rows were cleared" in vacuumed.stdout


def test_a_fault_ends_with_1_and_what_to_do(desk: Desk) -> None:
    desk.server.ask("UPDATE sunledger.tally SET entries = entries + 1 WHERE name = 'port_data'", desk.name)
    done = desk.run("store check")
    assert done.returncode == 1
    assert "port_data: 120 rows, but 121 were counted" in done.stdout
    assert f"{desk.place} is damaged: dump it with pg_dump" in done.stdout


def test_a_running_server_rebuilds_and_is_measured(desk: Desk, server: Running) -> None:
    desk.harm()
    rebuilt = desk.run("rollup rebuild")
    assert (rebuilt.returncode, rebuilt.stdout[:22]) == (0, "Everything is rebuilt;"), rebuilt.stderr
    assert f"The server at 127.0.0.1:{desk.port} rebuilds {desk.place}" in rebuilt.stderr
    assert desk.run("rollup verify").returncode == 0
    found = server.get("/api/v1/storage")
    assert (found["engine"], found["exact"], found["counted"]) == ("postgres", True, True)
    assert found["rebuild"]["state"] == "done"
    assert found["disk"]["free_bytes"] > 0
    assert found["disk_unknown"] is None
    assert found["days_until_full"] == pytest.approx(found["disk"]["free_bytes"] / found["bytes_per_day"])
    told = desk.run("store info").stdout
    lines = [line.split() for line in told.splitlines()]
    assert told.startswith(desk.place)
    assert ["raw", "port_reading", "120"] in [line[:3] for line in lines]
    assert "At this rate the disk is full in" in told


def test_another_server_is_not_taken_for_the_one_that_writes(desk: Desk, server: Running) -> None:
    with ReservedPort() as port, desk.serve(DB_TYPE="sqlite", HEALTH_PORT=str(port)) as other:
        assert other.url.endswith(str(port))
        done = desk.run("rollup rebuild", HEALTH_PORT=str(port))
    assert done.returncode == 1
    assert "is not the one that writes into" in done.stderr
    assert server.process.poll() is None


@pytest.mark.parametrize("command", ["rollup rebuild", "store vacuum"])
def test_a_database_that_is_not_there_is_named(
    tmp_path: Path, postgres: PostgresServer, command: str
) -> None:
    done = Desk(tmp_path, postgres, "nowhere").run(command)
    assert done.returncode == 1
    assert f"sunledger {command}: " in done.stderr
    assert "there is no such database" in done.stderr
