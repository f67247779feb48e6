"""The meter of one port: exact energy, the device's own counters, and the truth beside them."""

from datetime import date

PARTS = 1_000_000
"""What shares are counted in: a port's share is so many millionths of its source's power."""
WAKES_AT = 1000
"""mW below which an inverter's port gives nothing at all."""
_WATT_HOUR = 3_600_000
"""One Wh in milliwatt-seconds."""


class Meter:
    """Counts what one port produces, in integers; its counters are whole Wh as a device's are.

    `counted` and `days` are the truth, in Wh since the start and per local day: every Wh that a perfect
    reader of the undisturbed counter would have seen. No fault touches them. `today` and `total` are what
    the device's registers count, and faults may drop or renew them.
    """

    def __init__(self, serial: str, number: int, share: int, total: int) -> None:
        self.serial = serial
        self.number = number
        self.share = share
        self.total = total
        self.today = 0
        self.counted = 0
        self.days: dict[date, int] = {}
        self.shades = 0
        """How many faults keep the light, or the cable, from it."""
        self._remainder = 0

    def power(self, whole: int) -> int:
        """The port's power in mW when its source gives `whole` mW."""
        power = whole * self.share // PARTS
        return power if power >= WAKES_AT and not self.shades else 0

    def run(self, whole: int, seconds: int, day: date) -> None:
        """Produce at the source's power for some seconds of a local day."""
        energy = self._remainder + self.power(whole) * seconds
        self._remainder = energy
        if energy >= _WATT_HOUR:
            self._count(energy // _WATT_HOUR, day)
            self._remainder = energy % _WATT_HOUR

    def _count(self, wh: int, day: date) -> None:
        self.total += wh
        self.today += wh
        self.counted += wh
        self.days[day] = self.days.get(day, 0) + wh

    def begin_truth(self) -> None:
        """Let the truth count from here on; the device's counters stay."""
        self.counted = 0
        self.days.clear()

    def renew(self) -> None:
        """Put a new device in the old one's place: it has counted nothing yet."""
        self.total = self.today = self._remainder = 0

    def fall(self, wh: int) -> None:
        """Let the lifetime counter fall, not below zero; today's counter goes on."""
        self.total -= min(self.total, wh)
