"""The circuit breaker of one DTU, as a pure state machine.

    closed ──threshold failures in a row──▶ open ──after the cool-down──▶ half-open
       ▲                                     ▲                               │
       └──────────── success ────────────────┼──────────── failure ──────────┘ (success: closed)

A DTU that is asked again and again while it cannot answer may never recover
(ArekKubacki/Hoymiles-Plant-DTU-Pro#14, wasilukm/hoymiles-mqtt#25).
"""

from dataclasses import dataclass, replace

from sunledger.live import BreakerState

THRESHOLD = 5
COOL_DOWN = 300.0
"""Seconds that an open breaker leaves a DTU in peace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """The breaker at one moment; moments are monotonic seconds."""

    threshold: int = THRESHOLD
    cool_down: float = COOL_DOWN
    state: BreakerState = BreakerState.CLOSED
    failures: int = 0
    """In a row."""
    opened_at: float = 0.0

    def __post_init__(self) -> None:
        if self.threshold < 1:
            raise ValueError(f"threshold must be at least 1, not {self.threshold}")

    @property
    def probes_at(self) -> float:
        """No poll may begin before this moment; 0 unless the breaker is open."""
        return self.opened_at + self.cool_down if self.state is BreakerState.OPEN else 0.0

    def trying(self) -> "Breaker":
        """A poll begins; after the cool-down of an open breaker it is a probe."""
        return replace(self, state=BreakerState.HALF_OPEN) if self.state is BreakerState.OPEN else self

    def succeeded(self) -> "Breaker":
        """The DTU has answered."""
        return replace(self, state=BreakerState.CLOSED, failures=0)

    def failed(self, now: float) -> "Breaker":
        """The DTU has not answered."""
        failures = self.failures + 1
        if self.state is BreakerState.HALF_OPEN or failures >= self.threshold:
            return replace(self, state=BreakerState.OPEN, failures=failures, opened_at=now)
        return replace(self, failures=failures)
