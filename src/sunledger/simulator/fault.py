"""What a fault is: a name, a window of the plant's local time, and the hooks through which it acts.

A fault acts in one of two places. On the plant: `begin` and `end` are called at its window's edges. On the
wire: `disturb` changes each answer given inside the window. What a fault shows never touches the truth.
"""

from dataclasses import dataclass
from datetime import time, timedelta
from typing import ClassVar, NamedTuple

from sunledger.simulator.plant import Plant

ALL_DAY = timedelta(days=1)


class Asked(NamedTuple):
    """The circumstances of a request."""

    seed: int
    number: int
    """The how many-th request of the DTU's life it is."""
    second: int
    """The DTU's time in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the DTU sends back."""

    asked: Asked
    frame: bytes
    """Empty for no answer at all."""
    hangs_up: bool = False
    """Close the connection, after the frame if there is one."""


class Fault:
    """Something that goes wrong from `at`, local time, for as long as it `lasts`; with no `at`, always.

    `daily` faults come back every day, the others happen on the first day that has their time ahead.
    """

    name: ClassVar[str]
    description: ClassVar[str]
    default_at: ClassVar[time | None]
    default_lasts: ClassVar[timedelta] = timedelta()
    daily: ClassVar[bool] = True
    delay: ClassVar[float] = 0.0
    """Seconds of the clock by which answers come later while the fault is on."""
    register_step: ClassVar[int | None] = None
    """The register step while the fault is on, where it changes that."""
    shuts_the_door: ClassVar[bool] = False
    """Whether nothing listens on the port while the fault is on."""

    def __init__(self, at: time | None = None, lasts: timedelta | None = None) -> None:
        self.at = at if at is not None else self.default_at
        self.lasts = lasts if lasts is not None else self.default_lasts

    @property
    def always(self) -> bool:
        """Whether the fault is on from the start and for good."""
        return self.at is None or self.lasts >= ALL_DAY

    def begin(self, plant: Plant) -> None:
        """Act on the plant as the window opens."""

    def end(self, plant: Plant) -> None:
        """Act on the plant as the window closes."""

    def disturb(self, answer: Answer) -> Answer:
        """Change an answer that is given while the fault is on."""
        return answer

    def __str__(self) -> str:
        """The fault as it is written on the command line."""
        if self.at is None:
            return self.name
        duration = f"+{int(self.lasts.total_seconds())}s" if self.lasts else ""
        return f"{self.name}@{self.at:%H:%M}{duration}"
