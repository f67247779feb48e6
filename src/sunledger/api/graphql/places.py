"""Customers, their sites, and the devices there."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import strawberry

from sunledger.api.graphql import sizes
from sunledger.api.graphql.arguments import PAGE_LENGTH, After, Asking, First
from sunledger.api.graphql.connections import Connection, connected
from sunledger.api.graphql.described import Described
from sunledger.api.graphql.fields import field, list_of
from sunledger.api.graphql.inverters import Inverter, shown_inverter
from sunledger.api.graphql.measured import READINGS
from sunledger.api.graphql.seen import Seen
from sunledger.measurements import ENERGY, TELEMETRY
from sunledger.sites import SITE
from sunledger.sites import Customer as CustomerEntry
from sunledger.sites import Site as SiteEntry


@strawberry.type(description="Degrees, north and east positive.")
class Place:
    """Where on earth."""

    latitude: float
    longitude: float


@strawberry.type(description="Panels that look the same way.")
class Array:
    """Panels that look the same way."""

    capacity: float = strawberry.field(description="Watts at peak.")
    tilt: float = strawberry.field(description="Degrees from the horizontal.")
    azimuth: float = strawberry.field(description="Degrees from north, clockwise: 180 is south.")


@strawberry.type(description="A device that has readings: an inverter, a meter, or whatever pushes some.")
class Device(Described):
    """A device that has readings."""

    @field("What it says as an inverter; null where it is none.")
    def inverter(self, info: Asking) -> Inverter | None:
        """What it says as an inverter."""
        return shown_inverter(self.id, info.context)

    @field(
        "Its latest energy flows.",
        type_=list_of(READINGS[ENERGY.name]),
        rows=sizes.latest_of_device(ENERGY.name),
    )
    def energy(self, info: Asking) -> Any:
        """Its latest energy flows."""
        return info.context.latest(ENERGY.name, {self.id})

    @field(
        "Its latest values of other kinds.",
        type_=list_of(READINGS[TELEMETRY.name]),
        rows=sizes.latest_of_device(TELEMETRY.name),
    )
    def telemetry(self, info: Asking) -> Any:
        """Its latest values of other kinds."""
        return info.context.latest(TELEMETRY.name, {self.id})


@strawberry.type(description="A plant at a place, whose days are those of a zone.")
class Site:
    """A plant at a place; the value behind it is the entry."""

    id: strawberry.ID
    name: str
    zone: ZoneInfo
    place: Place | None
    arrays: list[Array]

    @field("Whose it is.", type_="Customer | None")
    @staticmethod
    async def customer(root: strawberry.Parent[SiteEntry], info: Asking) -> Any:
        """Whose it is."""
        return None if root.customer is None else await info.context.customer.load(root.customer)

    @field("The devices there, by id.", page=sizes.devices_on_page)
    @staticmethod
    async def devices(
        root: strawberry.Parent[SiteEntry], info: Asking, first: First = PAGE_LENGTH, after: After = None
    ) -> Connection[Device]:
        """The devices there."""
        return await devices_at(info.context, root.id, first, after)


@strawberry.type(description="Whose a site is.")
class Customer:
    """Whose a site is; the value behind it is the entry."""

    id: strawberry.ID
    name: str

    @field(
        "Its sites, by id.",
        type_=Connection[Site],
        page=sizes.entries_on_page(SITE),
    )
    @staticmethod
    async def sites(
        root: strawberry.Parent[CustomerEntry], info: Asking, first: First = PAGE_LENGTH, after: After = None
    ) -> Any:
        """Its sites."""

        async def read(limit: int, after: str) -> Sequence[SiteEntry]:
            found = await info.context.sites_of.load(root.id)
            return [site for site in found if site.id > after][:limit]

        return await connected(["sites", root.id], first, after, read, lambda site: site.id)


async def devices_at(seen: Seen, site: str | None, first: int, after: str | None) -> Connection[Device]:
    """A page of the devices of a site, or of all."""

    async def read(limit: int, after: str) -> Sequence[Device]:
        there = (id_ for id_ in seen.devices if id_ > after and site in {None, seen.said(id_).site})
        return [Device(id=strawberry.ID(id_)) for id_ in there][:limit]

    return await connected(["devices", site], first, after, read, lambda device: device.id)
