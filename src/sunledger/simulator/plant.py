"""The simulated plant: inverters and ports in a time of their own, without any I/O.

Power is constant over each step of a fixed grid of 10 seconds, and energy is summed over whole steps, so what
is shown at a moment does not depend on when and how often somebody asked before.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol
from zoneinfo import ZoneInfo

from sunledger.simulator.block import PortImage, encode
from sunledger.simulator.electrics import Electrics
from sunledger.simulator.meter import Meter
from sunledger.simulator.timeline import Timeline
from sunledger.simulator.truth import Truth, truth_of
from sunledger.sitetime import instant, milliseconds
from sunledger.sitetime.spans import day_of, midnight

STEP = 10
"""Seconds of the grid; every local midnight and every full minute lies on it."""


class Source(Protocol):
    """Where power comes from: the sun, or a recording."""

    def milliwatts(self, second: int) -> int:
        """The power in mW at a second since 1970, of which each port has its share."""


class Family(Enum):
    """Microinverter families by the first digits of their serial numbers."""

    HM = "1141"
    MI = "1060"

    @property
    def currents_per_ampere(self) -> int:
        """How many of the register's units are one ampere."""
        return 10 if self is Family.MI else 100


class Plant:
    """Inverters × ports that produce from `start` on; the same seed and times give the same registers.

    `shares` has the millionths of the source's power that each port gives, inverter by inverter.
    """

    def __init__(
        self,
        source: Source,
        start: datetime,
        shares: Sequence[int],
        *,
        ports: int = 2,
        seed: int = 1,
        zone: ZoneInfo,
        family: Family = Family.HM,
    ) -> None:
        self.start = start
        self.seed = seed
        self.zone = zone
        self.timeline = Timeline()
        self.resets_today = True
        """Whether the device sets today's counters to zero at local midnight."""
        self.meters = _meters(seed, family, shares, ports)
        self._inverters = _by_serial(self.meters)
        self._source = source
        self._electrics = Electrics(seed, family.currents_per_ampere)
        self._covers: dict[object, dict[Meter, PortImage]] = {}
        self._day = day_of(start, zone)
        self._second = _grid(midnight(self._day, zone))
        self._expect_midnight()
        self.advance(start)
        for meter in self.meters:
            meter.begin_truth()

    @property
    def second(self) -> int:
        """The grid second that the plant has come to, since 1970."""
        return self._second

    @property
    def serials(self) -> list[str]:
        """The inverters' serial numbers in the order of their blocks."""
        return list(self._inverters)

    def ports_of(self, inverter: int) -> list[Meter]:
        """The meters of one inverter; its index is taken modulo the number of inverters."""
        return self._inverters[self.serials[inverter % len(self._inverters)]]

    def advance(self, to: datetime) -> None:
        """Let the plant produce until `to`, doing what is due on the way; the past is never undone."""
        target = _grid(to)
        while (due := self.timeline.next) <= target:
            self._produce(int(due))
            self.timeline.take()()
        self._produce(target)

    def _produce(self, until: int) -> None:
        source, meters, day = self._source, self.meters, self._day
        for second in range(self._second, until, STEP):
            whole = source.milliwatts(second)
            if whole:
                for meter in meters:
                    meter.run(whole, STEP, day)
        self._second = max(self._second, until)

    def _expect_midnight(self) -> None:
        self.timeline.add(_grid(midnight(self._day + timedelta(days=1), self.zone)), self._midnight)

    def _midnight(self) -> None:
        self._day += timedelta(days=1)
        if self.resets_today:
            self.reset_today()
        self._expect_midnight()

    def reset_today(self) -> None:
        """Set today's counters of all devices to zero."""
        for meter in self.meters:
            meter.today = 0

    def block(self, index: int) -> bytes:
        """The 40 bytes that the DTU shows for the port of this index."""
        meter = self.meters[index]
        return encode(meter.serial, meter.number, self.image(meter))

    def image(self, meter: Meter) -> PortImage:
        """What the DTU shows of a port: what is, or what the latest cover laid over it says."""
        for cover in reversed(self._covers.values()):
            if meter in cover:
                return cover[meter]
        whole = self._source.milliwatts(self._second)
        inverter_power = sum(port.power(whole) for port in self._inverters[meter.serial])
        return self._electrics.image(meter, meter.power(whole), inverter_power, self._second)

    def cover(self, key: object, images: dict[Meter, PortImage]) -> None:
        """Show these images instead of what is, until `uncover` with the same key."""
        self._covers[key] = images

    def uncover(self, key: object) -> None:
        """Take a cover away."""
        del self._covers[key]

    def power(self) -> float:
        """The plant's real power in W."""
        whole = self._source.milliwatts(self._second)
        return sum(meter.power(whole) for meter in self.meters) / 1000

    def truth(self) -> Truth:
        """What was really produced since the start, as of the moment the plant has come to."""
        return truth_of(self.meters)

    def energy_ahead(self, meter: Meter, until: int) -> int:
        """The Wh that a port's counter will have risen by at a grid second to come, if no fault shades it."""
        ahead = Meter(meter.serial, meter.number, meter.share, 0)
        for second in range(self._second, until, STEP):
            ahead.run(self._source.milliwatts(second), STEP, self._day)
        return ahead.counted


def _grid(at: datetime) -> int:
    """The start of the grid step that holds a moment, in seconds since 1970."""
    return milliseconds(at) // (1000 * STEP) * STEP


def moment(second: int) -> datetime:
    """A grid second as an aware UTC time."""
    return instant(second * 1000)


def _meters(seed: int, family: Family, shares: Sequence[int], ports: int) -> list[Meter]:
    rng = random.Random(f"{seed}:devices")  # noqa: S311  a simulation, no secret
    serials = [f"{family.value}{tail:08d}" for tail in rng.sample(range(10**8), -(-len(shares) // ports))]
    return [
        Meter(serials[i // ports], i % ports + 1, share, rng.randrange(500_000, 4_000_000))
        for i, share in enumerate(shares)
    ]


def _by_serial(meters: Sequence[Meter]) -> dict[str, list[Meter]]:
    inverters: dict[str, list[Meter]] = {}
    for meter in meters:
        inverters.setdefault(meter.serial, []).append(meter)
    return inverters
