"""Spans of UTC and the site's hours, days, months and years inside them.

A span is half-open: `start <= t < end`. Local days follow the zone's rules, so a day may have 23 or 25 hours,
or begin at 01:00 where DST starts at midnight (Santiago). Instants inside are UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

QUARTER = timedelta(minutes=15)


class Step(Enum):
    """The steps that energy and aggregates are asked in."""

    QUARTER = "15m"
    HOUR = "1h"
    DAY = "1d"
    MONTH = "1mo"
    YEAR = "1y"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `start` up to but not including `end`, in UTC; aware times of other zones are converted.

    Raises ValueError for naive times, which could mean any zone.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError(f"a span needs times with a zone, not {self.start} to {self.end}")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end


def milliseconds(at: datetime) -> int:
    """Whole milliseconds since 1970 in UTC, exactly (no float on the way)."""
    return (at - _EPOCH) // _MILLISECOND


def instant(epoch_ms: int) -> datetime:
    """The aware UTC moment of whole milliseconds since 1970, exactly."""
    if epoch_ms % 1000:
        return _EPOCH + timedelta(milliseconds=epoch_ms)
    return datetime.fromtimestamp(epoch_ms // 1000, UTC)  # as most are: in two thirds of the time


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def quarter_of(at: datetime) -> datetime:
    """The start of the UTC quarter of an hour that holds the moment."""
    return at - (at - _EPOCH) % QUARTER


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """The local day that holds the moment."""
    return at.astimezone(zone).date()


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment a local day begins, in UTC; where midnight does not exist, the first moment after it."""
    local = datetime.combine(day, time(), zone)
    at = local.astimezone(UTC)
    if at.astimezone(zone).date() >= day and at.astimezone(zone).replace(tzinfo=None) == local.replace(
        tzinfo=None
    ):
        return at
    return _after_gap(day, zone)


def _after_gap(day: date, zone: ZoneInfo) -> datetime:
    """The first quarter whose local date is `day`: DST jumps over this day's midnight."""
    at = quarter_of(datetime.combine(day, time(), UTC) - timedelta(hours=16))
    while day_of(at, zone) < day:
        at += QUARTER
    return at


def day_span(day: date, zone: ZoneInfo) -> Span:
    """The span of a local day: 23, 23.5, 24, 24.5 or 25 hours."""
    return Span(midnight(day, zone), midnight(day + timedelta(days=1), zone))


def last_occurrence(hour: int, at: datetime, zone: ZoneInfo) -> datetime:
    """The latest moment, not after `at`, at which the local clock showed `hour`:00."""
    day = day_of(at, zone)
    for candidate in (day, day - timedelta(days=1), day - timedelta(days=2)):
        moment = datetime.combine(candidate, time(hour), zone).astimezone(UTC)
        if moment <= at:
            return moment
    raise AssertionError("some day in the last three has had that hour")


def periods(span: Span, step: Step, zone: ZoneInfo) -> Iterator[Span]:
    """The steps that touch the span, in order, whole ones even at its edges."""
    start = period_of(span.start, step, zone)
    while start.start < span.end:
        yield start
        start = period_of(start.end, step, zone)


def period_of(at: datetime, step: Step, zone: ZoneInfo) -> Span:
    """The step that holds the moment."""
    if step is Step.QUARTER:
        start = quarter_of(at)
        return Span(start, start + QUARTER)
    if step is Step.HOUR:
        return _hour_of(at, zone)
    first, following = days_of(day_of(at, zone), step)
    return Span(midnight(first, zone), midnight(following, zone))


def days_of(day: date, step: Step) -> tuple[date, date]:
    """The first day of the day, month or year that holds `day`, and of the one after it."""
    if step is Step.DAY:
        return day, day + timedelta(days=1)
    if step is Step.MONTH:
        first = day.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1)
    return date(day.year, 1, 1), date(day.year + 1, 1, 1)


def _hour_of(at: datetime, zone: ZoneInfo) -> Span:
    """The local clock hour that holds the moment; cut short where the zone's offset changes inside it."""
    start = quarter_of(at)
    while _same_hour(start - QUARTER, at, zone):
        start -= QUARTER
    end = quarter_of(at) + QUARTER
    while _same_hour(end, at, zone):
        end += QUARTER
    return Span(start, end)


def _same_hour(one: datetime, other: datetime, zone: ZoneInfo) -> bool:
    a, b = one.astimezone(zone), other.astimezone(zone)
    return (a.date(), a.hour, a.utcoffset()) == (b.date(), b.hour, b.utcoffset())
