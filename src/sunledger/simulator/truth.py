"""The simulator's own counter: what every port really produced since the start."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sunledger.simulator.meter import Meter

PortKey = tuple[str, int]
"""Serial number of the inverter and number of the port."""


@dataclass(frozen=True, slots=True)
class Truth:
    """Whole Wh per port: the rises of its undisturbed counter since the start, in all and per local day."""

    ports: dict[PortKey, int]
    days: dict[date, dict[PortKey, int]]

    @property
    def total(self) -> int:
        """The plant's production since the start in Wh."""
        return sum(self.ports.values())

    @property
    def inverters(self) -> dict[str, int]:
        """Wh since the start by the inverters' serial numbers."""
        return _by_inverter(self.ports)

    def day(self, day: date) -> dict[PortKey, int]:
        """Wh of a local day by port; a day on which nothing was counted is empty."""
        return self.days.get(day, {})


def truth_of(meters: Iterable[Meter]) -> Truth:
    """The truth as these meters have it."""
    ports: dict[PortKey, int] = {}
    days: dict[date, dict[PortKey, int]] = {}
    for meter in meters:
        key = (meter.serial, meter.number)
        ports[key] = meter.counted
        for day, wh in meter.days.items():
            days.setdefault(day, {})[key] = wh
    return Truth(ports, days)


def _by_inverter(ports: dict[PortKey, int]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for (serial, _), wh in ports.items():
        sums[serial] += wh
    return dict(sums)
