"""A device's state now, as a pure function of what is known of it.

Quality belongs to a stored reading and stays with it; state belongs to a device and to this moment.
"""

from collections.abc import Collection
from datetime import datetime
from enum import Enum, StrEnum, auto
from typing import NamedTuple

from sunledger.live.health import DtuHealth, Health
from sunledger.live.latest import LatestInverter, LatestReadings
from sunledger.live.measured import MeasuredSeries
from sunledger.live.patience import Patience
from sunledger.sitetime import Clock, Place
from sunledger.sitetime.sun import is_dark


class State(StrEnum):
    """What to make of an inverter's latest reading."""

    LIVE = "live"
    STALE = "stale"
    """The reading is old or stands still: the inverter may do something else by now."""
    NIGHT = "night"
    OFFLINE = "offline"
    """The inverter, or the DTU that speaks for it, is not heard of by day."""


class Contact(Enum):
    """How things stand with the DTU that speaks for an inverter."""

    KEPT = auto()
    """It answers; also for an inverter whose readings are pushed to us."""
    AWAITED = auto()
    """It has not answered yet since the start."""
    LOST = auto()
    """It has been silent for too long."""


class Sight(NamedTuple):
    """What is known of an inverter at one moment."""

    age: float
    """Seconds since its latest good reading."""
    dtu: Contact = Contact.KEPT
    linked: bool = True
    """False when its DTU reports that it has lost the inverter."""
    dark: bool = False
    """By the sun, or by the ports of the DTU all idling where the place is not known."""
    frozen: bool = False


def device_state(sight: Sight, patience: Patience) -> State:
    """The state that follows from what is known."""
    if sight.dtu is Contact.LOST:
        return State.OFFLINE
    if sight.dark:
        return State.NIGHT
    missing = sight.age > patience.offline_after
    if not sight.linked or (missing and sight.dtu is Contact.KEPT):
        return State.OFFLINE
    if sight.frozen or sight.age > patience.stale_after:
        return State.STALE
    return State.LIVE


class DeviceStates:
    """Looks at an inverter through the latest readings, the health of the DTUs, the sun and the clock."""

    def __init__(
        self,
        clock: Clock,
        latest: LatestReadings,
        health: Health,
        patience: Patience,
        place: Place | None = None,
    ) -> None:
        self._clock = clock
        self._latest = latest
        self._health = health
        self._patience = patience
        self._place = place
        self._darkness: tuple[datetime, bool] | None = None

    def of(self, inverter: LatestInverter) -> State:
        """An inverter's state now."""
        return self.of_all((inverter,))[0]

    def of_all(self, inverters: Collection[LatestInverter]) -> list[State]:
        """The states of several inverters now, in their order; their DTUs are looked at once."""
        dtus = {name: self._dtu(name) for name in {inverter.dtu_name for inverter in inverters}}
        return [
            device_state(self._sight(inverter, *dtus[inverter.dtu_name]), self._patience)
            for inverter in inverters
        ]

    def is_heard(self, series: MeasuredSeries) -> bool:
        """Whether what is no inverter has told of itself lately, by the pace at which it does."""
        age: float = (self._clock.now() - series.reading.taken_at).total_seconds()
        return age <= self._patience.silent_after(series.interval)

    def _dtu(self, name: str) -> tuple[DtuHealth | None, bool]:
        """A DTU's health, and whether it is dark there as far as its idling inverters can tell."""
        dark = self._all_idle(name) if self._place is None else self._sun_is_down(self._place)
        return self._health.dtu(name), dark

    def _sight(self, inverter: LatestInverter, dtu: DtuHealth | None, dark: bool) -> Sight:
        age = self._latest.age(inverter)
        if self._place is None and dark:
            dark = not inverter.pv_power
        return Sight(age, self._contact(dtu, age), inverter.linked, dark, inverter.frozen)

    def _contact(self, dtu: DtuHealth | None, age: float) -> Contact:
        if dtu is None:
            return Contact.KEPT
        if min(dtu.silent_for, age) > self._patience.offline_after:
            return Contact.LOST
        return Contact.AWAITED if dtu.last_successful_query is None else Contact.KEPT

    def _sun_is_down(self, place: Place) -> bool:
        """Computed once a minute: the equations take longer than everything else here."""
        minute = self._clock.now().replace(second=0, microsecond=0)
        if self._darkness is None or self._darkness[0] != minute:
            self._darkness = minute, is_dark(place, minute)
        return self._darkness[1]

    def _all_idle(self, dtu_name: str) -> bool:
        """Whether every inverter of the DTU that is still heard gives nothing, and at least one is heard."""
        idle = False
        for inverter in self._latest.inverters():
            if inverter.dtu_name == dtu_name and self._latest.age(inverter) <= self._patience.stale_after:
                power = inverter.pv_power
                if power:
                    return False
                idle = idle or power is not None
        return idle
