"""What Prometheus is told of the connections to a database server, where there is one."""

from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sunledger.store.connections import Pooled


class PoolGauges(Collector):
    """How many connections there are, read at the moment of the scrape."""

    def __init__(self, pooled: Pooled) -> None:
        self._pooled = pooled

    def collect(self) -> Iterable[Metric]:
        """The gauge."""
        family = GaugeMetricFamily(
            "hoymiles_db_pool_size", "Connections to the database server.", labels=("state",)
        )
        for state, count in self._pooled.connections()._asdict().items():
            family.add_metric((state,), count)
        yield family
