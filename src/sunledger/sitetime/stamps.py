"""The time that a poll is stamped with: never backward, whatever the wall clock does.

A Raspberry Pi boots in 1970, NTP steps an hour back, somebody sets the wrong year. Readings keep the
order in which they were taken: while the wall clock is behind the last stamp, stamps advance at half the
speed of the monotonic clock until the wall clock has caught up (a slew, as ntpd does it), and are marked
as suspect. A step ahead is taken over at once; the stamps of the minutes around it are marked.
Why: docs/decisions/0006-clock-steps.md.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sunledger.sitetime.clock import Clock

SLEW = 0.5
STEP = timedelta(minutes=1)
"""A difference between wall and monotonic time that is no longer drift."""
SETTLING = timedelta(minutes=10)
"""How long stamps stay marked after a step ahead."""
EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)
"""No poll was ever taken by Sunledger before this."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment, and whether the wall clock deserved trust then."""

    at: datetime
    suspect: bool


class Stamps:
    """Gives out strictly increasing stamps in whole milliseconds.

    `floor` is the latest time stored so far, so that a restart with a clock in the past continues after it.
    """

    def __init__(self, clock: Clock, floor: datetime | None = None) -> None:
        self._clock = clock
        self._last = floor
        self._last_monotonic = clock.monotonic()
        self._offset = clock.now() - timedelta(seconds=self._last_monotonic)
        self._suspect_until: float | None = None

    def stamp(self) -> Stamp:
        """The stamp for something that happens now."""
        wall, monotonic = self._clock.now(), self._clock.monotonic()
        elapsed = monotonic - self._last_monotonic
        self._note_step(wall, monotonic)
        at = wall
        if self._last is not None and wall <= self._last:
            at = self._last + timedelta(seconds=elapsed * SLEW)
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        if self._last is not None and at <= self._last:
            at = self._last + timedelta(milliseconds=1)
        self._last, self._last_monotonic = at, monotonic
        return Stamp(at, self._is_suspect(at, wall, monotonic))

    def _note_step(self, wall: datetime, monotonic: float) -> None:
        offset = wall - timedelta(seconds=monotonic)
        if abs(offset - self._offset) > STEP:
            self._suspect_until = monotonic + SETTLING.total_seconds()
        self._offset = offset

    def _is_suspect(self, at: datetime, wall: datetime, monotonic: float) -> bool:
        settling = self._suspect_until is not None and monotonic < self._suspect_until
        return settling or wall < EARLIEST or abs(at - wall) > STEP
