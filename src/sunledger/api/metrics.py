"""Prometheus metrics: what listeners count, beside the gauges of the present (in two files of that name).

This module is imported only where metrics are switched on.
"""

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from sunledger.api.gauges import Now
from sunledger.api.measured_gauges import MeasuredNow
from sunledger.live.health import Health, PollOutcome
from sunledger.live.latest import LatestReadings
from sunledger.live.state import DeviceStates

_POLL_SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80)
_QUICK_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Metrics:
    """Listens to polls, commits and requests, and exposes what it heard together with `live`.

    *State: the counters and histograms in the registry.*
    """

    content_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(
        self, registry: CollectorRegistry, *, latest: LatestReadings, states: DeviceStates, health: Health
    ) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library leaves it untyped
        self._registry = registry
        self._queries = Counter(
            "hoymiles_queries_total", "Polls that were tried.", ("dtu_name", "status"), registry=registry
        )
        self._query_seconds = Histogram(
            "hoymiles_query_duration_seconds",
            "Time a poll took.",
            ("dtu_name",),
            buckets=_POLL_SECONDS,
            registry=registry,
        )
        self._query_errors = Counter(
            "hoymiles_query_errors_total",
            "Polls that failed.",
            ("dtu_name", "error_type"),
            registry=registry,
        )
        self._db_seconds = Histogram(
            "hoymiles_db_operation_duration_seconds",
            "Time an operation of the store took.",
            ("operation", "table"),
            buckets=_QUICK_SECONDS,
            registry=registry,
        )
        self._request_seconds = Histogram(
            "hoymiles_api_request_duration_seconds",
            "Time a request took.",
            ("endpoint", "method", "status"),
            buckets=_QUICK_SECONDS,
            registry=registry,
        )
        registry.register(Now(latest, states, health))
        registry.register(MeasuredNow(latest.measured, states))

    def poll_finished(self, outcome: PollOutcome) -> None:
        """Count a poll; a `PollListener`."""
        status = "success" if outcome.error_type is None else "error"
        self._queries.labels(outcome.dtu_name, status).inc()
        self._query_seconds.labels(outcome.dtu_name).observe(outcome.seconds)
        if outcome.error_type is not None:
            self._query_errors.labels(outcome.dtu_name, outcome.error_type).inc()

    def committed(self, operation: str, table: str, seconds: float) -> None:
        """Note how long the store took."""
        self._db_seconds.labels(operation, table).observe(seconds)

    def request_finished(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """Note how long a request took."""
        self._request_seconds.labels(endpoint, method, str(status)).observe(seconds)

    def exposition(self) -> bytes:
        """All metrics as they are now."""
        return generate_latest(self._registry)
