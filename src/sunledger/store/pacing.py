"""How much of a batch is loaded at once: as much as live polls may wait for, which share the one writer.

A step is some quarters of an hour of all series, at least one. What a step has loaded is durable; when a
later one fails, the batch can be loaded again.
"""

from bisect import bisect_left
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from math import ceil

from sunledger.measurements import Batch
from sunledger.sitetime import Clock
from sunledger.store.records import Found, Loaded
from sunledger.store.shelf import QUARTER_MS, quarter_start

LoadStep = Callable[[Batch, Sequence[Found]], Awaitable[Loaded]]

SHORT, LONG = 0.03, 0.075
"""Seconds of a step while live polls come, one after the other, and while they come now and then."""
_RECENT = 1.0
"""Seconds after a live poll in which another one is expected."""
_FEWEST = 1000
"""Rows of a step; fewer take hardly less time, as each step is synced to the disk and grows the same day."""
_MOST = 50_000
_HOUR_MS = 4 * QUARTER_MS


class Pace:
    """Finds out how many rows fit into the time that a step may take: more while no live polls come.

    *State: how many rows that is, and when the last live poll came.*
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._polled_at = -_RECENT
        self._rows = {SHORT: 2 * _FEWEST, LONG: 2 * _FEWEST}

    def polled(self) -> None:
        """Note that a live poll came."""
        self._polled_at = self._clock.monotonic()

    async def load(self, batch: Batch, found: Iterable[Found], load: LoadStep) -> Loaded:
        """Load a batch step by step. Raises what a step raises; those before it are durable then."""
        loaded, rest = Loaded(), sorted(found, key=_when, reverse=True)
        start, left = _next(batch, -1), batch.size
        while start is not None:
            began = self._clock.monotonic()
            longest = SHORT if began - self._polled_at < _RECENT else LONG
            rows = left // ceil(left / self._rows[longest])
            end = _end(batch, start, rows)
            step = batch.between(start, end)
            loaded = loaded.followed_by(await load(step, list(_until(rest, end))))
            self._learn(longest, self._clock.monotonic() - began, rows)
            left -= step.size
            start = _next(batch, end)
        return loaded

    def _learn(self, longest: float, took: float, rows: int) -> None:
        """Ask for fewer rows where these took too long, and for more where they did not."""
        if took > longest:
            self._rows[longest] = max(_FEWEST, rows * 3 // 4)
        elif took < 0.8 * longest:
            self._rows[longest] = max(self._rows[longest], min(rows * 3 // 2, _MOST))


def _end(batch: Batch, start: int, rows: int) -> int:
    """Up to where no more than so many rows are from a start on, be it that a quarter of an hour has more."""
    left = [(each.times, bisect_left(each.times, start)) for each in batch.columns]
    left = [(times, begin) for times, begin in left if begin < len(times)]
    each = rows // len(left)
    ends = [times[begin + each] for times, begin in left if begin + each < len(times)]
    if not ends:
        return max(times[-1] for times, _ in left) + 1
    end = min(ends)
    whole = _HOUR_MS if end - start > 2 * _HOUR_MS else QUARTER_MS
    return max(end - end % whole, quarter_start(start) + QUARTER_MS)


def _next(batch: Batch, end: int) -> int | None:
    """The first time of a batch from a moment on."""
    firsts = [(each.times, bisect_left(each.times, end)) for each in batch.columns]
    return min((times[first] for times, first in firsts if first < len(times)), default=None)


def _when(found: Found) -> int:
    """The time of the reading."""
    return found.judgements[0].at


def _until(rest: list[Found], end: int) -> Iterator[Found]:
    """Take those of readings from before a moment; the earliest are last."""
    while rest and _when(rest[-1]) < end:
        yield rest.pop()
