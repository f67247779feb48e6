"""Customers, sites and devices: what is known of them besides their readings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

from sunledger.sites.fields import Fields
from sunledger.sitetime import Place

Content = dict[str, object]
"""The members of an entry besides its id, as JSON knows them."""

MOST_ARRAYS = 100
LAST_PORT = 255
_UTC = ZoneInfo("UTC")


class Entry(Protocol):
    """Something with an id that is kept as a document."""

    @property
    def id(self) -> str:
        """What it is called by others."""

    def content(self) -> Content:
        """All its fields but the id."""


E = TypeVar("E", bound=Entry)


@dataclass(frozen=True, slots=True)
class Kind(Generic[E]):
    """A kind of entries."""

    name: str
    read: Callable[[str, Mapping[str, object]], E]
    """From an id and JSON members to an entry; raises `Invalid`."""
    refers: Mapping[str, str]
    """Its fields that name an entry of another kind, with that kind."""
    grows: bool = False
    """True where an entry needs not be made before it is changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Whose a site is."""

    id: str
    name: str

    def content(self) -> Content:
        """All fields but the id."""
        return {"name": self.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class Array:
    """Panels that look the same way."""

    capacity: float
    """Watts at peak."""
    tilt: float
    """Degrees from the horizontal."""
    azimuth: float
    """Degrees from north, clockwise: 180 is south."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A plant at a place, whose days are those of a zone."""

    id: str
    name: str
    customer: str | None = None
    zone: ZoneInfo = _UTC
    place: Place | None = None
    arrays: tuple[Array, ...] = ()

    def content(self) -> Content:
        """All fields but the id."""
        place = self.place and {"latitude": self.place.latitude, "longitude": self.place.longitude}
        arrays = [
            {"capacity": array.capacity, "tilt": array.tilt, "azimuth": array.azimuth}
            for array in self.arrays
        ]
        return {
            "name": self.name,
            "customer": self.customer,
            "zone": self.zone.key,
            "place": place,
            "arrays": arrays,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEntry:
    """What people say of a device. Its readings are kept under its id, whatever its name is."""

    id: str
    name: str
    kind: str | None = None
    """What sort of device, such as inverter, battery or meter."""
    site: str
    excluded: bool = False
    """True when its readings are not to be kept from now on."""
    notes: str = ""
    """Of several lines."""
    port_names: Mapping[int, str] = field(default_factory=dict)
    """What its ports are called, those that anybody has named."""

    def content(self) -> Content:
        """All fields but the id."""
        return {
            "name": self.name,
            "kind": self.kind,
            "site": self.site,
            "excluded": self.excluded,
            "notes": self.notes,
            "port_names": {str(number): name for number, name in self.port_names.items()},
        }


HOME = "home"
"""The site that exists by itself."""


def customer_of(id_: str, content: Mapping[str, object]) -> Customer:
    """A customer from JSON members. Raises `Invalid`."""
    fields = Fields(content)
    customer = Customer(id=id_, name=fields.text("name"))
    fields.refuse_others()
    return customer


def site_of(id_: str, content: Mapping[str, object]) -> Site:
    """A site from JSON members. Raises `Invalid`."""
    fields = Fields(content)
    site = Site(
        id=id_,
        name=fields.text("name"),
        customer=fields.identifier("customer"),
        zone=fields.zone("zone", _UTC),
        place=_place(fields),
        arrays=tuple(map(_array, fields.items("arrays", MOST_ARRAYS))),
    )
    fields.refuse_others()
    return site


def device_of(id_: str, content: Mapping[str, object]) -> DeviceEntry:
    """A device from JSON members; without a name it is called by its id. Raises `Invalid`."""
    fields = Fields(content)
    entry = DeviceEntry(
        id=id_,
        name=fields.text("name", default=id_),
        kind=fields.identifier("kind"),
        site=fields.identifier("site") or HOME,
        excluded=fields.truth("excluded"),
        notes=fields.notes("notes"),
        port_names=fields.names("port_names", 1, LAST_PORT),
    )
    fields.refuse_others()
    return entry


def _place(fields: Fields) -> Place | None:
    given = fields.take("place")
    if given is None:
        return None
    members = Fields(given, fields.at("place."))
    place = Place(members.number("latitude", -90, 90), members.number("longitude", -180, 180))
    members.refuse_others()
    return place


def _array(fields: Fields) -> Array:
    array = Array(
        capacity=fields.number("capacity", 1),
        tilt=fields.number("tilt", 0, 90),
        azimuth=fields.number("azimuth", 0, 360),
    )
    fields.refuse_others()
    return array


CUSTOMER = Kind("customer", customer_of, {})
SITE = Kind("site", site_of, {"customer": "customer"})
DEVICE = Kind("device", device_of, {"site": "site"}, grows=True)
