"""What is asked of a store for energy and history: whose, when, and in which steps."""

from typing import NamedTuple
from zoneinfo import ZoneInfo

from sunledger.sitetime import Span, Step
from sunledger.store.records import Of, PortKey


class EnergyAsked(NamedTuple):
    """A question for energy."""

    ports: tuple[PortKey, ...] | None
    """None: all."""
    span: Span
    step: Step | None
    """None: the span is one period."""
    zone: ZoneInfo
    together: bool = False


class HistoryAsked(NamedTuple):
    """A question for history."""

    of: Of
    series: tuple[int, ...] | None
    """Their ids; None: all of that kind."""
    names: tuple[str, ...]
    """Of measurements."""
    span: Span
    step: Step
    zone: ZoneInfo
