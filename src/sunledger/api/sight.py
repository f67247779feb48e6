"""What somebody sees: the sources that routes read, narrowed to the sites of whoever asks.

A route never asks who it is that asks. It reads the sources that it is given, and they know no other sites'
devices. Whoever may read everywhere gets the sources as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sunledger.access.principal import Action, Principal
from sunledger.live.stream import Devices
from sunledger.sites import Registry
from sunledger.sitetime import Span, Step
from sunledger.store.protocol import Answers
from sunledger.store.records import (
    Correction,
    Device,
    Energy,
    History,
    Of,
    Page,
    PortKey,
    Position,
    Series,
    Statistics,
)


class Sight:
    """Which devices and sites somebody may read."""

    def __init__(self, who: Principal, registry: Registry) -> None:
        self._who = who
        self._registry = registry

    @property
    def whole(self) -> bool:
        """Whether nothing is hidden."""
        return self._who.may(Action.READ)

    def sees_site(self, site: str) -> bool:
        """Whether a site is seen."""
        return self._who.may(Action.READ, site)

    def sees(self, device: str) -> bool:
        """Whether a device, by its serial number or name, or a place of weather readings is seen."""
        return self.sees_site(self._registry.device(device).entry.site)

    def chosen(self, wanted: frozenset[str] | None) -> Devices | None:
        """Those of the wanted devices (None: all) that are seen; None where these are all there are."""
        return wanted if self.whole else SeenDevices(wanted, self._who.sites or frozenset(), self._registry)


@dataclass(frozen=True, slots=True)
class SeenDevices:
    """Devices of some sites, also those that turn up later."""

    wanted: frozenset[str] | None
    """Those that were asked for; None: all."""
    sites: frozenset[str]
    registry: Registry

    def __contains__(self, device: object) -> bool:
        """Whether a device is wanted and seen."""
        if not isinstance(device, str) or (self.wanted is not None and device not in self.wanted):
            return False
        return self.registry.device(device).entry.site in self.sites


class SeenStore:
    """A store's answers about the devices that are seen, as if there were no others."""

    def __init__(self, store: Answers, sight: Sight) -> None:
        self._store = store
        self._sight = sight

    def series(self) -> Mapping[int, Series]:
        """All series that are seen."""
        known = self._store.series()
        return {id_: each for id_, each in known.items() if self._sight.sees(str(each.identity[0]))}

    async def devices(self) -> Sequence[Device]:
        """Inverters that are seen."""
        return [each for each in await self._store.devices() if self._sight.sees(each.serial_number)]

    async def latest_time(self) -> datetime | None:
        """Of all readings: it names no device."""
        return await self._store.latest_time()

    async def extent(self, of: Of) -> Span | None:
        """Of all readings of a kind: it names no device."""
        return await self._store.extent(of)

    async def readings(
        self,
        of: Of,
        series: Sequence[int] | None,
        span: Span,
        *,
        limit: int,
        after: Position | None = None,
        newest_first: bool = False,
    ) -> Page:
        """Rows of series that are seen."""
        return await self._store.readings(
            of, self._chosen(of, series), span, limit=limit, after=after, newest_first=newest_first
        )

    async def port_power(self, series: Sequence[int], times: Sequence[int]) -> Mapping[int, int]:
        """The power of ports that are seen."""
        return await self._store.port_power(self._chosen(Of.PORT, series), times)

    async def history(
        self,
        of: Of,
        series: Sequence[int] | None,
        measurements: Sequence[str],
        span: Span,
        step: Step,
        zone: ZoneInfo | None = None,
    ) -> Sequence[History]:
        """History of series that are seen."""
        return await self._store.history(of, self._chosen(of, series), measurements, span, step, zone)

    async def energy(
        self,
        ports: Sequence[PortKey] | None,
        span: Span,
        step: Step | None,
        zone: ZoneInfo | None = None,
        *,
        together: bool = False,
    ) -> Sequence[Energy]:
        """Energy of ports that are seen."""
        seen = {
            (each.serial_number, each.port_number)
            for each in self.series().values()
            if each.port_number is not None
        }
        chosen = [key for key in (sorted(seen) if ports is None else ports) if key in seen]
        return await self._store.energy(chosen, span, step, zone, together=together)

    async def corrections(
        self,
        series: Sequence[int] | None,
        span: Span,
        *,
        limit: int,
        after: Position | None = None,
        newest_first: bool = False,
    ) -> tuple[Sequence[Correction], Position | None]:
        """Corrections of series that are seen."""
        seen = self.series()
        chosen = [id_ for id_ in (seen if series is None else series) if id_ in seen]
        return await self._store.corrections(
            chosen, span, limit=limit, after=after, newest_first=newest_first
        )

    async def statistics(self) -> Statistics:
        """Of the whole store: routes that tell it are for those who see everything."""
        return await self._store.statistics()

    def _chosen(self, of: Of, series: Sequence[int] | None) -> Sequence[int]:
        seen = self.series()
        if series is None:
            return [id_ for id_, each in seen.items() if each.of is of]
        return [id_ for id_ in series if id_ in seen]
