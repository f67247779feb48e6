"""The latest reading of everything that is no inverter: energy flows, weather, and what has no driver.

*State: the readings.* They are replaced by intake after each commit and restored from the store at start.
"""

from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from sunledger.measurements import ENERGY, KINDS, TELEMETRY, WEATHER, Poll, Reading, ReadingKind

_NAMES = {name: attrgetter(*kind.identity) for name, kind in KINDS.items()}
"""What gives the words that name a reading's series among those of its kind."""
_OWNER = {name: attrgetter(kind.identity[0]) for name, kind in KINDS.items()}
"""What gives the device, or the place, that a reading is of."""


class Measured(NamedTuple):
    """A reading with its kind."""

    kind: ReadingKind[Any]
    reading: Any
    """Of that kind."""


def measured(
    energy: Iterable[Reading], weather: Iterable[Reading], telemetry: Iterable[Reading]
) -> Iterator[Measured]:
    """The readings with their kinds."""
    for kind, readings in ((ENERGY, energy), (WEATHER, weather), (TELEMETRY, telemetry)):
        yield from (Measured(kind, reading) for reading in readings)


class MeasuredSeries(NamedTuple):
    """A series' latest reading."""

    reading: Any
    """Of the series' kind."""
    interval: float
    """Seconds since the one before; 0 as long as that is not known."""


class LatestMeasured:
    """The one owner of these readings."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Any], MeasuredSeries] = {}

    def of(self, kind: str) -> list[Any]:
        """The latest readings of a kind, by the words that name their series."""
        return [each.reading for each in self.series(kind)]

    def series(self, kind: str) -> list[MeasuredSeries]:
        """The same, with how long each was waited for."""
        known = [(name, each) for (of, name), each in self._known.items() if of == kind]
        return [each for _, each in sorted(known, key=itemgetter(0))]

    def of_devices(self, sees: Callable[[str], bool]) -> "LatestMeasured":
        """Those of some devices and places, by name."""
        seen = LatestMeasured()
        seen._known = {
            key: each for key, each in self._known.items() if sees(str(_OWNER[key[0]](each.reading)))
        }
        return seen

    def update(self, poll: Poll) -> list[Measured]:
        """Take over a poll that has been kept; those of its readings that are the latest of their series."""
        return self.take(measured(poll.energy, poll.weather, poll.telemetry))

    def take(self, readings: Iterable[Measured]) -> list[Measured]:
        """Take over readings that are kept; those that are the latest of their series."""
        fresh = []
        for each in readings:
            name = each.kind.name, _NAMES[each.kind.name](each.reading)
            known = self._known.get(name)
            if known is None or known.reading.taken_at <= each.reading.taken_at:
                self._known[name] = MeasuredSeries(each.reading, _interval(known, each.reading))
                fresh.append(each)
        return fresh


def _interval(known: MeasuredSeries | None, reading: Reading) -> float:
    """How long the next reading was waited for; the same moment said otherwise changes nothing."""
    if known is None:
        return 0.0
    return (reading.taken_at - known.reading.taken_at).total_seconds() or known.interval
