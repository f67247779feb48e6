"""What a query reads, as far as whoever asks may see it.

Every resolver gets its data from a `Seen` and from nowhere else. Whose eyes they are is decided where the
sources are made that it is given: a narrowed store, registry and latest readings narrow every query.
It lives for one request, and asks the same thing once in it.
"""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from strawberry.dataloader import DataLoader

from sunledger.api.graphql.asked import EnergyAsked, HistoryAsked
from sunledger.api.sources import Sources, unknown_device
from sunledger.api.steps import lifetime
from sunledger.live.latest import LatestInverter
from sunledger.live.state import State
from sunledger.measurements import INVERTER, KINDS, PORT
from sunledger.sites import CUSTOMER, SITE, Customer, DeviceEntry, Entry, Kind, Site, Unknown
from sunledger.sitetime import Span
from sunledger.store.records import Device, Energy, History, Of, Series

E = TypeVar("E", bound=Entry)

_AT_ONCE = 1000
_OF_DEVICES = {Of.ENERGY, Of.TELEMETRY}
"""Kinds of readings whose series begin with a device; that of an inverter or port is one anyway."""


async def seen_through(sources: Sources) -> "Seen":
    """What can be seen through the sources that somebody was given. Raises StoreError."""
    return Seen(sources, await sources.store.devices())


