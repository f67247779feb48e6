"""When to ask whom: schedule, back-off, circuit breaker."""

from sunledger.collector.collector import Collector
from sunledger.collector.dtu import DtuCollector, DtuSettings

__all__ = ["Collector", "DtuCollector", "DtuSettings"]
