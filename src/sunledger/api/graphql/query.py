"""What can be asked: the fields of Query."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import strawberry

from sunledger.api.graphql import sizes
from sunledger.api.graphql.arguments import (
    PAGE_LENGTH,
    AddedUp,
    After,
    Asking,
    Devices,
    End,
    First,
    InOneOrSteps,
    InSteps,
    Measurements,
    OfKind,
    OfZone,
    Ports,
    Start,
)
from sunledger.api.graphql.catalogue import Declared, declared
from sunledger.api.graphql.connections import Connection, connected
from sunledger.api.graphql.fields import field
from sunledger.api.graphql.inverters import Inverter, shown_inverter
from sunledger.api.graphql.measured import latest_type
from sunledger.api.graphql.places import Customer, Device, Site, devices_at
from sunledger.api.graphql.questions import (
    When,
    Whose,
    energy_asked,
    energy_series,
    history_asked,
    history_series,
)
from sunledger.api.graphql.seen import Seen
from sunledger.api.graphql.series import EnergySeries, HistorySeries
from sunledger.api.graphql.words import By
from sunledger.sites import CUSTOMER, SITE, Entry, Kind
from sunledger.sitetime import Step


class _LatestOf(NamedTuple):
    """Whose latest readings are asked for."""

    seen: Seen
    devices: Collection[str] | None


def _latest(kind: str) -> Any:
    def latest(root: strawberry.Parent[_LatestOf]) -> Any:
        return root.seen.latest(kind, root.devices)

    return latest


Latest = latest_type(_latest, sizes.latest)


@strawberry.type
class Query:
    """Everything that can be asked."""

    @field(
        "Customers, by id.",
        type_=Connection[Customer],
        page=sizes.entries_on_page(CUSTOMER),
    )
    async def customers(self, info: Asking, first: First = PAGE_LENGTH, after: After = None) -> Any:
        """Customers, by id."""
        return await _entries(CUSTOMER, info.context, first, after)

    @field("A customer; null where there is none.", type_=Customer | None)
    async def customer(self, info: Asking, id: strawberry.ID) -> Any:
        """A customer."""
        return await info.context.customer.load(id)

    @field(
        "Sites, by id.",
        type_=Connection[Site],
        page=sizes.entries_on_page(SITE),
    )
    async def sites(self, info: Asking, first: First = PAGE_LENGTH, after: After = None) -> Any:
        """Sites, by id."""
        return await _entries(SITE, info.context, first, after)

    @field("A site; null where there is none.", type_=Site | None)
    async def site(self, info: Asking, id: strawberry.ID) -> Any:
        """A site."""
        return await info.context.site.load(id)

    @field("Devices that have readings, by id.", page=sizes.devices_on_page)
    async def devices(
        self, info: Asking, first: First = PAGE_LENGTH, after: After = None
    ) -> Connection[Device]:
        """Devices that have readings."""
        return await devices_at(info.context, None, first, after)

    @field("A device; null where it has no readings.")
    def device(self, info: Asking, id: strawberry.ID) -> Device | None:
        """A device."""
        return Device(id=id) if id in info.context.devices else None

    @field("Inverters as they are now, by serial number.", rows=sizes.inverters)
    def inverters(self, info: Asking, device: Devices = None) -> list[Inverter]:
        """Inverters as they are now."""
        seen = info.context
        seen.require(device or ())
        chosen = sorted(seen.inverters) if device is None else sorted(set(device))
        return [shown for serial in chosen if (shown := shown_inverter(serial, seen)) is not None]

    @field("An inverter; null where it has not been seen.")
    def inverter(self, info: Asking, serial_number: strawberry.ID) -> Inverter | None:
        """An inverter."""
        return shown_inverter(serial_number, info.context)

    @field("The latest readings, without those that were set aside.", type_=Latest)
    def latest(self, info: Asking, device: Devices = None) -> Any:
        """The latest readings."""
        info.context.require(device or ())
        return _LatestOf(info.context, None if device is None else set(device))

    @field(
        "What was produced, by period, cut at the edges of the span; today's unless said.",
        rows=sizes.energy_series,
        page=sizes.energy_periods,
        asks=True,
    )
    async def energy(
        self,
        info: Asking,
        by: AddedUp = By.PLANT,
        device: Devices = None,
        port: Ports = None,
        start: Start = None,
        end: End = None,
        step: InOneOrSteps = None,
        zone: OfZone = None,
    ) -> list[EnergySeries]:
        """What was produced."""
        seen = info.context
        asked = energy_asked(seen, When(start, end, zone), step, Whose(device, port))
        found = await seen.energy(asked._replace(together=by is By.PLANT))
        return energy_series(found, by, asked.zone, seen)

    @field(
        "Measurements by period, from rollups; of the last 24 hours unless said.",
        rows=sizes.history_series,
        page=sizes.history_periods,
        asks=True,
    )
    async def history(
        self,
        info: Asking,
        measurement: Measurements,
        kind: OfKind = None,
        device: Devices = None,
        port: Ports = None,
        start: Start = None,
        end: End = None,
        step: InSteps = Step.HOUR,
        zone: OfZone = None,
    ) -> list[HistorySeries]:
        """Measurements by period."""
        seen, when = info.context, When(start, end, zone)
        asked = await history_asked(seen, when, step, measurement, kind, Whose(device, port))
        return history_series(await seen.history(asked), asked, seen)

    @field("The catalogue.", rows=sizes.catalogue)
    def measurements(self) -> list[Declared]:
        """The catalogue."""
        return declared()


async def _entries(kind: Kind[Any], seen: Seen, first: int, after: str | None) -> Connection[Any]:
    async def read(limit: int, after: str) -> Sequence[Entry]:
        return await seen.listed(kind, limit, after)

    return await connected([kind.name], first, after, read, lambda entry: entry.id)
