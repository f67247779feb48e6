"""What is due when, in the plant's own time."""

import heapq
import itertools
import math
from collections.abc import Callable

Action = Callable[[], None]


class Timeline:
    """Actions in the order of their seconds since 1970; those of one second in the order they were added."""

    def __init__(self) -> None:
        self._due: list[tuple[int, int, Action]] = []
        self._order = itertools.count()

    def add(self, second: int, action: Action) -> None:
        """Let `action` be due at a second."""
        heapq.heappush(self._due, (second, next(self._order), action))

    @property
    def next(self) -> float:
        """The second of the next action, or infinity when nothing is left."""
        return self._due[0][0] if self._due else math.inf

    def take(self) -> Action:
        """Remove and return the next action; IndexError when nothing is left."""
        return heapq.heappop(self._due)[2]
