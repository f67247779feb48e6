"""A device's state now, as a pure function of what is known of it.

Quality belongs to a stored reading and stays with it; state belongs to a device and to this moment.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto

from sunledger.live.health import Health
from sunledger.live.latest import LatestInverter, LatestReadings
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
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
        return device_state(self.sight(inverter), self._patience)

    def sight(self, inverter: LatestInverter) -> Sight:
        """What is known of an inverter now."""
        age = self._latest.age(inverter)
        return Sight(
            age=age,
            dtu=self._contact(inverter.dtu_name, age),
            linked=inverter.linked,
            dark=self._is_dark(inverter),
            frozen=inverter.frozen,
        )

    def _contact(self, dtu_name: str, age: float) -> Contact:
        dtu = self._health.dtu(dtu_name)
        if dtu is None:
            return Contact.KEPT
        if min(dtu.silent_for, age) > self._patience.offline_after:
            return Contact.LOST
        return Contact.AWAITED if dtu.last_successful_query is None else Contact.KEPT

    def _is_dark(self, inverter: LatestInverter) -> bool:
        if self._place is not None:
            return self._sun_is_down(self._place)
        return not inverter.pv_power and self._all_idle(inverter.dtu_name)

    def _sun_is_down(self, place: Place) -> bool:
        """Computed once a minute: the equations take longer than everything else here."""
        minute = self._clock.now().replace(second=0, microsecond=0)
        if self._darkness is None or self._darkness[0] != minute:
            self._darkness = minute, is_dark(place, minute)
        return self._darkness[1]

    def _all_idle(self, dtu_name: str) -> bool:
        """Whether every inverter of the DTU that is still heard gives nothing, and at least one is heard."""
        powers = [
            inverter.pv_power
            for inverter in self._latest.inverters()
            if inverter.dtu_name == dtu_name and self._latest.age(inverter) <= self._patience.stale_after
        ]
        return 0 in powers and not any(powers)
