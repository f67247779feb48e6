"""A zone's clock hours by milliseconds: arithmetic on days that keep their offset, else by the calendar."""

from zoneinfo import ZoneInfo

from sunledger.sitetime.spans import Step, instant, milliseconds, period_of

HOUR_MS = 3_600_000
_DAY_MS = 24 * HOUR_MS
_QUARTER_MS = HOUR_MS // 4


class Hours:
    """The hours of a zone, ten times as fast as by `period_of`; it remembers the offsets of days."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._offsets: dict[int, int | None] = {}

    def of(self, at: int) -> tuple[int, int]:
        """Start and end of the hour that holds a moment, all in milliseconds since 1970."""
        day = at // _DAY_MS
        try:
            offset = self._offsets[day]
        except KeyError:
            offset = self._offsets[day] = self._offset(day)
        if offset is None:
            hour = period_of(instant(at), Step.HOUR, self._zone)
            return milliseconds(hour.start), milliseconds(hour.end)
        start = at - (at + offset) % HOUR_MS
        return start, start + HOUR_MS

    def _offset(self, day: int) -> int | None:
        """The offset from an hour before the UTC day to an hour after it; None where there are two."""
        before, after = (
            instant(at).astimezone(self._zone).utcoffset()
            for at in (day * _DAY_MS - HOUR_MS, (day + 1) * _DAY_MS + HOUR_MS)
        )
        if before is None or before != after:
            return None
        offset = round(before.total_seconds() * 1000)
        return None if offset % _QUARTER_MS else offset
