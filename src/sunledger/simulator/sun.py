"""The power that the sun gives: its height above the site, and the clouds before it."""

import math

from sunledger.simulator.noise import noise, smooth
from sunledger.sitetime import Place, instant
from sunledger.sitetime.sun import elevation

_DAY = 86_400
_MINUTE = 60


class Sun:
    """A production source: what one port in perfect order gives, in mW, at any second since 1970."""

    def __init__(self, place: Place, peak_power: int, seed: int) -> None:
        """Make a sky over `place` whose best moment gives `peak_power` watts a port."""
        self._place = place
        self._peak = peak_power * 1000
        self._seed = seed
        self._minute = -1
        self._clear = 0.0

    def milliwatts(self, second: int) -> int:
        """The power in mW; a pure function of the second (what is cached is the sun's slow height)."""
        minute = second // _MINUTE
        if minute != self._minute:
            self._minute, self._clear = minute, clear_sky(elevation(self._place, instant(minute * 60_000)))
        if self._clear == 0.0:
            return 0
        return int(self._peak * self._clear * clouds(self._seed, second))


def clear_sky(height: float) -> float:
    """The share of peak power under a clear sky, the sun `height` degrees up; none near the horizon."""
    if height <= 1.0:
        return 0.0
    return min(1.0, 1.2 * math.pow(math.sin(math.radians(height)), 1.15))


def clouds(seed: int, second: int) -> float:
    """The share of light that the clouds let through, 0.15 … 1: each day has its own weather."""
    weather = (noise(seed, 1, second // _DAY) + 1) / 2
    drifting = smooth(seed, 2, second, 2700) * 0.7 + smooth(seed, 3, second, 420) * 0.3
    cover = min(1.0, max(0.0, weather * 1.2 - 0.4 + drifting * 0.8))
    return 1.0 - 0.85 * cover
