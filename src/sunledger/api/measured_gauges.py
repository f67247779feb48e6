"""What Prometheus is told of energy flows, weather, and what has no driver, at the moment of the scrape."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sunledger.api.families import FAMILIES, Family
from sunledger.api.gauges import without_samples
from sunledger.live.measured import LatestMeasured, MeasuredSeries
from sunledger.live.state import DeviceStates
from sunledger.measurements import ENERGY, TELEMETRY, WEATHER, ReadingKind

MOST_SERIES = 1000
"""Series of a kind that are told: whoever pushes names them, and each costs Prometheus memory for days."""

_KINDS: Sequence[ReadingKind[Any]] = (ENERGY, WEATHER, TELEMETRY)


class MeasuredNow(Collector):
    """Gauges and counters made from the latest readings of what is no inverter.

    A gauge is left out when its series has been silent for too long; counters stay, as the device has them.
    Of too many series the first by name are told, and of the others how many they are.
    """

    def __init__(self, latest: LatestMeasured, states: DeviceStates) -> None:
        self._latest = latest
        self._states = states

    def collect(self) -> Iterable[Metric]:
        """All families, those without samples too."""
        left_out = GaugeMetricFamily(
            "sunledger_series_left_out", "Series that are too many to be told here.", labels=["kind"]
        )
        for kind in _KINDS:
            series = self._latest.series(kind.name)
            left_out.add_metric([kind.name], max(0, len(series) - MOST_SERIES))
            yield from self._families(kind, series[:MOST_SERIES])
        yield left_out

    def _families(self, kind: ReadingKind[Any], series: Sequence[MeasuredSeries]) -> Iterator[Metric]:
        values = [kind.values(each.reading) for each in series]
        heard = [self._states.is_heard(each) for each in series]
        labels = [[str(getattr(each.reading, name)) for name in kind.identity] for each in series]
        columns = zip(*values, strict=True) if values else repeat(())
        for measurement, column in zip(kind.measurements, columns, strict=False):
            yield _told(FAMILIES[measurement], zip(labels, column, heard, strict=True))


def _told(family: Family, series: Iterable[tuple[Sequence[str], float | None, bool]]) -> Metric:
    """A family with what is known and, unless it is a counter, has been heard of lately."""
    told = without_samples(family)
    for labels, value, heard in series:
        if value is not None and (heard or family.counter):
            told.add_metric(labels, value * family.factor)
    return told
