"""Traces of a server that runs: sent to a real collector, and to nobody unless it was asked for."""

import subprocess
import sys
from pathlib import Path

import httpx
from tests.app.running import environment, start
from tests.servers.otlp import Collector, Span
from tests.servers.ports import ReservedPort

OURS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACE = bytes.fromhex(OURS.split("-")[1])


def serve(directory: Path, collector: Collector, **own: str) -> None:
    """Run a simulated plant until it was polled, and ask it something."""
    own = {"TRACING_ENABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, **own}
    with start(directory, "serve", "--simulate", **own) as running:
        running.await_event("poll_finished")
        for path in ("/api/inverters?token=hush-hush", "/health", "/metrics", "/api/v1/readings?limit=1"):
            httpx.get(running.url + path, headers={"traceparent": OURS})
        proxied = {"traceparent": OURS, "x-forwarded-for": "203.0.113.9"}
        httpx.get(running.url + "/api/v1/devices", headers=proxied)
        assert running.stop() == 0


def verbs(spans: list[Span]) -> set[str]:
    return {span.name.split()[0] for span in spans}


def test_polls_and_requests_are_traced_down_to_the_statement(tmp_path: Path) -> None:
    with Collector() as collector:
        serve(tmp_path, collector, OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer%20let-me-in,tenant=home")
    assert collector.headers[0]["authorization"] == "Bearer let-me-in"
    assert collector.headers[0]["tenant"] == "home"

    poll = collector.named("poll")[0]
    assert poll.parent == b""
    assert poll.attributes["poll.ports"] > 0
    assert poll.resource["service.name"] == "sunledger"
    assert [span.name for span in collector.below(poll)] == ["survey_dtu", "query_dtu", "save_to_database"]
    (saving,) = [span for span in collector.below(poll) if span.name == "save_to_database"]
    assert {"BEGIN", "INSERT", "COMMIT"} <= verbs(collector.below(saving))

    (asked,) = collector.named("GET /api/inverters")
    assert (asked.trace, asked.attributes["http.response.status_code"]) == (TRACE, 200)
    (read,) = collector.named("GET /api/v1/readings")
    assert "SELECT" in verbs(collector.below(read))
    assert all("?" in span.attributes["db.query.text"] for span in collector.named("INSERT port_reading"))
    (foreign,) = collector.named("GET /api/v1/devices")
    assert foreign.trace != TRACE, "through a proxy that nobody has named"
    assert not [span for span in collector.spans if "health" in span.name or "metrics" in span.name]
    for body in collector.bodies:
        assert b"hush-hush" not in body
        assert b"let-me-in" not in body


def test_a_dtu_that_is_silent_fails_its_poll(tmp_path: Path) -> None:
    with Collector() as collector, ReservedPort() as nobody:
        own = {"TRACING_ENABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
        dtu = {"DTU_HOST": "127.0.0.1", "DTU_PORT": str(nobody), "COMM_RETRIES": "0"}
        with start(tmp_path, "serve", **own, **dtu) as running:
            running.await_event("poll_failed")
            assert running.stop() == 0
        poll = collector.named("poll")[0]
        assert poll.failed
        assert poll.attributes["error.type"] == "unreachable"
        assert [span.failed for span in collector.below(poll)] == [True]


def test_a_collector_that_is_away_keeps_nobody_waiting(tmp_path: Path) -> None:
    with ReservedPort() as nobody:
        own = {"TRACING_ENABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{nobody}"}
        with start(tmp_path, "serve", "--simulate", **own) as running:
            running.await_event("poll_finished")
            running.get("/api/inverters")
            assert running.stop() == 0


def test_nothing_of_it_is_imported_unless_it_is_asked_for(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from sunledger.app.main import main\n"
        "assert main(['serve', '--simulate', '--for', '0.2s']) == 0\n"
        "print(*sorted(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(tmp_path), capture_output=True, text=True, check=True
    )
    imported = set(done.stdout.split())
    assert "sunledger.app.tracing.tracer" in imported
    assert (
        not {"opentelemetry.sdk", "opentelemetry.exporter", "google.protobuf", "requests", "sentry_sdk"}
        & imported
    )


def test_without_the_library_the_way_out_is_named(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "sys.modules['opentelemetry.sdk.trace'] = None\n"
        "from sunledger.app.main import main\n"
        "sys.exit(main(['serve', '--simulate']))\n"
    )
    own = environment(tmp_path, TRACING_ENABLED="true")
    done = subprocess.run(
        [sys.executable, "-c", program], env=own, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("TRACING_ENABLED (from configuration): OpenTelemetry is missing")
    assert "pip install 'sunledger[tracing]'" in done.stderr