class Seen:
    """All that a query may read. Methods raise StoreError."""

    def __init__(self, sources: Sources, inverters: Sequence[Device]) -> None:
        self._sources = sources
        self.inverters: Mapping[str, Device] = {each.serial_number: each for each in inverters}
        """Every inverter, by serial number."""
        self._counts: dict[str, int] = {}
        self.site: DataLoader[str, Site | None] = DataLoader(self._sites_of_ids)
        self.customer: DataLoader[str, Customer | None] = DataLoader(self._customers_of_ids)
        self.sites_of: DataLoader[str, list[Site]] = DataLoader(self._sites_of_customers)
        """The sites of a customer."""
        self.extent: DataLoader[Of, Span | None] = DataLoader(self._extents)
        """From when to when there are readings of a kind."""
        self.energy_of: DataLoader[tuple[EnergyAsked, str], list[Energy]] = DataLoader(self._energy_of_each)
        """The energy of an inverter."""
        self.history_of: DataLoader[tuple[HistoryAsked, str], list[History]] = DataLoader(
            self._history_of_each
        )
        """The history of a device."""

    @property
    def now(self) -> datetime:
        """What time it is."""
        return self._sources.clock.now()

    @property
    def zone(self) -> ZoneInfo:
        """The site's."""
        return self._sources.settings.zone

    @cached_property
    def series(self) -> Mapping[int, Series]:
        """Every series by its id."""
        return self._sources.store.series()

    @cached_property
    def devices(self) -> Sequence[str]:
        """Every device that has readings, by id: inverters and others."""
        others = {each.serial_number for each in self.series.values() if each.of in _OF_DEVICES}
        return sorted(others | self.inverters.keys())

    @cached_property
    def lifetime(self) -> Span | None:
        """From when to when any of the inverters has been read."""
        return lifetime(list(self.inverters.values()))

    @cached_property
    def _owners(self) -> AbstractSet[str]:
        """Every device or place that there are readings of."""
        return {each.serial_number for each in self.series.values()}

    def require(self, devices: Collection[str]) -> None:
        """Raise a `Problem` unless there are readings of every device, or from every such place."""
        unseen = set(devices) - self._owners
        if unseen:
            raise unknown_device(sorted(unseen), "device")

    def said(self, device: str) -> DeviceEntry:
        """What people say of a device."""
        return self._sources.registry.device(device).entry

    def image(self, serial_number: str) -> LatestInverter | None:
        """What is known of an inverter now."""
        return self._sources.latest.get(serial_number)

    def state(self, serial_number: str) -> State:
        """An inverter's state now."""
        image = self.image(serial_number)
        return self._sources.states.of(image) if image else State.OFFLINE

    def latest(self, kind: str, devices: Collection[str] | None = None) -> list[Any]:
        """The latest readings of a kind; None: of all devices."""
        first = KINDS[kind].identity[0]
        return [each for each in self._latest(kind) if devices is None or getattr(each, first) in devices]

    def _latest(self, kind: str) -> list[Any]:
        images = self._sources.latest.inverters()
        if kind == INVERTER.name:
            return [image.reading for image in images if image.reading is not None]
        if kind == PORT.name:
            return [port.reading for image in images for port in image.ports]
        return self._sources.latest.measured.of(kind)

    async def energy(self, asked: EnergyAsked) -> Sequence[Energy]:
        """The energy of ports, each or all together."""
        return await self._sources.store.energy(
            None if asked.ports is None else list(asked.ports),
            asked.span, asked.step, asked.zone, together=asked.together,
        )  # fmt: skip

    async def history(self, asked: HistoryAsked) -> Sequence[History]:
        """The history of some series."""
        return await self._sources.store.history(
            asked.of, None if asked.series is None else list(asked.series), list(asked.names),
            asked.span, asked.step, asked.zone,
        )  # fmt: skip

    async def listed(self, kind: Kind[E], limit: int, after: str) -> list[E]:
        """Sites or customers by id, from the one after `after` on."""
        found = await self._sources.registry.listed(kind, limit=limit, after=after)
        return [kept.entry for kept in found]

    async def count(self, kind: Kind[Any]) -> int:
        """How many sites or customers there are; more than a page holds are not counted."""
        known = self._counts.get(kind.name)
        if known is None:
            known = self._counts[kind.name] = len(await self.listed(kind, _AT_ONCE, ""))
        return known

    async def _extents(self, kinds: list[Of]) -> list[Span | None]:
        return [await self._sources.store.extent(of) for of in kinds]

    async def _one(self, kind: Kind[E], id_: str) -> E | None:
        try:
            return (await self._sources.registry.get(kind, id_)).entry
        except Unknown:
            return None

    async def _sites_of_ids(self, ids: list[str]) -> list[Site | None]:
        return [await self._one(SITE, id_) for id_ in ids]

    async def _customers_of_ids(self, ids: list[str]) -> list[Customer | None]:
        return [await self._one(CUSTOMER, id_) for id_ in ids]

    async def _sites_of_customers(self, ids: list[str]) -> list[list[Site]]:
        """All sites are read once for all customers: there is no index by customer."""
        found: dict[str, list[Site]] = {id_: [] for id_ in ids}
        after = ""
        while some := await self.listed(SITE, _AT_ONCE, after):
            for site in some:
                if site.customer in found:
                    found[site.customer].append(site)
            after = some[-1].id
        return [found[id_] for id_ in ids]

    async def _energy_of_each(self, keys: list[tuple[EnergyAsked, str]]) -> list[list[Energy]]:
        """One question to the store for all inverters of which the same was asked."""
        found: dict[tuple[EnergyAsked, str], list[Energy]] = {key: [] for key in keys}
        for asked in dict.fromkeys(asked for asked, _ in keys):
            serials = {serial for each, serial in keys if each == asked}
            ports = [
                (each.serial_number, each.port_number)
                for each in self.series.values()
                if each.port_number is not None and each.serial_number in serials
            ]
            for energy in await self.energy(asked._replace(ports=tuple(ports))):
                found[asked, energy.serial_number].append(energy)
        return [found[key] for key in keys]

    async def _history_of_each(self, keys: list[tuple[HistoryAsked, str]]) -> list[list[History]]:
        """The same for history."""
        found: dict[tuple[HistoryAsked, str], list[History]] = {key: [] for key in keys}
        for asked in dict.fromkeys(asked for asked, _ in keys):
            devices = {device for each, device in keys if each == asked}
            series = [
                id_ for id_, each in self.series.items()
                if each.of is asked.of and each.serial_number in devices
            ]  # fmt: skip
            for history in await self.history(asked._replace(series=tuple(series))):
                found[asked, self.series[history.series].serial_number].append(history)
        return [found[key] for key in keys]
