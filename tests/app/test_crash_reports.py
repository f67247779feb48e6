"""Crash reports to Sentry: errors only, nothing about people, and no secret."""

import json
import subprocess
import sys
from pathlib import Path

from tests.app.desk import Desk
from tests.app.running import environment
from tests.servers.ports import ReservedPort
from tests.servers.sentry import KEY, SentryServer

PROGRAM = """
import logging, structlog
from pathlib import Path
import os
from sunledger.app import logs
from sunledger.app.crash_reports import report_crashes
from sunledger.app.loading import load

here = Path.cwd()
loaded = load({}, os.environ, working_directory=here, secrets_directory=here / "none")
logs.configure(loaded.configuration)
report_crashes(loaded.configuration)
log = structlog.get_logger("sunledger.collector")

def fail(password):
    local = "local-variable"
    raise RuntimeError(f"cannot log in with {password} as anna@192.0.2.7: token=abc")

log.info("poll_finished", dtu_name="roof")
log.warning("poll_failed", user="anna", error="silent")
try:
    fail("hush-hush")
except RuntimeError:
    log.exception("collector_failed", dtu_name="roof", user="anna")
logging.getLogger("uvicorn.error").error("bad request of %s", "anna")
log.error("tail_lost", password="hush-hush")
raise KeyError("hush-hush")
"""


def run(directory: Path, dsn: str) -> subprocess.CompletedProcess[str]:
    own = environment(directory, SENTRY_DSN=dsn, MQTT_PASSWORD="hush-hush")
    command = [sys.executable, "-c", PROGRAM]
    return subprocess.run(command, cwd=directory, env=own, capture_output=True, text=True, check=False)


def test_errors_are_reported_and_nothing_else(tmp_path: Path) -> None:
    with SentryServer() as sentry:
        done = run(tmp_path, sentry.dsn)
    assert sentry.kinds == {"event"}
    crash, library, other, end = sentry.events
    assert crash["tags"] == {"logger": "sunledger.collector", "event": "collector_failed"}
    (raised,) = crash["exception"]["values"]
    assert raised["type"] == "RuntimeError"
    assert raised["value"] == "cannot log in with ******** as anna@192.0.2.7: token=********"
    assert raised["stacktrace"]["frames"][-1]["function"] == "fail"
    assert crash["release"].startswith("sunledger@")
    assert library["message"] == "bad request of %s", "what was put in may be about people"
    assert other["message"] == "tail_lost"
    assert end["exception"]["values"][0]["type"] == "KeyError"
    everything = json.dumps(sentry.events)
    for word in ("hush-hush", KEY, "local-variable", "poll_failed", "roof"):
        assert word not in everything
    known = {"event_id", "timestamp", "level", "platform", "message", "exception", "release", "environment",
             "tags", "sdk"}  # fmt: skip
    assert set().union(*sentry.events) <= known
    assert KEY not in done.stdout + done.stderr
    assert done.returncode == 1


def test_a_server_that_is_away_keeps_nobody_waiting(tmp_path: Path) -> None:
    with ReservedPort() as nobody:
        done = run(tmp_path, f"http://{KEY}@127.0.0.1:{nobody}/1")
    assert "collector_failed" in done.stderr
    assert KEY not in done.stderr


def test_a_dsn_that_is_none_is_a_problem_of_its_key(desk: Desk) -> None:
    assert desk.problem({"SENTRY_DSN": "yes-please"}).startswith("SENTRY_DSN (from environment): ")


def test_one_that_sentry_does_not_understand_is_so_too(tmp_path: Path) -> None:
    own = environment(tmp_path, SENTRY_DSN="http://sentry.example/hush-hush")
    command = [str(Path(sys.executable).with_name("sunledger")), "serve", "--for", "0.1s"]
    done = subprocess.run(command, cwd=tmp_path, env=own, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("SENTRY_DSN (from configuration): is no DSN of a Sentry project")
    assert "hush-hush" not in done.stderr


def test_without_the_library_the_way_out_is_named(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "sys.modules['sentry_sdk'] = None\n"
        "from sunledger.app.main import main\n"
        "sys.exit(main(['serve', '--for', '0.1s']))\n"
    )
    own = environment(tmp_path, SENTRY_DSN=f"http://{KEY}@sentry.example/1")
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=own, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'sunledger[sentry]'" in done.stderr
