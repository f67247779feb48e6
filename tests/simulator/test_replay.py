import gzip
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sunledger.simulator.replay import Recording, load

HOUSE = """utc,load_w,pv_w,pv_forecast_w
2024-06-01 10:00:00+00:00,300.0,1200.5,1000
2024-06-01 10:30:00+00:00,,,
2024-06-01 11:00:00+00:00,310.0,-3.0,900
2024-06-01 13:00:00+00:00,310.0,800,900
"""


def written(folder: Path, text: str, name: str = "pv.csv") -> Path:
    path = folder / name
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text)
    return path


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize("name", ["pv.csv", "pv.csv.gz"])
def test_power_is_constant_over_each_row_and_none_in_gaps(tmp_path: Path, name: str) -> None:
    recording = load(written(tmp_path, HOUSE, name))
    expected = {
        "2024-06-01T09:59:59Z": 0,
        "2024-06-01T10:00:00Z": 1_200_500,
        "2024-06-01T10:29:59Z": 1_200_500,
        "2024-06-01T10:30:00Z": 0,
        "2024-06-01T11:15:00Z": 0,
        "2024-06-01T12:00:00Z": 0,
        "2024-06-01T13:29:59Z": 800_000,
        "2024-06-01T13:30:00Z": 0,
    }
    assert {text: recording.milliwatts(at(text)) for text in expected} == expected
    assert recording.start == datetime(2024, 6, 1, 10, tzinfo=UTC)
    assert recording.end == datetime(2024, 6, 1, 13, 30, tzinfo=UTC)
    assert recording.peak == 1_200_500


def test_a_household_with_unnamed_local_times_and_kilowatts(tmp_path: Path) -> None:
    path = written(tmp_path, ",GC,GG\n2011-10-02 02:00:00,0.4,0.25\n2011-10-02 02:30:00,0.5,0.3\n")
    recording = load(path, zone=ZoneInfo("Etc/GMT-10"))
    assert recording.start == datetime(2011, 10, 1, 16, tzinfo=UTC)
    assert recording.powers == (250_000, 300_000)


def test_any_column_can_be_named(tmp_path: Path) -> None:
    assert load(written(tmp_path, HOUSE), column="pv_forecast_w").powers == (1_000_000, 0, 900_000, 900_000)


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("", 0, "no column pv_w or"),
        ("utc,load\n", 1, "among utc, load; name the power column"),
        ("utc,pv_w\n2024-06-01T10:00Z,1\n", 2, "at least two rows"),
        ("utc,pv_w\n2024-06-01T10:00Z,1\n2024-06-01T10:00Z,2\n", 3, "the time does not rise"),
        ("utc,pv_w\n2024-06-01T10:00Z,1\nyesterday,2\n", 3, "yesterday"),
        ("utc,pv_w\n2024-06-01T10:00Z,much\n", 2, "much"),
        ("utc,pv_w\n2024-06-01T10:00Z,nan\n", 2, "nan"),
        ("utc,pv_w\n2024-06-01T10:00Z,inf\n", 2, "a gap is an empty cell"),
        ("utc,pv_w\n2024-06-01T10:00Z\n", 2, "1 cells under 2 columns"),
    ],
)
def test_a_bad_recording_is_refused_with_file_and_line(
    tmp_path: Path, text: str, line: int, complaint: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ValueError, match=complaint) as refused:
        load(path)
    assert f"{path}, line {line}: " in str(refused.value)


def test_a_gzip_file_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, HOUSE, "pv.csv.gz")
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(ValueError, match=r"pv\.csv\.gz"):
        load(path)


def test_nothing_is_produced_outside_of_the_recording() -> None:
    recording = Recording((100, 110), (5, 6), 10)
    assert [recording.milliwatts(s) for s in (99, 100, 110, 119, 120)] == [0, 5, 6, 6, 0]
