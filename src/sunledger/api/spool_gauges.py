"""What Prometheus is told of the spool, where there is one."""

from collections.abc import Callable, Iterable

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sunledger.sitetime import Clock
from sunledger.store.spool import Standing


class SpoolGauges(Collector):
    """How much waits for the database, read at the moment of the scrape."""

    def __init__(self, standing: Callable[[], Standing], clock: Clock) -> None:
        self._standing = standing
        self._clock = clock

    def collect(self) -> Iterable[Metric]:
        """The gauges."""
        now = self._standing()
        age = 0.0 if now.oldest is None else max(0.0, (self._clock.now() - now.oldest).total_seconds())
        yield _gauge("sunledger_spool_rows", "Readings that wait for the database.", now.rows)
        yield _gauge("sunledger_spool_polls", "Polls that wait for the database.", now.polls)
        yield _gauge("sunledger_spool_bytes", "Space that the spool uses.", now.bytes)
        yield _gauge("sunledger_spool_oldest_age_seconds", "How long the oldest poll has waited.", age)
        yield _gauge("sunledger_spool_full", "1 when the last poll was turned away.", now.full)
        yield _gauge("sunledger_spool_set_aside_polls", "Polls that the database refused.", now.set_aside)


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value)
