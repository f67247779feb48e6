"""UTC and site time: the Clock, spans, local days over DST, stamps that never run backward, the sun."""

from sunledger.sitetime.clock import AcceleratedClock, Clock, ManualClock, SystemClock
from sunledger.sitetime.spans import QUARTER, Span, Step, instant, milliseconds
from sunledger.sitetime.stamps import Stamp, Stamps
from sunledger.sitetime.sun import Place

__all__ = [
    "QUARTER",
    "AcceleratedClock",
    "Clock",
    "ManualClock",
    "Place",
    "Span",
    "Stamp",
    "Stamps",
    "Step",
    "SystemClock",
    "instant",
    "milliseconds",
]
