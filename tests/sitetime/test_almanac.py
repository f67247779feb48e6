"""Hours by arithmetic are the hours of the calendar, in every zone and over every change of the clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunledger.sitetime import Step, instant, milliseconds
from sunledger.sitetime.hours import Hours
from sunledger.sitetime.spans import period_of

ZONES = (
    "UTC", "Europe/Warsaw", "Australia/Lord_Howe", "Australia/Adelaide", "America/Santiago",
    "Asia/Kathmandu", "Africa/Casablanca", "Africa/Monrovia",
)  # fmt: skip


@given(st.sampled_from(ZONES), st.integers(0, milliseconds(datetime(2090, 1, 1, tzinfo=UTC))))
def test_any_moment_is_in_the_hour_that_the_calendar_has(name: str, at: int) -> None:
    zone = ZoneInfo(name)
    hour = period_of(instant(at), Step.HOUR, zone)
    assert Hours(zone).of(at) == (milliseconds(hour.start), milliseconds(hour.end))


@pytest.mark.parametrize("name", ZONES)
def test_every_quarter_of_a_year_with_its_changes_of_the_clock(name: str) -> None:
    zone, at = ZoneInfo(name), datetime(2026, 1, 1, tzinfo=UTC)
    hours, wanted = Hours(zone), period_of(at, Step.HOUR, zone)
    while at.year == 2026:
        if at >= wanted.end:
            wanted = period_of(at, Step.HOUR, zone)
        assert hours.of(milliseconds(at)) == (milliseconds(wanted.start), milliseconds(wanted.end))
        at += timedelta(minutes=15)
