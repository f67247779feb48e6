"""The latest reading and health of each device, its state, and the fan-out to subscribers."""

from sunledger.live.events import CorrectionEvent, DtuEvent, Event, MeasuredEvent, ReadingEvent
from sunledger.live.health import (
    STORAGE,
    BreakerState,
    DtuHealth,
    DtuStatus,
    Health,
    PollListener,
    PollOutcome,
    Status,
)
from sunledger.live.latest import Finding, LatestInverter, LatestPort, LatestReadings
from sunledger.live.patience import Patience
from sunledger.live.state import DeviceStates, State
from sunledger.live.stream import Frame, Stream, Subscription

__all__ = [
    "STORAGE",
    "BreakerState",
    "CorrectionEvent",
    "DeviceStates",
    "DtuEvent",
    "DtuHealth",
    "DtuStatus",
    "Event",
    "Finding",
    "Frame",
    "Health",
    "LatestInverter",
    "LatestPort",
    "LatestReadings",
    "MeasuredEvent",
    "Patience",
    "PollListener",
    "PollOutcome",
    "ReadingEvent",
    "State",
    "Status",
    "Stream",
    "Subscription",
]
