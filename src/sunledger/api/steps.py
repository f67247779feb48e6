"""Long spans in steps: the part that can hold readings, the pieces it is read in, and how long JSON gets."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import lru_cache
from math import ceil
from typing import Literal
from zoneinfo import ZoneInfo

from sunledger.api.lines import utc
from sunledger.api.problems import Problem, Trouble
from sunledger.api.tables import Column, Content
from sunledger.sitetime import Span, Step, instant
from sunledger.sitetime.spans import period_of, periods
from sunledger.store.records import Device

StepName = Literal["15m", "1h", "1d", "1mo", "1y"]

MOST_ROWS = 20_000
"""Of one JSON answer; CSV and NDJSON have no end."""

FORMAT_ABOUT = "Or by Accept. JSON holds 20,000 rows at most, or a page; the others the whole span."

PERIOD = (
    Column("start", Content.MOMENT),
    Column("end", Content.MOMENT),
    Column("local_start", Content.TEXT),
    Column("local_end", Content.TEXT),
)
"""The columns of a period."""

_CHUNK = {Step.QUARTER: Step.DAY, Step.HOUR: Step.DAY, Step.DAY: Step.MONTH}
"""What is asked of the store at once of however many rows: nothing grows with the span. Others a year."""
_AT_ONCE = 24_000
"""Rows up to which it is more: a plant's year of hours, a month of hours of 32 ports."""
_LENGTH = {
    Step.QUARTER: timedelta(minutes=15),
    Step.HOUR: timedelta(hours=1),
    Step.DAY: timedelta(days=1),
    Step.MONTH: timedelta(days=30),
    Step.YEAR: timedelta(days=365),
}


def lifetime(devices: Sequence[Device]) -> Span | None:
    """From when to when any of the devices has been read; None when there is none."""
    if not devices:
        return None
    return Span(min(device.first_seen for device in devices), max(device.last_seen for device in devices))


def inhabited(span: Span, step: Step, zone: ZoneInfo, extent: Span | None) -> Span:
    """The part of the span that can hold readings, in whole chunks: a start in 1970 costs nothing.

    `extent` is from the first reading to the last one.
    """
    if extent is None:
        return Span(span.start, span.start)
    chunk = _CHUNK.get(step, Step.YEAR)
    first = period_of(extent.start, chunk, zone).start
    last = period_of(extent.end, chunk, zone).end
    start = min(max(span.start, first), span.end)
    return Span(start, max(start, min(span.end, last)))


def chunks(
    span: Span, step: Step | None, zone: ZoneInfo, rows_a_period: int, at_once: int | None = None
) -> Iterable[Span]:
    """The span cut where chunks of periods end; without a step, whole. `at_once` rows are wanted at once."""
    if step is None:
        yield span
        return
    for whole in periods(span, _chunk(step, rows_a_period, at_once or _AT_ONCE), zone):
        yield Span(max(whole.start, span.start), min(whole.end, span.end))


def _chunk(step: Step, rows_a_period: int, at_once: int) -> Step:
    """The longest chunk that has not too many rows."""
    length = _LENGTH[step]
    for each in (Step.YEAR, Step.MONTH, Step.DAY):
        if _LENGTH[each] >= length and _LENGTH[each] // length * rows_a_period <= at_once:
            return each
    return _CHUNK.get(step, Step.YEAR)


def periods_at_most(span: Span, step: Step) -> int:
    """How many periods a span has at most."""
    return ceil((span.end - span.start) / _LENGTH[step])


def refuse_too_much(span: Span, step: Step | None, rows_a_period: int) -> None:
    """JSON is made in memory, so its length is bounded before anything is read. Raises Problem."""
    count = 1 if step is None else periods_at_most(span, step)
    rows = count * rows_a_period
    if rows > MOST_ROWS:
        detail = (
            f"step: {count} periods could be {rows} rows and JSON holds {MOST_ROWS}. "
            "Ask for a longer step, a shorter span, fewer devices, or format=csv."
        )
        raise Problem(Trouble.TOO_MUCH, detail, parameter="step")


def shown(start: int, end: int, zone: ZoneInfo) -> tuple[str, str, str, str]:
    """A period, in milliseconds since 1970, in the columns of PERIOD: in UTC, then in the zone."""
    (begins, begins_there), (ends, ends_there) = _texts(start, zone), _texts(end, zone)
    return begins, ends, begins_there, ends_there


@lru_cache(maxsize=20_000)
def _texts(at: int, zone: ZoneInfo) -> tuple[str, str]:
    """A moment in UTC, and in the zone with its offset; mostly a period ends where the next one begins."""
    moment = instant(at)
    return utc(moment), moment.astimezone(zone).isoformat()
