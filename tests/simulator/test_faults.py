import re
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunledger.simulator.fault import Fault
from sunledger.simulator.faults import FAULTS, fault, menu
from sunledger.simulator.plant import Plant
from sunledger.simulator.schedule import Schedule
from sunledger.simulator.settings import WARSAW
from sunledger.simulator.shares import sunny_shares
from sunledger.simulator.sun import Sun
from sunledger.sitetime import Place

MIDNIGHT = datetime(2024, 5, 31, 22, tzinfo=UTC)


@pytest.mark.parametrize("name", FAULTS)
def test_a_name_alone_has_a_time_and_a_duration_of_its_own(name: str) -> None:
    some = fault(name)
    assert (some.name, some.at, some.lasts) == (name, FAULTS[name].default_at, FAULTS[name].default_lasts)
    assert some.description


@given(st.sampled_from(sorted(FAULTS)), st.integers(0, 23), st.integers(0, 59), st.integers(1, 1000))
def test_time_and_duration_can_be_said(name: str, hour: int, minute: int, minutes: int) -> None:
    some = fault(f"{name}@{hour:02}:{minute:02}+{minutes}m")
    assert (some.at, some.lasts) == (time(hour, minute), timedelta(minutes=minutes))
    assert fault(str(some)).lasts == some.lasts


@pytest.mark.parametrize(("text", "seconds"), [("20s", 20), ("3m", 180), ("2h", 7200), ("48h", 86400)])
def test_durations_come_in_seconds_minutes_and_hours(text: str, seconds: int) -> None:
    assert fault(f"silent@10:00+{text}").lasts == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("sulking", "unknown; there are slow, zero-glitch,"),
        ("silent@", r"write NAME, NAME@HH:MM or NAME@HH:MM\+DURATION"),
        ("silent@10:00+", "write NAME"),
        ("silent+10m", "write NAME"),
        ("silent@25:00", "no clock shows 25:00"),
        ("silent@10:00+7s", "steps of 10 seconds"),
        ("silent@10:00+0m", "steps of 10 seconds"),
        ("", "write NAME"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_way_out(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        fault(text)


def test_the_menu_has_a_line_for_each() -> None:
    assert [re.split(r"\s+", line)[0] for line in menu()] == list(FAULTS)
    assert all(FAULTS[name].description in line for name, line in zip(FAULTS, menu(), strict=True))


def test_default_windows_by_day_do_not_overlap() -> None:
    spans = sorted(
        (kind.default_at, (datetime.combine(MIDNIGHT, kind.default_at) + kind.default_lasts).time())
        for kind in FAULTS.values()
        if kind.default_at is not None and kind.default_at < time(22)
    )
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def active_at(text: str, start: datetime, moments: list[datetime]) -> list[bool]:
    plant = Plant(Sun(Place(52.2, 21.0), 400, 1), start, sunny_shares(1, 4), zone=WARSAW)
    schedule = Schedule(plant, [fault(text)])
    states = []
    for moment in moments:
        plant.advance(moment)
        states.append(bool(schedule.active))
    return states


def local(day: int, hour: int, minute: int = 0, month: int = 6) -> datetime:
    return datetime(2024, month, day, hour, minute, tzinfo=WARSAW).astimezone(UTC)


def test_a_window_opens_and_closes_by_local_time_every_day() -> None:
    edges = [(9, 59), (10, 0), (10, 19), (10, 20)]
    moments = [local(day, *edge) for day in (1, 2, 3) for edge in edges]
    assert active_at("silent@10:00+20m", MIDNIGHT, moments) == [False, True, True, False] * 3


def test_a_window_follows_summer_time() -> None:
    moments = [local(day, 10, minute, month=3) for day in (30, 31) for minute in (0, 20)]
    assert active_at("silent@10:00+20m", local(29, 23, month=3), moments) == [True, False] * 2


def test_a_window_that_is_open_at_the_start_begins_there() -> None:
    moments = [local(1, 10, 5), local(1, 10, 20), local(2, 10, 0)]
    assert active_at("silent@10:00+20m", local(1, 10, 5), moments) == [True, False, True]


def test_a_window_over_midnight_is_open_on_both_sides() -> None:
    moments = [local(1, 0, 30), local(1, 1), local(1, 23, 30), local(2, 0, 30), local(2, 1)]
    assert active_at("today-not-reset@23:00+2h", local(1, 0, 30), moments) == [True, False, True, True, False]


def test_a_fault_of_a_whole_day_is_always_on() -> None:
    moments = [local(day, hour) for day in (1, 2, 3) for hour in (0, 6, 12, 18)]
    assert all(active_at("silent@10:00+24h", MIDNIGHT, moments))
    assert all(active_at("step-20", MIDNIGHT, moments))


def test_a_replacement_happens_once() -> None:
    moments = [local(1, 12, 10), local(2, 12, 10), local(3, 12, 10)]
    assert active_at("replaced-inverter", MIDNIGHT, moments) == [True, False, False]


class _Log(Fault):
    name = "log"
    description = "writes down its edges"
    default_at = time(13)

    def __init__(self, at: time | None = None, lasts: timedelta | None = None) -> None:
        super().__init__(at, lasts)
        self.edges: list[int] = []

    def begin(self, plant: Plant) -> None:
        self.edges.append(plant.second)

    def end(self, plant: Plant) -> None:
        self.edges.append(-plant.second)


def test_a_fault_of_a_moment_begins_and_ends_in_it_even_when_nobody_asks_for_days() -> None:
    plant = Plant(Sun(Place(52.2, 21.0), 400, 1), MIDNIGHT, sunny_shares(1, 2), zone=WARSAW)
    log = _Log()
    Schedule(plant, [log])
    plant.advance(local(3, 12))
    moments = [int(local(day, 13).timestamp()) for day in (1, 2)]
    assert log.edges == [edge for moment in moments for edge in (moment, -moment)]
