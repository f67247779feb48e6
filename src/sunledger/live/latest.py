"""The latest good reading of every inverter, as one immutable image per inverter; others in `measured`.

*State: the images.* They are replaced by intake after each commit and restored from the store at start, and
read by everybody. Nothing in them was made up: a reading that was set aside as a zero-glitch does not replace
a good one, and an implausible value is None.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple, Protocol, TypeVar

from sunledger.ledger.judgement import Quality, Reason, quality
from sunledger.live.measured import LatestMeasured
from sunledger.measurements import INVERTER, PORT, InverterReading, Poll, PortReading, ReadingKind
from sunledger.sitetime import Clock

SeriesKey = tuple[str, int | None]
"""An inverter's serial number, and a port's number or None for the inverter itself."""

R = TypeVar("R", InverterReading, PortReading)


class Production(Protocol):
    """A port's repaired counters in Wh, as a store gives them."""

    @property
    def serial_number(self) -> str:
        """The inverter's."""

    @property
    def port_number(self) -> int:
        """From 1."""

    @property
    def at(self) -> datetime:
        """The reading that they hold for."""

    @property
    def today(self) -> int:
        """Since the last RESET_HOUR."""

    @property
    def total(self) -> int | None:
        """Of the port's life."""


class Finding(NamedTuple):
    """What was found out about a reading at its own time."""

    field: str
    reason: Reason


class LatestPort(NamedTuple):
    """A port's latest good reading, with what it is worth and the repaired counters."""

    reading: PortReading
    quality: Quality
    production: Production | None


class LatestInverter(NamedTuple):
    """All that is known of an inverter now."""

    serial_number: str
    dtu_name: str
    reading: InverterReading | None
    """None as long as only its ports have been heard."""
    quality: Quality
    linked: bool
    """False when its DTU says that it has lost the inverter."""
    ports: tuple[LatestPort, ...]
    """By port number."""
    heard: float
    """The moment of the latest of these readings, on the monotonic clock."""

    @property
    def pv_power(self) -> float | None:
        """The sum over the ports in W; None when no port knows its power."""
        powers = [port.reading.pv_power for port in self.ports if port.reading.pv_power is not None]
        return sum([round(power * _POWER_SCALE) for power in powers]) / _POWER_SCALE if powers else None

    @property
    def frozen(self) -> bool:
        """Whether one of its ports shows the same values, to the last digit, for too long."""
        return Quality.FROZEN in [port.quality for port in self.ports]


_POWER_SCALE = PORT.scales[PORT.index("pv_power")]
_NO_FINDINGS: Sequence[Finding] = ()
_BEST_FIRST = (Quality.GOOD, Quality.CORRECTED, Quality.FROZEN, Quality.IMPLAUSIBLE, Quality.ZERO_GLITCH)


@dataclass(slots=True)
class _Inverter:
    """What the next image is made of."""

    dtu_name: str
    reading: InverterReading | None = None
    quality: Quality = Quality.GOOD
    linked: bool = True
    ports: dict[int, tuple[PortReading, Quality]] = field(default_factory=dict)
    heard: float = float("-inf")


