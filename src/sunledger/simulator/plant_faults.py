"""Faults of the plant: of its inverters, its counters and its light, and of what the DTU remembers of them.

Evidence for each stands beside it; the repositories are wasilukm/hoymiles-mqtt, suaveolent/ha-hoymiles-wifi,
ArekKubacki/Hoymiles-Plant-DTU-Pro and lumapu/ahoy. `victim` picks the inverter that a fault befalls, so that
faults which come together do not all befall the same.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import ClassVar

from sunledger.simulator.block import ZEROS, PortImage
from sunledger.simulator.fault import Fault
from sunledger.simulator.meter import Meter
from sunledger.simulator.plant import Plant, moment
from sunledger.sitetime import milliseconds
from sunledger.sitetime.spans import day_of

_REGISTER = 1 << 32


class _OneInverter(Fault):
    """A fault that befalls one inverter."""

    victim: ClassVar[int]

    def struck(self, plant: Plant) -> list[Meter]:
        """The ports of the inverter that it befalls."""
        return plant.ports_of(plant.seed + self.victim)


class ZeroGlitch(Fault):
    """All fields zero while the neighbours produce (hoymiles-mqtt#14)."""

    name = "zero-glitch"
    description = "half of the inverters read all zero, counters too, without any error"
    default_at = time(9, 30)
    default_lasts = timedelta(minutes=3)

    def begin(self, plant: Plant) -> None:
        """Cover half of the inverters, at least one, with zeros."""
        half = range(max(1, len(plant.serials) // 2))
        plant.cover(self, {meter: ZEROS for i in half for meter in plant.ports_of(plant.seed + i)})

    def end(self, plant: Plant) -> None:
        """Show again what is."""
        plant.uncover(self)


class OfflineInverter(_OneInverter):
    """The DTU has lost an inverter and repeats its last counters (ha-hoymiles-wifi#75, #84)."""

    name = "offline-inverter"
    description = (
        "one inverter has link status 0 and no values, its counters stand still and catch up afterwards"
    )
    default_at = time(11, 30)
    default_lasts = timedelta(minutes=20)
    victim = 0

    def begin(self, plant: Plant) -> None:
        """Show nothing of the inverter but its last counters."""
        plant.cover(self, _last_counters(self.struck(plant)))

    def end(self, plant: Plant) -> None:
        """Find the inverter again."""
        plant.uncover(self)


class Frozen(Fault):
    """The DTU repeats its last values until it comes to itself (ha-hoymiles-wifi#31, #80, #181)."""

    name = "frozen"
    description = "no value of any port changes, as by day after the DTU lost its radio; counters catch up"
    default_at = time(12, 30)
    default_lasts = timedelta(minutes=45)

    def begin(self, plant: Plant) -> None:
        """Keep showing what is shown now."""
        plant.cover(self, {meter: plant.image(meter) for meter in plant.meters})

    def end(self, plant: Plant) -> None:
        """Show again what is."""
        plant.uncover(self)


class CounterDrop(_OneInverter):
    """A lifetime counter falls and stays there (Hoymiles-Plant-DTU-Pro#21)."""

    name = "counter-drop"
    description = "one port's lifetime counter falls by 400 kWh at once and counts on from there"
    default_at = time(11, 10)
    daily = False
    victim = 1

    def begin(self, plant: Plant) -> None:
        """Let the counter fall; production and today's counter go on."""
        self.struck(plant)[0].fall(400_000)


class Wrap(_OneInverter):
    """A lifetime counter passes the end of its 32 bits."""

    name = "wrap"
    description = "one port's lifetime counter is set so that it passes 2^32 Wh at about that time"
    default_at = time(11, 20)
    daily = False
    victim = 2

    @property
    def always(self) -> bool:
        """True: the counter is set at the start, its time is when it wraps."""
        return True

    def begin(self, plant: Plant) -> None:
        """Set the counter to what is missing to the end of the register until then."""
        meter = self.struck(plant)[-1]
        wraps_at = _next(plant, self.at or self.default_at)
        meter.total = _REGISTER - max(1, plant.energy_ahead(meter, wraps_at))


class Night(Fault):
    """Darkness by day: the DTU answers, every port idles, counters are kept."""

    name = "night"
    description = "no light for any panel: every port idles with zero power and status 0, counters are kept"
    default_at = time(14, 10)
    default_lasts = timedelta(minutes=20)

    def begin(self, plant: Plant) -> None:
        """Take the light away; nothing is produced, in truth too."""
        _shade(plant.meters, 1)

    def end(self, plant: Plant) -> None:
        """Give the light back."""
        _shade(plant.meters, -1)


class ReplacedInverter(_OneInverter):
    """A new device answers under a known serial number."""

    name = "replaced-inverter"
    description = (
        "one inverter is off the roof for the window; then a new one has its serial, counters at zero"
    )
    default_at = time(12, 0)
    default_lasts = timedelta(minutes=20)
    daily = False
    victim = 0

    def begin(self, plant: Plant) -> None:
        """Unplug the old device, which produces nothing from now on; the DTU repeats its last counters."""
        _shade(self.struck(plant), 1)
        plant.cover(self, _last_counters(self.struck(plant)))

    def end(self, plant: Plant) -> None:
        """Plug the new device in."""
        plant.uncover(self)
        _shade(self.struck(plant), -1)
        for meter in self.struck(plant):
            meter.renew()


class TodayNotReset(Fault):
    """Today's counters go on over midnight (lumapu/ahoy#1135)."""

    name = "today-not-reset"
    description = "today's counters are not set to zero by a midnight inside the window"
    default_at = time(23, 0)
    default_lasts = timedelta(hours=2)

    def begin(self, plant: Plant) -> None:
        """Let the devices forget about midnight."""
        plant.resets_today = False

    def end(self, plant: Plant) -> None:
        """Let them remember it."""
        plant.resets_today = True


class TodayResetEarly(Fault):
    """Today's counters are reset at the wrong hour."""

    name = "today-reset-early"
    description = "today's counters are set to zero at that time, as well as at midnight"
    default_at = time(13, 50)

    def begin(self, plant: Plant) -> None:
        """Reset them."""
        plant.reset_today()


def _last_counters(meters: Iterable[Meter]) -> dict[Meter, PortImage]:
    """What a DTU shows of an inverter that it cannot hear: the counters it heard last."""
    return {meter: ZEROS._replace(today=meter.today, total=meter.total) for meter in meters}


def _shade(meters: Iterable[Meter], by: int) -> None:
    for meter in meters:
        meter.shades += by


def _next(plant: Plant, at: time) -> int:
    """The next second, since 1970, at which the plant's local clock shows `at`."""
    now = moment(plant.second)
    day = day_of(now, plant.zone)
    candidates = (datetime.combine(day + timedelta(days=i), at, plant.zone) for i in (0, 1, 2))
    return next(milliseconds(c) // 1000 for c in candidates if c > now)
