"""`serve --simulate --speed N`: the DTU, the collector and what is stored live in one accelerated time."""

import statistics
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from tests.app.counting import SIMULATED
from tests.app.running import Running, start

SPEED = 1200
OPENING = datetime(2099, 6, 21, 9, tzinfo=UTC)
"""Beyond today, so that what goes on from there does not go on from today."""
HALF_AN_HOUR = ("--speed", str(SPEED), "--for", "30m")


def simulate(directory: Path, *arguments: str) -> Running:
    return start(directory, "serve", "--simulate", *arguments)


def times(directory: Path) -> list[datetime]:
    """When polls were taken, as a second server tells it."""
    span = {"start": "2000-01-01T00:00:00Z", "end": "2200-01-01T00:00:00Z", "limit": "1000"}
    with start(directory, "serve", DATABASE_PATH=SIMULATED) as server:
        items = server.get("/api/v1/readings", kind="inverter", **span)["items"]
    return sorted({datetime.fromisoformat(item["timestamp"]) for item in items})


def test_readings_are_a_query_period_of_simulated_time_apart(tmp_path: Path) -> None:
    with simulate(tmp_path, *HALF_AN_HOUR, "--start", OPENING.isoformat()) as run:
        started = datetime.fromisoformat(run.get("/health")["start_time"])
        assert run.ended() == 0
    taken = times(tmp_path)
    assert OPENING <= started <= taken[0] < OPENING + timedelta(minutes=30)
    apart = [(after - before).total_seconds() for before, after in pairwise(taken)]
    assert 54 <= statistics.median(apart) < 60 * SPEED, "a real minute would be so long"


def test_the_simulation_has_a_database_of_its_own(tmp_path: Path) -> None:
    with simulate(tmp_path, "--start", "2099-06-21T00:00:00+00:00") as run:
        run.await_event("poll_finished")
        assert "No real plant: reading a SIMULATED DTU, 3 inverters of 2 ports" in run.said
        assert f"readings kept in  {tmp_path / SIMULATED}" in run.said
        assert run.stop() == 0
        assert "The simulated plant has produced 0 Wh since it started." in run.said
    assert not (tmp_path / "sun.db").exists()


def test_a_second_start_goes_on_where_the_first_ended(tmp_path: Path) -> None:
    with simulate(tmp_path, *HALF_AN_HOUR, "--start", OPENING.isoformat()) as run:
        assert run.ended() == 0
    first = times(tmp_path)
    with simulate(tmp_path, *HALF_AN_HOUR) as run:
        assert run.ended() == 0
    both = times(tmp_path)
    assert both[: len(first)] == first
    assert timedelta() < both[len(first)] - first[-1] < timedelta(days=1)


def test_a_start_before_what_is_there_is_refused(tmp_path: Path) -> None:
    with simulate(tmp_path, "--speed", "60", "--start", OPENING.isoformat()) as run:
        run.await_event("poll_finished")
        assert run.stop() == 0
    with simulate(tmp_path, "--start", OPENING.isoformat()) as run:
        assert run.ended() == 2
        assert run.complained.startswith(
            "sunledger cannot simulate: start: the simulated database has readings"
        )
        assert "DATABASE_PATH" in run.complained
        assert run.said == ""


def test_a_plant_that_cannot_be_is_refused_with_every_reason(tmp_path: Path) -> None:
    with simulate(tmp_path, "--inverters", "200", "--fault", "rust", "--peak-power", "0") as run:
        assert run.ended() == 2
        for named in ("inverters", "'rust' is unknown", "peak_power"):
            assert named in run.complained
        assert "Traceback" not in run.complained
