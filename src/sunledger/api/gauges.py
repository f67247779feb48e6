"""What Prometheus is told of the present, read from `live` at the moment of the scrape.

Inverters and DTUs; what is no inverter is in `measured_gauges.py`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sunledger.api.families import FAMILIES, OLD_GAUGES, Family
from sunledger.live.health import BreakerState, DtuStatus, Health
from sunledger.live.latest import LatestInverter, LatestReadings, Production
from sunledger.live.state import DeviceStates, State
from sunledger.measurements import INVERTER, PORT, Measurement

Sample = tuple[str, tuple[str, ...], float]
"""Name of the family, values of its labels, value."""

BREAKER = {BreakerState.CLOSED: 0, BreakerState.HALF_OPEN: 1, BreakerState.OPEN: 2}

REPAIRED: Mapping[str, Callable[[Production], int | None]] = {
    "total_production": lambda counted: counted.total
}
"""Where the repaired value of each lifetime counter stands."""


class Now(Collector):
    """Gauges and counters made from `live` at the moment of the scrape.

    A gauge of a device that is stale or offline is left out: an old value must not look like a live one.
    """

    def __init__(self, latest: LatestReadings, states: DeviceStates, health: Health) -> None:
        self._latest = latest
        self._states = states
        self._health = health

    def collect(self) -> Iterable[Metric]:
        """All families, those without samples too."""
        families = _empty_families()
        for name, labels, value in self._samples():
            families[name].add_metric(labels, value)
        return families.values()

    def _samples(self) -> Iterator[Sample]:
        images = self._latest.inverters()
        present = [image for image in images if self._states.of(image) in (State.LIVE, State.NIGHT)]
        yield "hoymiles_smiles_uptime_seconds", (), self._health.uptime.total_seconds()
        yield from _dtus(self._health)
        yield from _power_of_dtus(present)
        yield from _production_of_dtus(images)
        for image in present:
            yield from _old_gauges(image)
            yield from _gauges(image)
        for image in images:
            yield from _counters(image)


def _empty_families() -> dict[str, GaugeMetricFamily | CounterMetricFamily]:
    families: dict[str, GaugeMetricFamily | CounterMetricFamily] = {
        name: GaugeMetricFamily(name, text, labels=labels) for name, (text, labels) in OLD_GAUGES.items()
    }
    for measurement in (*INVERTER.measurements, *PORT.measurements):
        family = FAMILIES[measurement]
        families[family.name] = without_samples(family)
    return families


def without_samples(family: Family) -> GaugeMetricFamily | CounterMetricFamily:
    """What the samples of a family are put into."""
    kind = CounterMetricFamily if family.counter else GaugeMetricFamily
    return kind(family.name, family.help, labels=family.labels)


def _dtus(health: Health) -> Iterator[Sample]:
    for name, dtu in health.dtus().items():
        yield "hoymiles_dtu_available", (name,), dtu.status is DtuStatus.ONLINE
        yield "hoymiles_circuit_breaker_state", (name,), BREAKER[dtu.breaker]


def _power_of_dtus(images: Collection[LatestInverter]) -> Iterator[Sample]:
    powers: dict[str, float] = {}
    for image in images:
        if image.pv_power is not None:
            powers[image.dtu_name] = powers.get(image.dtu_name, 0) + image.pv_power
    for name, power in powers.items():
        yield "hoymiles_dtu_power_watts", (name,), power


def _production_of_dtus(images: Collection[LatestInverter]) -> Iterator[Sample]:
    today: dict[str, int] = {}
    total: dict[str, int] = {}
    for image in images:
        for counted in [port.production for port in image.ports if port.production is not None]:
            today[image.dtu_name] = today.get(image.dtu_name, 0) + counted.today
            if counted.total is not None:
                total[image.dtu_name] = total.get(image.dtu_name, 0) + counted.total
    for family_name, sums in (("today", today), ("total", total)):
        for name, energy in sums.items():
            yield f"hoymiles_{family_name}_production_wh", (name,), energy


def _old_gauges(image: LatestInverter) -> Iterator[Sample]:
    serial = image.serial_number
    for port in image.ports:
        if port.reading.pv_power is not None:
            labels = (serial, str(port.reading.port_number))
            yield "hoymiles_inverter_power_watts", labels, port.reading.pv_power
    if image.reading is None:
        return
    if image.reading.temperature is not None:
        yield "hoymiles_inverter_temperature_celsius", (serial,), image.reading.temperature
    if image.reading.operating_status is not None:
        yield "hoymiles_inverter_status", (serial,), image.reading.operating_status


def _gauges(image: LatestInverter) -> Iterator[Sample]:
    """What is measured, codes, and the device's own count of today."""
    serial = image.serial_number
    if image.reading is not None:
        values = zip(INVERTER.measurements, INVERTER.values(image.reading), strict=True)
        yield from _measured((serial,), values)
    for port in image.ports:
        values = zip(PORT.measurements, PORT.values(port.reading), strict=True)
        yield from _measured((serial, str(port.reading.port_number)), values)


def _measured(
    labels: tuple[str, ...], values: Iterable[tuple[Measurement, float | None]]
) -> Iterator[Sample]:
    for measurement, value in values:
        family = FAMILIES[measurement]
        if value is not None and not family.counter:
            yield family.name, labels, value * family.factor


def _counters(image: LatestInverter) -> Iterator[Sample]:
    """Repaired counters, which only rise, over falls, jumps, wraps and replacements of the device's own."""
    for counted in (port.production for port in image.ports):
        for measurement in PORT.measurements:
            family = FAMILIES[measurement]
            value = REPAIRED[measurement.name](counted) if counted and family.counter else None
            if counted is not None and value is not None:
                labels = (image.serial_number, str(counted.port_number))
                yield family.name, labels, value * family.factor
