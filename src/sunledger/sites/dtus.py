"""DTUs: where each stands in the network, and how it is read.

Those that the configuration names are entries of which every field is pinned; they are gone with its line.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sunledger.sites.entries import Content, Kind
from sunledger.sites.errors import Invalid
from sunledger.sites.fields import Fields
from sunledger.sites.whereabouts import is_plausible_host

MODBUS_PORT = 502
REGISTER_STEPS = (20, 40)
CURRENT_SCALES = ("auto", "tenths", "hundredths")
_HOST = re.compile(r"[^\s/@\\\[\]?#%]{1,253}(%[\w.-]{1,32})?")
"""A name or an address alone: no scheme, path or brackets."""


class Address(NamedTuple):
    """What tells one DTU from another in the network."""

    host: str
    port: int
    unit_id: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port} unit {self.unit_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DtuEntry:
    """One DTU; `id` is the name that its readings are kept under."""

    id: str
    host: str
    port: int = MODBUS_PORT
    unit_id: int = 1
    register_step: int | None = None
    """None means learned by survey."""
    current_scale: str = "auto"

    @property
    def address(self) -> Address:
        """Where it is, its host in lower case."""
        return Address(self.host.lower(), self.port, self.unit_id)

    def content(self) -> Content:
        """All fields but the id."""
        return {
            "host": self.host,
            "port": self.port,
            "unit_id": self.unit_id,
            "register_step": self.register_step,
            "current_scale": self.current_scale,
        }


class Dtu(NamedTuple):
    """A DTU that is to be read."""

    entry: DtuEntry
    is_pinned: bool


def dtu_of(id_: str, content: Mapping[str, object]) -> DtuEntry:
    """A DTU from JSON members. Raises `Invalid`."""
    fields = Fields(content)
    where = address_in(fields)
    entry = DtuEntry(
        id=id_,
        host=where.host,
        port=where.port,
        unit_id=where.unit_id,
        register_step=_step(fields, "register_step"),
        current_scale=_scale(fields, "current_scale"),
    )
    fields.refuse_others()
    return entry


DTU = Kind("dtu", dtu_of, {})


def address_in(fields: Fields) -> Address:
    """Where a DTU is, by the members host, port and unit_id. Raises `Invalid`."""
    return Address(
        _host(fields, "host"),
        _whole(fields, "port", 65535, MODBUS_PORT),
        _whole(fields, "unit_id", 255, 1),
    )


def _host(fields: Fields, name: str) -> str:
    given = fields.take(name)
    if not isinstance(given, str) or not _HOST.fullmatch(host := given.strip()) or not host.isprintable():
        raise Invalid("must be a host name or an address alone, such as 192.168.1.100", fields.at(name))
    if host.count(":") == 1:
        raise Invalid("give the host here, and its port as port", fields.at(name))
    return host


def _whole(fields: Fields, name: str, most: int, default: int) -> int:
    given = fields.take(name)
    if given is None:
        return default
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= most:
        raise Invalid(f"must be a whole number from 1 to {most}", fields.at(name))
    return given


def _step(fields: Fields, name: str) -> int | None:
    given = fields.take(name)
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int) or given not in REGISTER_STEPS:
        raise Invalid("must be 20 or 40, or null to find it out", fields.at(name))
    return given


def _scale(fields: Fields, name: str) -> str:
    given = fields.take(name)
    if given is None:
        return CURRENT_SCALES[0]
    if not isinstance(given, str) or given not in CURRENT_SCALES:
        raise Invalid(f"must be one of {', '.join(CURRENT_SCALES)}", fields.at(name))
    return given


Followed = Callable[[Sequence[DtuEntry]], None]
"""Is told of all DTUs that are to be read."""


class KnownDtus:
    """The DTUs there are, and who follows them. *State: what is known of them*, a cache of the documents."""

    def __init__(self) -> None:
        self._known: dict[str, Dtu] = {}
        self._followers: list[Followed] = []

    def follow(self, follower: Followed) -> None:
        """Tell of them now, and whenever one is made, changed or removed."""
        self._followers.append(follower)
        follower(self.to_read())

    def to_read(self) -> Sequence[DtuEntry]:
        """Each DTU once: of two with one address the one that the configuration names, or else the first."""
        chosen: dict[Address, DtuEntry] = {}
        for dtu in sorted(self._known.values(), key=lambda each: (not each.is_pinned, each.entry.id)):
            chosen.setdefault(dtu.entry.address, dtu.entry)
        return sorted(chosen.values(), key=lambda each: each.id)

    def is_pinned(self, id_: str) -> bool:
        """Whether the configuration names it."""
        return id_ in self._known and self._known[id_].is_pinned

    def require_free(self, wanted: DtuEntry) -> None:
        """Raise `Invalid` where another entry has its address, or no DTU can be there."""
        for dtu in self._known.values():
            if dtu.entry.id != wanted.id and dtu.entry.address == wanted.address:
                raise Invalid(f"{wanted.address} is the DTU {dtu.entry.id} already", "host")
        if not is_plausible_host(wanted.host):
            raise Invalid(
                f"{wanted.host} is no address of a DTU; give the one that your router gave it", "host"
            )

    def know(self, dtus: Iterable[Dtu]) -> None:
        """These are all there are."""
        self._take({dtu.entry.id: dtu for dtu in dtus})

    def learn(self, dtu: Dtu) -> None:
        """One is there, or is another one now."""
        self._take({**self._known, dtu.entry.id: dtu})

    def forget(self, id_: str) -> None:
        """One is no longer there."""
        self._take({name: dtu for name, dtu in self._known.items() if name != id_})

    def _take(self, known: dict[str, Dtu]) -> None:
        if known != self._known:
            self._known = known
            for follower in self._followers:
                follower(self.to_read())
