"""Periods by arithmetic are those of the calendar, in every zone and over every change of the clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunledger.sitetime import Step, instant, milliseconds
from sunledger.sitetime.almanac import Almanac, almanac
from sunledger.sitetime.spans import day_of, midnight, period_of

ZONES = (
    "UTC", "Europe/Warsaw", "Australia/Lord_Howe", "Australia/Adelaide", "America/Santiago",
    "Asia/Kathmandu", "Africa/Casablanca", "Africa/Monrovia", "Pacific/Apia",
)  # fmt: skip


@given(
    st.sampled_from(ZONES),
    st.sampled_from(Step),
    st.integers(0, milliseconds(datetime(2090, 1, 1, tzinfo=UTC))),
)
def test_any_moment_is_in_the_period_that_the_calendar_has(name: str, step: Step, at: int) -> None:
    zone = ZoneInfo(name)
    period = period_of(instant(at), step, zone)
    assert Almanac(zone).periods(step)(at) == (milliseconds(period.start), milliseconds(period.end))


@given(st.sampled_from(ZONES), st.integers(0, milliseconds(datetime(2090, 1, 1, tzinfo=UTC))))
def test_any_moment_is_on_the_day_that_the_calendar_has(name: str, at: int) -> None:
    zone = ZoneInfo(name)
    day = day_of(instant(at), zone)
    assert almanac(zone).day(at) == day.toordinal()
    assert almanac(zone).midnight(day.toordinal()) == milliseconds(midnight(day, zone))


@pytest.mark.parametrize("name", ZONES)
def test_every_quarter_of_a_year_with_its_changes_of_the_clock(name: str) -> None:
    zone, at = ZoneInfo(name), datetime(2026, 1, 1, tzinfo=UTC)
    known, wanted = Almanac(zone), period_of(at, Step.HOUR, zone)
    while at.year == 2026:
        if at >= wanted.end:
            wanted = period_of(at, Step.HOUR, zone)
        assert known.hour(milliseconds(at)) == (milliseconds(wanted.start), milliseconds(wanted.end))
        at += timedelta(minutes=15)


def test_a_zone_has_one_almanac() -> None:
    assert almanac(ZoneInfo("Europe/Warsaw")) is almanac(ZoneInfo("Europe/Warsaw"))
