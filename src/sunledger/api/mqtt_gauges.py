"""What Prometheus is told of the subscription at an MQTT broker, where there is one."""

from collections.abc import Callable, Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sunledger.intake.subscription import Subscribed


class MqttGauges(Collector):
    """How many messages came, read at the moment of the scrape."""

    def __init__(self, standing: Callable[[], Subscribed]) -> None:
        self._standing = standing

    def collect(self) -> Iterable[Metric]:
        """The counters and gauges."""
        now = self._standing()
        yield GaugeMetricFamily("sunledger_mqtt_connected", "1 while the broker is connected.", now.connected)
        yield CounterMetricFamily(
            "sunledger_mqtt_messages_received", "Messages that came from the broker.", now.received
        )
        yield CounterMetricFamily(
            "sunledger_mqtt_messages_refused", "Messages with readings that cannot be used.", now.refused
        )
        yield GaugeMetricFamily(
            "sunledger_mqtt_messages_queued", "Messages that came and are not kept yet.", now.queued
        )
