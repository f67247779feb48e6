"""`sunledger serve` as its owner meets it: what it says, how it stops, what it refuses, what it keeps."""

import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from tests.app.running import Running, simulate, start

from sunledger.api.dashboard_files import BUILT

NOON = ("--start", "2026-06-21T12:00+02:00")


@pytest.fixture
def dtu(tmp_path: Path) -> Iterator[str]:
    """The port of a DTU of three inverters with two ports each."""
    running, port = simulate(tmp_path, *NOON)
    with running:
        yield port


def serve(directory: Path, port: str, *arguments: str, **own: str) -> Running:
    return start(directory, "serve", *arguments, DTU_HOST="127.0.0.1", DTU_PORT=port, **own)


def test_the_first_screen_says_what_is_read_where_it_is_kept_and_where_to_look(
    tmp_path: Path, dtu: str
) -> None:
    with serve(tmp_path, dtu) as server:
        url = server.url
        assert f"readings kept in  {tmp_path / 'sun.db'}" in server.said
        assert (
            f"Sunledger is running. Reading DTU at 127.0.0.1:{dtu}.\n  look              {url}/\n"
            in server.said
        )
        server.await_event("poll_finished")
        for path in ("/api/inverters", "/api/v1/energy?by=plant", "/docs", "/health", "/metrics"):
            assert f"{url}{path}" in server.said
            assert httpx.get(url + path).status_code == 200
        assert httpx.get(url + "/ready").text == "OK"
        assert httpx.get(url).status_code == (200 if (BUILT / "index.html").is_file() else 503)
        assert [len(inverter["ports"]) for inverter in server.get("/api/inverters")] == [2, 2, 2]


def test_without_a_dtu_it_says_so_and_serves(tmp_path: Path) -> None:
    with start(tmp_path, "serve") as server:
        assert server.get("/api/inverters") == []
        assert "No DTU is configured (DTU_HOST)" in server.said
        assert server.stop() == 0


def test_what_is_not_to_be_kept_is_not(tmp_path: Path, dtu: str) -> None:
    with serve(tmp_path, dtu, PERSISTENCE_ENABLED="false") as server:
        server.await_event("poll_finished")
        assert "memory only, not kept" in server.said
        assert len(server.get("/api/ports")) == 6
    assert not list(tmp_path.glob("sun*"))


def test_it_tells_how_it_does_itself_from_the_start_on(tmp_path: Path, dtu: str) -> None:
    path = "/api/v1/system/metrics"
    with serve(tmp_path, dtu) as server:
        samples = server.await_answer(path, lambda page: page["items"] or None)
        assert {"memory_bytes", "polls", "rows"} <= {each["metric_name"] for each in samples}
        assert server.get("/stats")["metrics_entries"] >= len(samples)
        assert server.stop() == 0
    with serve(tmp_path, dtu) as again:
        assert again.get(path)["items"][0]["timestamp"] == samples[0]["timestamp"], "it is kept"


def test_without_an_http_server_it_polls_and_keeps(tmp_path: Path, dtu: str) -> None:
    with serve(tmp_path, dtu, HEALTH_ENABLED="false") as server:
        server.await_event("poll_finished")
        assert "http://" not in server.said
        assert server.stop() == 0
    with start(tmp_path, "serve") as server:
        assert len(server.get("/api/ports")) == 6


def test_health_port_0_takes_any_free_port(tmp_path: Path) -> None:
    with (
        start(tmp_path, "serve", DATABASE_PATH="one.db") as one,
        start(tmp_path, "serve", DATABASE_PATH="two.db") as two,
    ):
        assert one.url != two.url
        assert [httpx.get(server.url + "/ready").text for server in (one, two)] == ["OK", "OK"]


def test_a_poll_that_runs_is_finished_and_kept(tmp_path: Path) -> None:
    dtu, port = simulate(tmp_path, *NOON, "--latency", "0.2")
    with dtu, serve(tmp_path, port) as server:
        server.await_event("dtu_surveyed")
        assert server.stop() == 0
        assert server.events("stopping")
        assert [poll["ports"] for poll in server.events("poll_finished")] == [6]
        assert server.events("stopped")
    with start(tmp_path, "serve") as server:
        assert len(server.get("/api/ports")) == 6


