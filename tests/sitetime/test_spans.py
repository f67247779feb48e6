"""Spans and the site's hours, days, months and years, over every change of the clocks."""

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunledger.sitetime import QUARTER, Span, Step, instant, milliseconds
from sunledger.sitetime.spans import (
    day_of,
    day_span,
    last_occurrence,
    midnight,
    period_of,
    periods,
    quarter_of,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
WARSAW = ZoneInfo("Europe/Warsaw")

zones = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"})).map(ZoneInfo)
moments = st.timedeltas(timedelta(days=15_340), timedelta(days=24_837)).map(EPOCH.__add__)  # 2012 to 2037
any_moments = st.timedeltas(timedelta(days=-25_000), timedelta(days=84_000)).map(EPOCH.__add__)
steps = st.sampled_from(Step)


def test_a_span_holds_its_start_but_not_its_end() -> None:
    start = datetime(2026, 6, 21, tzinfo=UTC)
    span = Span(start, start + HOUR)
    assert start in span
    assert start + HOUR - timedelta(microseconds=1) in span
    assert start + HOUR not in span
    assert start - timedelta(microseconds=1) not in span


def test_naive_times_are_refused_where_they_enter() -> None:
    naive, aware = datetime.fromisoformat("2026-06-21T00:00"), datetime(2026, 6, 21, tzinfo=UTC)
    for start, end in ((naive, aware), (aware, naive), (naive, naive)):
        with pytest.raises(ValueError, match=r"a span needs times with a zone, not 2026-06-21 00:00:00"):
            Span(start, end)
    with pytest.raises(TypeError, match="naive"):
        milliseconds(naive)


def test_times_of_other_zones_become_utc_where_they_enter() -> None:
    span = Span(
        datetime(2026, 10, 25, 2, 30, tzinfo=WARSAW, fold=1), datetime(2026, 10, 25, 4, tzinfo=WARSAW)
    )
    assert (span.start, span.end) == (
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 3, tzinfo=UTC),
    )
    assert span.start.tzinfo is UTC
    assert span.end.tzinfo is UTC


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_milliseconds_and_instants_are_the_same_also_before_1970(epoch_ms: int) -> None:
    at = instant(epoch_ms)
    assert milliseconds(at) == epoch_ms
    assert at.tzinfo is UTC
    assert (at + timedelta(milliseconds=1) > at) if epoch_ms < 253_402_300_799_999 else True


@given(any_moments, st.integers(-14 * 4, 14 * 4))
def test_milliseconds_round_down_and_do_not_ask_for_the_zone(at: datetime, quarters: int) -> None:
    there = at.astimezone(timezone(quarters * QUARTER))
    assert milliseconds(there) == milliseconds(at)
    assert timedelta() <= at - instant(milliseconds(at)) < timedelta(milliseconds=1)


@given(any_moments)
def test_a_quarter_begins_on_the_quarter_and_holds_its_moment(at: datetime) -> None:
    start = quarter_of(at)
    assert start <= at < start + QUARTER
    assert start.minute % 15 == start.second == start.microsecond == 0


@pytest.mark.parametrize(
    ("zone", "day", "start", "hours"),
    [
        ("Europe/Warsaw", date(2026, 3, 29), "2026-03-28T23:00", 23),
        ("Europe/Warsaw", date(2026, 10, 25), "2026-10-24T22:00", 25),
        ("Europe/Warsaw", date(2026, 7, 1), "2026-06-30T22:00", 24),
        ("Australia/Lord_Howe", date(2026, 4, 5), "2026-04-04T13:00", 24.5),
        ("Australia/Lord_Howe", date(2026, 10, 4), "2026-10-03T13:30", 23.5),
        ("Australia/Adelaide", date(2026, 4, 5), "2026-04-04T13:30", 25),
        ("Australia/Adelaide", date(2026, 10, 4), "2026-10-03T14:30", 23),
        ("America/Santiago", date(2026, 4, 4), "2026-04-04T03:00", 25),
        ("America/Santiago", date(2026, 4, 5), "2026-04-05T04:00", 24),
        ("America/Santiago", date(2026, 9, 6), "2026-09-06T04:00", 23),
        ("Pacific/Chatham", date(2026, 4, 5), "2026-04-04T10:15", 25),
        ("Pacific/Chatham", date(2026, 9, 27), "2026-09-26T11:15", 23),
        ("Asia/Kathmandu", date(2026, 3, 29), "2026-03-28T18:15", 24),
        ("America/Havana", date(2026, 11, 1), "2026-11-01T04:00", 25),
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00", 0),
        ("UTC", date(2026, 3, 29), "2026-03-29T00:00", 24),
    ],
)
def test_a_local_day_begins_when_its_date_does_and_is_as_long_as_it_is(
    zone: str, day: date, start: str, hours: float
) -> None:
    span = day_span(day, ZoneInfo(zone))
    assert span.start == datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert (span.end - span.start) / HOUR == hours


