"""Counts of polls and requests, between one sample and the next.

*State: what was counted since it was last taken.*
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from sunledger.live import PollOutcome

_SERVER_ERROR = 500


@dataclass(slots=True)
class Counted:
    """What happened in some time."""

    polls: Counter[str] = field(default_factory=Counter)
    """By the DTU's name, those that failed included."""
    failed_polls: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    failed_requests: int = 0
    """Those that were answered with 500 or more."""
    request_seconds: float = 0.0
    """What all of them took."""


class Counts:
    """Listens to polls and requests."""

    def __init__(self, dtu_names: Collection[str]) -> None:
        """`dtu_names` may change meanwhile."""
        self._names = dtu_names
        self._now = Counted()

    def poll_finished(self, outcome: PollOutcome) -> None:
        """Count a poll; a `PollListener`."""
        self._now.polls[outcome.dtu_name] += 1
        self._now.failed_polls[outcome.dtu_name] += outcome.error_type is not None

    def request_finished(self, _endpoint: str, _method: str, status: int, seconds: float) -> None:
        """Count a request; a `RequestListener`."""
        self._now.requests += 1
        self._now.failed_requests += status >= _SERVER_ERROR
        self._now.request_seconds += seconds

    def taken(self) -> Counted:
        """What was counted; the next count begins."""
        counted, self._now = self._now, Counted()
        zeros = dict.fromkeys(self._names, 0)  # no poll of any DTU is zero polls of each
        counted.polls = Counter(zeros | counted.polls)
        counted.failed_polls = Counter(zeros | counted.failed_polls)
        return counted
