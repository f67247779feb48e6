"""The switches that really switch off, as the system sees the process: its sockets and its files."""

import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.app.running import Running, simulate, start

NOON = ("--start", "2026-06-21T12:00+02:00")
LISTENING = "0A"

needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")


@pytest.fixture(scope="module")
def dtu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    running, port = simulate(tmp_path_factory.mktemp("dtu"), *NOON)
    with running:
        yield port


def serve(directory: Path, dtu: str, *arguments: str, **own: str) -> Running:
    """A server that reads the DTU, once it has done so."""
    return start(directory, "serve", *arguments, DTU_HOST="127.0.0.1", DTU_PORT=dtu, **own)


def open_targets(process: int) -> list[str]:
    """What the process's file descriptors are open on."""
    found = []
    for descriptor in Path(f"/proc/{process}/fd").iterdir():
        try:
            found.append(str(descriptor.readlink()))
        except FileNotFoundError:  # closed meanwhile
            continue
    return found


def listening_sockets(process: int) -> list[str]:
    """The sockets of the process that wait for connections."""
    own = {target for target in open_targets(process) if target.startswith("socket:")}
    rows = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/{process}/net/{name}").read_text().splitlines()[1:]
    ]
    return [row[1] for row in rows if row[3] == LISTENING and f"socket:[{row[9]}]" in own]


def files(directory: Path) -> set[str]:
    """What lies in the directory besides what the test's own process wrote down."""
    return {path.name for path in directory.rglob("*")} - {"0.out", "0.err"}


@needs_proc
def test_health_enabled_false_opens_no_port(tmp_path: Path, dtu: str) -> None:
    with serve(tmp_path, dtu) as server:
        server.await_event("poll_finished")
        assert len(listening_sockets(server.process.pid)) == 1
        assert server.stop() == 0
    with serve(tmp_path, dtu, HEALTH_ENABLED="false") as server:
        server.await_event("poll_finished")
        assert listening_sockets(server.process.pid) == []
        assert server.stop() == 0


def test_metrics_enabled_false_gives_none(tmp_path: Path, dtu: str) -> None:
    with serve(tmp_path, dtu, METRICS_ENABLED="false") as server:
        server.await_event("poll_finished")
        assert httpx.get(f"{server.url}/metrics").status_code == 404
        assert "/metrics" not in server.said
        assert httpx.get(f"{server.url}/health").status_code == 200
        assert len(server.get("/api/ports")) == 6


@pytest.mark.parametrize("switch", [{"PERSISTENCE_ENABLED": "false"}, {"DRY_RUN": "true"}])
def test_nothing_is_written_when_nothing_is_to_be_kept(
    tmp_path: Path, dtu: str, switch: dict[str, str]
) -> None:
    with serve(tmp_path, dtu, **switch) as server:
        server.await_event("inverter_data_saved")
        assert len(server.get("/api/ports")) == 6
        if sys.platform == "linux":
            own = [target for target in open_targets(server.process.pid) if target.startswith(str(tmp_path))]
            assert {Path(target).name for target in own} <= {"0.out", "0.err"}
        assert server.stop() == 0
    assert files(tmp_path) == set()


def test_otherwise_the_database_is_written(tmp_path: Path, dtu: str) -> None:
    with serve(tmp_path, dtu) as server:
        server.await_event("inverter_data_saved")
        assert {"sun.db", "sun.db.lock"} <= files(tmp_path)
