"""`sunledger rollup` and `sunledger store`, run as a user runs them: on a file, and beside a server."""

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from tests.app.running import SUNLEDGER, Running
from tests.servers.ports import ReservedPort
from tests.store.answers import keep
from tests.store.files import served
from tests.store.harm import HARM, harmed, verify
from tests.store.plants import START, WARSAW, day

from sunledger.store.sqlite_file import ServerLock

HARMED = ("quarters that are missing", "a day with too much", "an hour that is missing")


class Desk:
    """A directory with a database, and commands about it."""

    def __init__(self, directory: Path, port: int = 0) -> None:
        self.directory = directory
        self.path = directory / "s.db"
        self.port = port

    @property
    def environ(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"], "HOME": str(self.directory), "DATABASE_PATH": str(self.path),
            "TIMEZONE": "Europe/Warsaw", "HEALTH_PORT": str(self.port), "LOG_FORMAT": "json",
        }  # fmt: skip

    def run(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SUNLEDGER, *arguments], cwd=self.directory, env=self.environ | environ, text=True,
            capture_output=True, check=False, timeout=120,
        )  # fmt: skip

    def harm(self) -> None:
        for each in HARMED:
            harmed(self.path, HARM[each])


@contextmanager
def sqlite_served(path: Path) -> Iterator[None]:
    """The file as one that another server has."""
    lock = ServerLock(path)
    lock.acquire()
    try:
        yield
    finally:
        lock.release()


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that was filled once, to be copied."""
    path = tmp_path_factory.mktemp("lived_in") / "s.db"

    async def fill() -> None:
        async with served(path) as store:
            await keep(store, *day(START, 600, step=2))

    asyncio.run(fill())
    return path


@pytest.fixture
def desk(lived_in: Path, tmp_path: Path) -> Iterator[Desk]:
    with ReservedPort() as port:
        desk = Desk(tmp_path, port)
        shutil.copy(lived_in, desk.path)
        yield desk


@pytest.fixture
def server(desk: Desk) -> Iterator[Running]:
    with Running(desk.directory, [SUNLEDGER, "serve"], desk.environ) as server:
        assert server.url.endswith(str(desk.port))
        yield server


def test_what_a_store_keeps_by_itself_is_verified(desk: Desk) -> None:
    done = desk.run("rollup", "verify", TIMEZONE="Asia/Tokyo")
    assert (done.returncode, done.stdout) == (0, "Recomputed from 900 readings: nothing differs.\n")
    assert "100 %  until 2026-03-" in done.stderr


def test_each_difference_is_told_and_then_put_right(desk: Desk) -> None:
    desk.harm()
    found = desk.run("rollup", "verify")
    assert found.returncode == 1
    assert "energy by the quarter, series 1, 2026-03-28" in found.stdout
    assert "`sunledger rollup rebuild` mends them" in found.stdout
    rebuilt = desk.run("rollup", "rebuild", TIMEZONE="Asia/Tokyo")
    assert (rebuilt.returncode, rebuilt.stdout[:22]) == (0, "Everything is rebuilt;")
    assert desk.run("rollup", "verify").returncode == 0


def test_a_running_server_is_told_who_asks(desk: Desk) -> None:
    class Guarded(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.headers["Authorization"] == "Bearer the-token-of-this-house-and-no-other"
            self.send_response(200 if known else 401)
            self.end_headers()
            self.wfile.write(json.dumps({"engine": "nobody's"}).encode() if known else b"{}")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Guarded) as server, sqlite_served(desk.path):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = str(server.server_port)
        stranger = desk.run("rollup", "rebuild", HEALTH_PORT=port, API_TOKEN="the-token-of-another-house")
        nobody = desk.run("rollup", "rebuild", HEALTH_PORT=port)
        ours = desk.run(
            "rollup", "rebuild", HEALTH_PORT=port, API_TOKEN="the-token-of-this-house-and-no-other"
        )
        server.shutdown()
    assert (stranger.returncode, ours.returncode) == (1, 1)
    assert "has another API_TOKEN; set the same one" in stranger.stderr
    assert "is not the one that writes into" in nobody.stderr
    assert "keeps its readings in nobody's" in " ".join(ours.stderr.split())


def test_a_running_server_rebuilds_when_it_is_asked(desk: Desk) -> None:
    desk.harm()
    with Running(desk.directory, [SUNLEDGER, "serve"], desk.environ) as server:
        assert server.url
        rebuilt = desk.run("rollup", "rebuild")
        assert (rebuilt.returncode, rebuilt.stdout[:22]) == (0, "Everything is rebuilt;")
        assert f"The server at 127.0.0.1:{desk.port} rebuilds" in rebuilt.stderr
        assert desk.run("rollup", "verify").returncode == 0
        assert server.get("/api/v1/storage")["rebuild"]["state"] == "done"


def test_a_server_that_cannot_be_asked_is_told_of(desk: Desk, server: Running) -> None:
    for environ, said in (
        ({"HEALTH_ENABLED": "false"}, "HEALTH_ENABLED=false"),
        ({"HEALTH_PORT": "1"}, "give its HEALTH_HOST and HEALTH_PORT"),
    ):
        done = desk.run("rollup", "rebuild", **environ)
        assert done.returncode == 1
        assert said in done.stderr
    assert server.process.poll() is None


def test_info_beside_a_server_has_sizes_and_growth(desk: Desk, server: Running) -> None:
    done = desk.run("store", "info")
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0] == [str(desk.path)]
    assert ["raw", "port_reading", "600"] in [line[:3] for line in lines]
    assert ["raw", "together", "900"] in [line[:3] for line in lines]
    assert "900 readings a day" in done.stdout
    assert "At this rate the disk is full in" in done.stdout
    assert server.process.poll() is None


def test_check_beside_a_server_finds_all_sound(desk: Desk, server: Running) -> None:
    done = desk.run("store", "check")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "Pages, indexes and counts are sound.\nRecomputed from 900 readings: nothing differs.\n"
    )
    assert server.process.poll() is None


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("UPDATE tally SET entries = entries + 1 WHERE name = 'port_data'", "600 rows, but 601 were counted"),
        ("UPDATE energy_day SET energy = energy + 1", "energy by the day"),
    ],
)
def test_check_tells_what_is_wrong(desk: Desk, harm: str, said: str) -> None:
    harmed(desk.path, harm)
    done = desk.run("store", "check")
    assert done.returncode == 1
    assert said in done.stdout


def test_check_of_damaged_pages_says_what_to_do(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.path)) as connection:
        (page,) = connection.execute(
            "SELECT MAX(pageno) FROM dbstat WHERE name = 'port_reading' AND pagetype = 'leaf'"
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with desk.path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    done = desk.run("store", "check")
    assert done.returncode == 1
    assert "damaged" in done.stdout + done.stderr


def test_vacuum_gives_free_pages_back(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.path)) as connection, connection:
        connection.execute("CREATE TABLE ballast AS SELECT zeroblob(100000) AS x FROM port_reading LIMIT 20")
    with closing(sqlite3.connect(desk.path)) as connection, connection:
        connection.execute("DROP TABLE ballast")
    before = desk.path.stat().st_size
    done = desk.run("store", "vacuum")
    assert done.returncode == 0, done.stderr
    assert desk.path.stat().st_size < before - 1_000_000
    assert verify(desk.path, WARSAW).found == 0


def test_vacuum_while_a_server_runs_is_refused_with_the_reason(desk: Desk, server: Running) -> None:
    done = desk.run("store", "vacuum")
    assert done.returncode == 1
    assert "a server is running" in done.stderr
    assert server.process.poll() is None


@pytest.mark.parametrize(
    "command", ["rollup verify", "rollup rebuild", "store info", "store check", "store vacuum"]
)
def test_without_a_file_every_command_says_so(tmp_path: Path, command: str) -> None:
    done = Desk(tmp_path).run(*command.split())
    assert done.returncode == 1
    assert f"sunledger {command}: there is no database at" in done.stderr
    assert not (tmp_path / "s.db").exists()
