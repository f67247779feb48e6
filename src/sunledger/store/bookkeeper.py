"""Where every series stands: the cache of the fold that lets a poll be folded on without reading the past.

*State: a standing per series*, restored from the store at its opening and replaced only after the engine has
committed. How a poll changes them is in `posting.py`.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sunledger.sitetime import instant, milliseconds
from sunledger.sitetime.spans import day_of, last_occurrence
from sunledger.store.protocol import Accounting
from sunledger.store.records import Of, PortKey, Series, SeriesKey
from sunledger.store.rollups import Periods
from sunledger.store.shelf import PortStanding, Standing, Tier


class Bookkeeper:
    """The standings, and how this site counts its days."""

    def __init__(self, accounting: Accounting) -> None:
        self.accounting = accounting
        self.series: dict[int, Series] = {}
        self.by_key: dict[SeriesKey, Series] = {}
        self.ports: dict[int, PortStanding] = {}
        self.others: dict[int, Standing] = {}
        """Those of all series but ports."""
        self._today = (0, 0)
        self.periods = Periods(accounting.zone)
        self._days: dict[int, int] = {}

    def restore(
        self, series: Iterable[Series], ports: Iterable[PortStanding], others: Iterable[Standing]
    ) -> None:
        """Take up where the store stands."""
        self.enter(series)
        self.ports = {standing.open.series: standing for standing in ports}
        self.others = {standing.series: standing for standing in others}

    def enter(self, series: Iterable[Series]) -> None:
        """Know some more series."""
        for each in series:
            self.series[each.id] = self.by_key[each.of, each.identity] = each

    def all_series(self) -> tuple[Series, ...]:
        """The series known now; the writer may enter others meanwhile."""
        return tuple(self.series.values())

    def of_device(self, device: str) -> list[Series]:
        """The series of an inverter and its ports, or of another device or place."""
        return [each for each in self.all_series() if each.identity[0] == device]

    def chosen(self, ports: Sequence[PortKey] | None) -> dict[int, Series]:
        """The series of some ports (None: of all); ports that are not known have none."""
        if ports is None:
            return {each.id: each for each in self.all_series() if each.of is Of.PORT}
        found = (self.by_key.get((Of.PORT, key)) for key in ports)
        return {each.id: each for each in found if each is not None}

    def today_since(self, at: int) -> int:
        """The latest RESET_HOUR at or before a moment."""
        since, until = self._today
        if not since <= at < until:
            zone, hour = self.accounting.zone, self.accounting.reset_hour
            since = milliseconds(last_occurrence(hour, instant(at), zone))
            following = last_occurrence(hour, instant(since) + timedelta(hours=26), zone)
            self._today = since, milliseconds(following)
        return since

    def hour(self, start: int) -> int:
        """The start of the site's local hour of a quarter."""
        return self.periods.of(Tier.HOUR, start)[0]

    def day(self, start: int) -> int:
        """The site's local day of a quarter, as an ordinal."""
        day = self._days.get(start)
        if day is None:
            self._days = {start: day_of(instant(start), self.accounting.zone).toordinal()}
            day = self._days[start]
        return day