def test_neither_a_silent_dtu_nor_a_deaf_client_holds_it_up(tmp_path: Path) -> None:
    dtu, port = simulate(tmp_path, "--fault", "silent@00:00+24h")
    with dtu, serve(tmp_path, port) as server, deaf_subscriber(server):
        await_listening(server)
        assert server.stop() == 0
        assert server.events("stopped")
        assert "Traceback" not in server.complained


@contextmanager
def deaf_subscriber(server: Running) -> Iterator[None]:
    """A WebSocket client that reads nothing, not even that the server wants to close."""
    url = urlsplit(server.url)
    with socket.create_connection((url.hostname, url.port)) as connection:
        connection.sendall(
            b"GET /api/v1/stream?devices=all HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
            b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        assert connection.recv(1000).startswith(b"HTTP/1.1 101")
        yield


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    dtu, port = simulate(tmp_path, "--fault", "silent@00:00+24h")
    with dtu, serve(tmp_path, port) as server:
        await_listening(server)
        server.ask(signal.SIGTERM)
        server.await_event("stopping")
        asked = time.monotonic()
        server.ask(signal.SIGINT)
        assert server.ended() == 130
        assert time.monotonic() - asked < 7  # a silent DTU would hold it up for eight
        assert not server.events("stopped")


def await_listening(server: Running) -> None:
    """Until the server answers and its first poll waits for the DTU."""
    assert httpx.get(server.url + "/ready").text == "OK"
    time.sleep(0.3)


def test_a_second_server_on_the_same_database_is_refused(tmp_path: Path) -> None:
    with start(tmp_path, "serve") as first:
        assert first.url
        with start(tmp_path, "serve") as second:
            assert second.ended() == 1
            assert f"another Sunledger serves {tmp_path / 'sun.db'} already" in second.complained
            assert "DATABASE_PATH" in second.complained
            assert "Traceback" not in second.complained
        assert first.get("/api/inverters") == []


def test_a_busy_port_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with start(tmp_path, "serve", HEALTH_PORT=str(port)) as server:
            assert server.ended() == 2
            (line,) = server.complained.splitlines()
            assert line.startswith("HEALTH_PORT (from ")
            assert f"cannot listen on 127.0.0.1:{port}" in line
            assert "name another HEALTH_PORT or HEALTH_HOST" in line
            assert server.said == ""


def test_every_problem_of_a_configuration_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("querry_period: 30\n")
    with start(tmp_path, "serve", "--reset-hour", "25", TIMEZONE="Nowhere/Else", QUERY_PERIOD="1") as server:
        assert server.ended() == 2
        named = sorted(line.split()[0] for line in server.complained.splitlines())
        assert named == ["--reset-hour", "QUERY_PERIOD", "TIMEZONE", "querry_period"]
        assert server.said == ""
    assert not (tmp_path / "sun.db").exists()


def test_an_unknown_flag_is_named(tmp_path: Path) -> None:
    with start(tmp_path, "serve", "--pots", "3") as server:
        assert server.ended() == 2
        assert "--pots" in server.complained


def test_readings_production_and_energy_outlive_a_kill_and_a_restart(tmp_path: Path, dtu: str) -> None:
    with serve(tmp_path, dtu, QUERY_PERIOD="5") as server:
        server.await_event("poll_finished", 2)
        before = known(server)
        server.ask(signal.SIGKILL)
        server.ended()
    assert len(before["/api/ports"]) == 6
    assert all(port["total_production"] > 0 for port in before["/api/production/current"])
    for _ in range(2):
        with start(tmp_path, "serve") as server:
            assert known(server) == before
            assert server.stop() == 0


def known(server: Running) -> dict[str, Any]:
    """All that the server tells of the plant."""
    answers = {path: server.get(path) for path in ("/api/ports", "/api/inverters", "/api/production/current")}
    everything = {"start": "2026-01-01T00:00:00Z", "end": "2100-01-01T00:00:00Z", "step": "1mo"}
    return {**answers, "energy": server.get("/api/v1/energy", by="port", **everything)}