@given(moments, zones)
def test_a_day_holds_its_moments(at: datetime, zone: ZoneInfo) -> None:
    day = day_of(at, zone)
    assert at in day_span(day, zone)
    assert day_of(midnight(day, zone), zone) == day
    assert day_of(midnight(day, zone) - timedelta(microseconds=1), zone) < day


@given(moments, zones, steps)
def test_a_period_holds_its_moment(at: datetime, zone: ZoneInfo, step: Step) -> None:
    period = period_of(at, step, zone)
    assert at in period
    assert period_of(period.start, step, zone) == period
    assert period_of(period.end - timedelta(microseconds=1), step, zone) == period


longest = {
    Step.QUARTER: timedelta(days=2),
    Step.HOUR: timedelta(days=4),
    Step.DAY: timedelta(days=60),
    Step.MONTH: timedelta(days=800),
    Step.YEAR: timedelta(days=3000),
}


@given(moments, st.floats(0, 1), zones, steps)
def test_periods_cover_a_span_without_gap_or_overlap(
    start: datetime, part: float, zone: ZoneInfo, step: Step
) -> None:
    span = Span(start, start + part * longest[step])
    found = list(periods(span, step, zone))
    assert all(one.end == next_one.start for one, next_one in pairwise(found))
    assert all(each.start < each.end for each in found)
    if span.start == span.end:
        assert len(found) <= 1
    else:
        assert found[0].start <= span.start < found[0].end
        assert found[-1].start < span.end <= found[-1].end


@given(moments, zones)
def test_the_hours_of_a_day_make_up_the_day(at: datetime, zone: ZoneInfo) -> None:
    day = day_span(day_of(at, zone), zone)
    for step in (Step.QUARTER, Step.HOUR):
        parts = list(periods(day, step, zone))
        assert (parts[0].start, parts[-1].end) == (day.start, day.end)
        assert sum((part.end - part.start for part in parts), timedelta()) == day.end - day.start
    assert list(periods(day, Step.DAY, zone)) == [day]


@given(st.integers(2012, 2037), zones)
def test_the_days_of_a_month_and_the_months_of_a_year_make_them_up(year: int, zone: ZoneInfo) -> None:
    whole = period_of(datetime(year, 7, 1, 12, tzinfo=UTC), Step.YEAR, zone)
    months = list(periods(whole, Step.MONTH, zone))
    assert (len(months), months[0].start, months[-1].end) == (12, whole.start, whole.end)
    for month in months:
        days = list(periods(month, Step.DAY, zone))
        assert (days[0].start, days[-1].end) == (month.start, month.end)
        assert 27 < len(days) < 32


def test_the_repeated_hour_is_two_hours() -> None:
    span = Span(datetime(2026, 10, 25, 0, tzinfo=UTC), datetime(2026, 10, 25, 2, tzinfo=UTC))
    first, second = periods(span, Step.HOUR, WARSAW)
    assert (first.end - first.start, second.end - second.start) == (HOUR, HOUR)
    assert first.start.astimezone(WARSAW).hour == second.start.astimezone(WARSAW).hour == 2


def test_an_hour_of_lord_howe_is_cut_where_the_clock_moves_by_half_an_hour() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    day = day_span(date(2026, 4, 5), zone)
    lengths = [(each.end - each.start) / HOUR for each in periods(day, Step.HOUR, zone)]
    assert lengths == [1, 1 / 2, 1, *[1] * 22] or lengths == [1, 1, 1 / 2, *[1] * 22]


@pytest.mark.parametrize(
    ("hour", "at", "zone", "expected"),
    [
        (23, "2026-06-21T20:59", "Europe/Warsaw", "2026-06-20T21:00"),
        (23, "2026-06-21T21:00", "Europe/Warsaw", "2026-06-21T21:00"),
        (0, "2026-06-21T21:59", "Europe/Warsaw", "2026-06-20T22:00"),
        (2, "2026-10-25T00:30", "Europe/Warsaw", "2026-10-25T00:00"),
        (2, "2026-10-25T01:30", "Europe/Warsaw", "2026-10-25T00:00"),
        (2, "2026-03-29T01:30", "Europe/Warsaw", "2026-03-29T01:00"),
        (0, "2026-09-06T04:30", "America/Santiago", "2026-09-06T04:00"),
        (23, "2026-06-21T12:00", "Asia/Kathmandu", "2026-06-20T17:15"),
    ],
)
def test_the_last_time_that_the_local_clock_showed_an_hour(
    hour: int, at: str, zone: str, expected: str
) -> None:
    found = last_occurrence(hour, datetime.fromisoformat(at).replace(tzinfo=UTC), ZoneInfo(zone))
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@given(st.integers(0, 23), moments, zones)
def test_an_hour_comes_once_a_day_and_is_never_ahead(hour: int, at: datetime, zone: ZoneInfo) -> None:
    found = last_occurrence(hour, at, zone)
    assert found <= at < found + timedelta(hours=26)
    assert last_occurrence(hour, found, zone) == found
    before = last_occurrence(hour, found - timedelta(microseconds=1), zone)
    assert timedelta(hours=22) <= found - before <= timedelta(hours=26)
