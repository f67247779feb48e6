from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sunledger.simulator import Family, SimulatorSettings, build
from sunledger.sitetime import ManualClock

START = datetime(2024, 6, 1, 10, tzinfo=UTC)


def test_defaults_make_a_plant_of_three_inverters() -> None:
    dtu = build(SimulatorSettings(), ManualClock(START))
    assert len(dtu.plant.serials) == 3
    assert len(dtu.plant.meters) == 6
    assert dtu.now() == START


def test_every_fault_of_the_settings_is_named_at_once() -> None:
    with pytest.raises(ValueError, match="inverters") as refused:
        SimulatorSettings(inverters=60, peak_power=1200, register_step=10, faults=("sulking", "silent@99:00"))
    lines = str(refused.value).splitlines()
    assert [line.split()[0].strip(":") for line in lines] == [
        "inverters",
        "peak_power",
        "register_step",
        "fault",
        "fault",
    ]


def test_a_start_needs_an_offset() -> None:
    with pytest.raises(ValueError, match="start: needs an offset"):
        SimulatorSettings(start=datetime(2024, 6, 1))  # noqa: DTZ001


def test_families_differ_in_serial_numbers() -> None:
    dtu = build(SimulatorSettings(family=Family.MI), ManualClock(START))
    assert all(serial.startswith("10") for serial in dtu.plant.serials)


def replay(folder: Path, peak: int) -> Path:
    path = folder / "pv.csv"
    path.write_text(f"utc,pv_w\n2024-06-01T10:00Z,{peak}\n2024-06-01T10:30Z,60\n2024-06-01T11:00Z,\n")
    return path


def test_a_replay_divides_the_recorded_power_among_the_ports(tmp_path: Path) -> None:
    settings = SimulatorSettings(replay=replay(tmp_path, 3000))
    clock = ManualClock(START)
    dtu = build(settings, clock)
    assert settings.opening() == START
    assert dtu.plant.power() == pytest.approx(3000, abs=0.01)
    clock.jump(ahead := (datetime(2024, 6, 1, 12, tzinfo=UTC) - START))
    assert dtu.truth().total == 0
    dtu.plant.advance(START + ahead)
    assert 1530 - 6 <= dtu.plant.truth().total <= 1530
    assert dtu.plant.power() == 0


def test_a_recording_too_strong_for_its_ports_is_refused(tmp_path: Path) -> None:
    settings = SimulatorSettings(replay=replay(tmp_path, 7000))
    with pytest.raises(ValueError, match="below 1000 W; simulate more inverters"):
        build(settings, ManualClock(START))


def test_the_opening_is_the_start_that_was_asked_for(tmp_path: Path) -> None:
    asked = datetime(2024, 6, 1, 10, 30, tzinfo=UTC)
    assert SimulatorSettings(replay=replay(tmp_path, 10), start=asked).opening() == asked
    assert SimulatorSettings().opening() is None


def test_a_recording_without_offsets_is_in_the_plants_zone_or_the_one_given(tmp_path: Path) -> None:
    path = tmp_path / "pv.csv"
    path.write_text("time,pv_w\n2024-01-01 10:00,5\n2024-01-01 10:30,5\n")
    assert SimulatorSettings(replay=path).opening() == datetime(2024, 1, 1, 9, tzinfo=UTC)
    sydney = SimulatorSettings(replay=path, replay_zone=ZoneInfo("Etc/GMT-10"))
    assert sydney.opening() == datetime(2024, 1, 1, 0, tzinfo=UTC)
