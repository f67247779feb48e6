"""Whatever goes wrong on the way, the energy that is stored is what the plant has produced, to the Wh.

The truth is the simulator's own; it shares no code with what reads, repairs and stores.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from tests.app.counting import Simulated, by_day, energy, in_all, reading, simulated
from tests.app.running import Running

from sunledger.simulator import FAULTS

WARSAW = "Europe/Warsaw"
MIDSUMMER = ("--start", "2026-06-21T00:00+02:00", "--for", "24h")
LONGER = {"zero-glitch": "zero-glitch@09:30+15m", "garbage": "garbage@13:40+25m"}
"""The shortest ones last as long as a busy machine may look away: at this speed a minute is 15 ms."""
FAULTY = [
    argument for name in FAULTS if name != "step-20" for argument in ("--fault", LONGER.get(name, name))
]
"""Every fault at its own time, but for the one that changes how everything else is read."""


def assert_exact(server: Running, plant: Simulated) -> None:
    """All periods of all ports agree with the truth, and with each other."""
    assert in_all(server) == plant.ports
    assert by_day(server, "1d") == plant.days
    assert by_day(server, "1h") == plant.days
    assert by_day(server, "15m") == plant.days
    assert [item["energy"] for item in energy(server, by="plant")] == [plant.total]


def test_a_day_on_which_everything_goes_wrong(tmp_path: Path) -> None:
    plant = simulated(tmp_path, "--speed", "4000", *MIDSUMMER, *FAULTY, TIMEZONE=WARSAW)
    assert plant.total > 10_000
    assert len(plant.ports) == 6
    went_wrong = {record["error_type"] for record in plant.run.events("poll_failed")}
    assert went_wrong >= {"garbled", "unreachable"}
    with reading(tmp_path, WARSAW) as server:
        assert_exact(server, plant)
        assert found(server) >= {"zero_glitch", "counter_fall", "counter_wrap", "frozen"}


def found(server: Running) -> set[str]:
    """The reasons of all corrections."""
    span = {"start": "2026-06-20T00:00:00Z", "end": "2026-06-23T00:00:00Z", "limit": "1000"}
    return {item["reason"] for item in server.get("/api/v1/corrections", **span)["items"]}


def test_a_day_in_the_narrow_layout(tmp_path: Path) -> None:
    plant = simulated(tmp_path, "--speed", "15000", *MIDSUMMER, "--fault", "step-20", TIMEZONE=WARSAW)
    assert [record["register_step"] for record in plant.run.events("dtu_surveyed")] == [20]
    with reading(tmp_path, WARSAW) as server:
        assert_exact(server, plant)


@pytest.mark.parametrize(
    ("begin", "hours", "longest"),
    [("2026-03-28T00:00+01:00", 47, 23), ("2026-10-24T00:00+02:00", 49, 25)],
    ids=["spring", "autumn"],
)
def test_days_of_23_and_25_hours(tmp_path: Path, begin: str, hours: int, longest: int) -> None:
    span = ("--start", begin, "--for", f"{hours}h")
    own = {"TIMEZONE": WARSAW, "QUERY_PERIOD": "300"}
    plant = simulated(tmp_path, "--speed", "30000", "--inverters", "1", *span, **own)
    assert len(plant.days) == 2
    with reading(tmp_path, WARSAW) as server:
        assert_exact(server, plant)
        assert lengths_of_days(server)[:2] == [timedelta(hours=24), timedelta(hours=longest)]
    with reading(tmp_path, "UTC") as elsewhere:
        assert by_day(elsewhere, "1d", zone=WARSAW) == plant.days
        assert by_day(elsewhere, "1h", zone=WARSAW) == plant.days
        assert in_all(elsewhere) == plant.ports


def lengths_of_days(server: Running) -> list[timedelta]:
    spans = {(item["start"], item["end"]) for item in energy(server, step="1d")}
    return [datetime.fromisoformat(end) - datetime.fromisoformat(start) for start, end in sorted(spans)]


def test_a_replayed_week_of_recorded_power(tmp_path: Path) -> None:
    recorded = record(tmp_path / "house.csv")
    week = ("--replay", "house.csv", "--for", "7d")
    own = {"TIMEZONE": WARSAW, "QUERY_PERIOD": "600"}
    plant = simulated(tmp_path, "--speed", "20000", *week, **own)
    assert len(plant.days) == 7
    assert plant.total == pytest.approx(recorded, abs=len(plant.ports))  # each has less than one Wh to come
    with reading(tmp_path, WARSAW) as server:
        assert_exact(server, plant)


def record(path: Path) -> float:
    """Write a week as a logger of a house would, by half-hours, with cloud and with gaps; its Wh."""
    rng = Random(7)
    begin = datetime(2024, 5, 26, 22, tzinfo=UTC)
    lines, recorded = ["utc,load_w,pv_w,pv_forecast_w"], 0.0
    for half_hour in range(7 * 48):
        at = begin + timedelta(minutes=30 * half_hour)
        sun = max(0, 4400 - 160 * abs((at.hour * 60 + at.minute - 690) // 15))
        power = round(sun * rng.uniform(0.2, 1.0), 1)
        kind = rng.random()
        if kind < 0.03:
            continue  # the logger was off
        recorded += power / 2 if sun and kind > 0.1 else 0.0
        lines.append(f"{at},{rng.uniform(200, 900):.1f},{power if sun and kind > 0.1 else ''},{sun:.1f}")
    path.write_text("\n".join(lines) + "\n")
    return recorded
