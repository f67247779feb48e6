"""How long nothing may be heard before that means something."""

from dataclasses import dataclass

_PERIODS = 3
"""Polls that may be missed before anybody worries; two in a row happen with a healthy DTU."""
_STALE_AFTER = 180.0
_LONGEST_SILENCE = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """The limits on silence, in seconds; they grow with the period of the polls."""

    query_period: float = 60.0
    offline_threshold: float = 300.0

    @property
    def stale_after(self) -> float:
        """From this age on a reading is not called live any more."""
        return max(_PERIODS * self.query_period, _STALE_AFTER)

    @property
    def offline_after(self) -> float:
        """After this silence a device counts as gone."""
        return max(_PERIODS * self.query_period, self.offline_threshold)

    def silent_after(self, interval: float) -> float:
        """After this age the latest reading of what reports every `interval` seconds says nothing of now."""
        return max(self.stale_after, min(_PERIODS * interval, _LONGEST_SILENCE))
