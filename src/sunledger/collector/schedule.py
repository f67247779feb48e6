"""When a DTU is asked next; pure, in monotonic seconds.

Polls stand on a grid of the period, each moved a little at random, so that several DTUs, or several houses,
do not all ask at the same moment. The grid keeps their mean distance at exactly the period. A poll that took
too long skips the slots that it covered. After failures in a row the wait doubles with each, up to five
minutes: long enough to leave an overrun DTU in peace, short enough that hardly a quarter of an hour is left
without a reading once it is back. Such a poll begins a new grid.
"""

import random
from math import ceil

SHORTEST_PERIOD = 5.0
JITTER = 0.05
"""How far a poll may be moved either way, as a part of the period; a distance varies by twice as much."""
LONGEST_WAIT = 300.0
"""Seconds between two polls of a DTU that does not answer, unless the period is longer."""


def wait_after(failures: int, period: float, *, backoff: bool = True) -> float:
    """Seconds from a poll to the next one when the last `failures` polls in a row have failed.

    The period after a success and after the first failure, which is nothing unusual; then twice as long
    with each failure.
    """
    if failures <= 1 or not backoff:
        return period
    doublings = min(failures - 1, 32)
    return min(period * 2.0**doublings, max(LONGEST_WAIT, period))


class Schedule:
    """The due times of one DTU's polls."""

    def __init__(self, start: float, period: float, rng: random.Random, *, backoff: bool = True) -> None:
        if period < SHORTEST_PERIOD:
            raise ValueError(f"the period must be at least {SHORTEST_PERIOD:g} s, not {period:g}")
        self.due = start
        """The moment of the next poll."""
        self._period = period
        self._rng = rng
        self._backoff = backoff
        self._origin = start
        self._slot = 0
        self._shift = min(JITTER * period, (period - SHORTEST_PERIOD) / 2)

    def plan(self, now: float, failures: int, not_before: float = 0.0) -> float:
        """Set the due time after a poll that has just ended, and return it."""
        wait = wait_after(failures, self._period, backoff=self._backoff)
        if wait > self._period or not_before > now + self._period:
            self._origin, self._slot = max(now + wait * (1 + self._rng.uniform(0, 2 * JITTER)), not_before), 0
            self.due = self._origin
        else:
            self.due = self._next_slot(max(now, not_before))
        return self.due

    def _next_slot(self, now: float) -> float:
        """The first slot that lies ahead with all of its jitter."""
        self._slot = max(self._slot + 1, ceil((now + self._shift - self._origin) / self._period))
        shift = self._rng.uniform(-self._shift, self._shift)
        return self._origin + self._slot * self._period + shift
