"""Days and moments as old paths take them: the site's, where no offset is given."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sunledger.api.problems import Problem, Trouble
from sunledger.sitetime import Span
from sunledger.sitetime.spans import day_of, day_span

_DAY = len("2026-06-21")


def local_span(given: str, parameter: str, zone: ZoneInfo) -> Span:
    """The local day that is given, or nothing but the moment. Raises Problem."""
    try:
        at = datetime.fromisoformat(given)
        at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
        return (
            day_span(day_of(at, zone), zone)
            if len(given) == _DAY
            else Span(at, at + timedelta(milliseconds=1))
        )
    except (ValueError, OverflowError):
        detail = f"{parameter}: not a day; write it as 2026-06-21."
        raise Problem(Trouble.INVALID_PARAMETER, detail, parameter=parameter) from None