class LatestReadings:
    """The one owner of the latest readings."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, _Inverter] = {}
        self._production: dict[SeriesKey, Production] = {}
        self._images: dict[str, LatestInverter] = {}
        self.measured = LatestMeasured()

    def get(self, serial_number: str) -> LatestInverter | None:
        """An inverter's image; None for one without any good reading."""
        return self._images.get(serial_number)

    def inverters(self) -> Collection[LatestInverter]:
        """The images of all inverters, in the order in which they were first heard."""
        return self._images.values()

    def production(self) -> Collection[Production]:
        """The repaired counters of every port."""
        return self._production.values()

    def of_devices(self, sees: Callable[[str], bool]) -> "LatestReadings":
        """What is known now of some devices, by serial number or name, and places."""
        seen = LatestReadings(self._clock)
        seen._images = {name: image for name, image in self._images.items() if sees(name)}
        seen._production = {key: each for key, each in self._production.items() if sees(key[0])}
        seen.measured = self.measured.of_devices(sees)
        return seen

    def age(self, inverter: LatestInverter) -> float:
        """Seconds since the inverter was heard, whatever the wall clock did meanwhile."""
        return self._clock.monotonic() - inverter.heard

    def restore(
        self,
        inverters: Iterable[InverterReading],
        ports: Iterable[PortReading],
        production: Iterable[Production],
        dtu_names: Mapping[str, str],
    ) -> None:
        """Take up what a store knows, unless as much is known already; `dtu_names` by serial number."""
        for reading in inverters:
            known = self._of(reading.serial_number, dtu_names.get(reading.serial_number, ""))
            if known.reading is not None and known.reading.taken_at >= reading.taken_at:
                continue
            findings = _implausible(INVERTER, reading)
            known.reading, known.quality = _without_implausible(reading, findings), _worst(findings)
            known.heard = max(known.heard, self._heard(reading.taken_at))
            known.linked = reading.link_status != 0
        for port in ports:
            known = self._of(port.serial_number, dtu_names.get(port.serial_number, ""))
            before = known.ports.get(port.port_number)
            if before is not None and before[0].taken_at >= port.taken_at:
                continue
            findings = _implausible(PORT, port)
            known.ports[port.port_number] = _without_implausible(port, findings), _worst(findings)
            known.heard = max(known.heard, self._heard(port.taken_at))
        self._count(production)
        for serial_number in self._known:
            self._draw(serial_number)

    def update(
        self, poll: Poll, findings: Mapping[SeriesKey, Sequence[Finding]], production: Iterable[Production]
    ) -> list[LatestInverter]:
        """Take over a poll that has been kept; the new images of the inverters whose readings are the latest.

        A late poll brings no new readings, but may change the counters of images.
        """
        heard = self._clock.monotonic() if poll.suspect_time else self._heard(poll.taken_at)
        fresh: dict[str, _Inverter] = {}
        for reading in poll.inverters:
            known = self._of(reading.serial_number, poll.dtu_name)
            if _take_inverter(known, reading, findings.get((reading.serial_number, None), _NO_FINDINGS)):
                fresh[reading.serial_number] = known
        for port in poll.ports:
            known = self._of(port.serial_number, poll.dtu_name)
            if _take_port(known, port, findings.get((port.serial_number, port.port_number), _NO_FINDINGS)):
                fresh[port.serial_number] = known
        links = {reading.serial_number: reading.link_status != 0 for reading in poll.inverters}
        for serial_number, known in fresh.items():
            known.heard, known.dtu_name = max(known.heard, heard), poll.dtu_name
            known.linked = links.get(serial_number, known.linked)
        counted = self._count(production)
        for serial_number in {**fresh, **counted}:
            self._draw(serial_number)
        return [self._images[serial_number] for serial_number in fresh]

    def adopt(self, image: LatestInverter) -> None:
        """Take over an image that another process has drawn, with `heard` on our clock."""
        known = self._of(image.serial_number, image.dtu_name)
        known.dtu_name, known.reading, known.quality = image.dtu_name, image.reading, image.quality
        known.linked, known.heard = image.linked, image.heard
        known.ports = {port.reading.port_number: (port.reading, port.quality) for port in image.ports}
        self._count(port.production for port in image.ports if port.production is not None)
        self._draw(image.serial_number)

    def _count(self, production: Iterable[Production]) -> dict[str, None]:
        """Take over repaired counters; whose they are."""
        counted: dict[str, None] = {}
        for each in production:
            self._production[each.serial_number, each.port_number] = each
            counted[each.serial_number] = None
        return counted

    def _of(self, serial_number: str, dtu_name: str) -> _Inverter:
        known = self._known.get(serial_number)
        if known is None:
            known = self._known[serial_number] = _Inverter(dtu_name)
        return known

    def _heard(self, taken_at: datetime) -> float:
        age = (self._clock.now() - taken_at).total_seconds()
        return self._clock.monotonic() - max(0.0, age)

    def _draw(self, serial_number: str) -> None:
        known = self._known.get(serial_number)
        if known is None or (known.reading is None and not known.ports):
            return
        counters = self._production
        ports = [
            LatestPort(reading, worth, counters.get((serial_number, number)))
            for number, (reading, worth) in sorted(known.ports.items())
        ]
        self._images[serial_number] = LatestInverter(
            serial_number, known.dtu_name, known.reading, known.quality, known.linked, tuple(ports),
            known.heard,
        )  # fmt: skip


def _take_inverter(known: _Inverter, reading: InverterReading, findings: Sequence[Finding]) -> bool:
    """Take a reading over unless it was set aside or comes late; whether it was taken."""
    before = known.reading
    if _set_aside(findings) or (before is not None and reading.taken_at < before.taken_at):
        return False
    known.reading, known.quality = _without_implausible(reading, findings), _worst(findings)
    return True


def _take_port(known: _Inverter, reading: PortReading, findings: Sequence[Finding]) -> bool:
    """The same for a port's."""
    before = known.ports.get(reading.port_number)
    if _set_aside(findings) or (before is not None and reading.taken_at < before[0].taken_at):
        return False
    worth = _worst(findings)
    if before is not None and worth is Quality.GOOD and _still_frozen(before, reading):
        worth = Quality.FROZEN
    known.ports[reading.port_number] = _without_implausible(reading, findings), worth
    return True


def _set_aside(findings: Sequence[Finding]) -> bool:
    return bool(findings) and any(finding.reason is Reason.ZERO_GLITCH for finding in findings)


def _worst(findings: Sequence[Finding]) -> Quality:
    if not findings:
        return Quality.GOOD
    return max((quality(finding.reason) for finding in findings), key=_BEST_FIRST.index)


def _still_frozen(before: tuple[PortReading, Quality], reading: PortReading) -> bool:
    """A frozen run is found once, at its beginning; it lasts for as long as the values stay the same."""
    return before[1] is Quality.FROZEN and PORT.values(before[0]) == PORT.values(reading)


def _implausible(kind: ReadingKind[R], reading: R) -> list[Finding]:
    return [
        Finding(measurement.name, Reason.IMPLAUSIBLE)
        for measurement, value in zip(kind.measurements, kind.values(reading), strict=True)
        if value is not None and not measurement.plausible(value)
    ]


def _without_implausible(reading: R, findings: Sequence[Finding]) -> R:
    if not findings:
        return reading
    gone: dict[str, Any] = {
        finding.field: None for finding in findings if finding.reason is Reason.IMPLAUSIBLE
    }
    return replace(reading, **gone) if gone else reading
