"""The registry: customers, sites, devices and settings, read and changed over documents.

*State: what is said of devices*, a cache of the documents, because every poll asks who is excluded. What
DTUs there are is known to `dtus`, which tells whoever follows them.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import structlog

from sunledger.sites.dtus import DTU, Dtu, DtuEntry, KnownDtus
from sunledger.sites.entries import CUSTOMER, DEVICE, HOME, SITE, Content, DeviceEntry, Entry, Kind, Site
from sunledger.sites.errors import InUse, Invalid, Pinned, Taken, Unknown
from sunledger.sites.fields import identifier
from sunledger.sites.pins import Pin, Pins
from sunledger.sites.settings import SETTING
from sunledger.sitetime import Clock, instant, milliseconds
from sunledger.store.documents import Document, Documents, VersionTaken

log = structlog.get_logger("sunledger.sites")

E = TypeVar("E", bound=Entry)

KINDS: Mapping[str, Kind[Any]] = {kind.name: kind for kind in (CUSTOMER, SITE, DEVICE, DTU, SETTING)}
_AT_ONCE = 1000
_HOME: Content = {"name": "Home"}


@dataclass(frozen=True, slots=True)
class Kept(Generic[E]):
    """An entry as it is in force."""

    entry: E
    version: int
    """0 for one that nobody has changed yet."""
    created_at: datetime | None
    updated_at: datetime | None
    pinned: Mapping[str, str]
    """Where the configuration sets a field, by field."""


async def kept_home(documents: Documents) -> Site | None:
    """The site that exists by itself as it is kept, before anything of the configuration is laid over it."""
    newest = await documents.newest(SITE.name, HOME)
    return None if newest is None else SITE.read(HOME, newest.content)


class Registry:
    """The one owner of entries. All methods raise StoreError too."""

    def __init__(self, documents: Documents, clock: Clock, pins: Iterable[Pin] = ()) -> None:
        self._documents = documents
        self._clock = clock
        self._pins = Pins(pins)
        self._devices: dict[str, Kept[DeviceEntry]] = {}
        self._excluded: set[str] = set()
        self.dtus = KnownDtus()

    async def open(self) -> None:
        """Make the first site, keep what the configuration says, and learn the devices and DTUs.

        Where that fails because the store is away, it may be called again; what the configuration says of
        devices and DTUs is known even then.
        """
        self._know_pinned()
        for kind, id_ in {(SITE.name, HOME): None, **dict.fromkeys(self._pins.seeds())}:
            await self._seed(kind, id_)
        await self.learn()

    def _know_pinned(self) -> None:
        for id_ in self._pins.entries(DEVICE.name):
            self._know(self._in_force(DEVICE, id_, None))
        for id_ in self._pins.entries(DTU.name):
            self.dtus.learn(_dtu(self._in_force(DTU, id_, None)))

    async def learn(self) -> None:
        """Learn devices and DTUs, making nothing: another process has opened it, or changed something."""
        self._know_pinned()
        async for document in self._all(DEVICE):
            self._know(self._in_force(DEVICE, document.id, document))
        kept = [self._in_force(DTU, each.id, each) async for each in self._all(DTU)]
        named = [self._in_force(DTU, id_, None) for id_ in self._pins.entries(DTU.name)]
        self.dtus.know(map(_dtu, [*kept, *named]))

    @property
    def excluded(self) -> AbstractSet[str]:
        """The devices whose readings are not to be kept; the same set for ever, with today's members."""
        return self._excluded

    def device(self, id_: str) -> Kept[DeviceEntry]:
        """What is said of a device; of one that nobody has named, that it is called by its id."""
        return self._devices.get(id_) or self._in_force(DEVICE, id_, None)

    async def describe(self, id_: str, changes: Mapping[str, object]) -> Kept[DeviceEntry]:
        """Say something of a device, whether it has been seen or not. Raises as `change`."""
        kept = await self.change(DEVICE, id_, changes)
        self._know(kept)
        return kept

    async def get(self, kind: Kind[E], id_: str) -> Kept[E]:
        """An entry. Raises `Unknown`."""
        return self._existing(kind, id_, await self._documents.newest(kind.name, id_))

    async def listed(self, kind: Kind[E], *, limit: int, after: str = "") -> Sequence[Kept[E]]:
        """Entries by id, from the one after `after` on."""
        found = await self._documents.listed(kind.name, limit=limit, after=after)
        kept = {document.id: document for document in found}
        named = () if kind.grows else self._pins.entries(kind.name)
        ids = sorted({*kept, *(id_ for id_ in named if id_ > after)})[:limit]
        return [self._in_force(kind, id_, kept.get(id_)) for id_ in ids]

    async def versions(self, kind: Kind[E], id_: str) -> Sequence[Document]:
        """Every version of an entry that ever was, oldest first. Raises `Unknown`."""
        found = await self._documents.versions(kind.name, id_)
        if not found:
            await self.get(kind, id_)
        return found

    async def create(self, kind: Kind[E], id_: str, content: Mapping[str, object]) -> Kept[E]:
        """Make an entry. Raises `Invalid`, `Taken`."""
        entry = kind.read(identifier(id_), content)
        newest = await self._documents.newest(kind.name, id_)
        if (newest is not None and newest.active) or self._is_named(kind, id_):
            raise Taken(f"there is a {kind.name} {id_} already; change it, or choose another id", "id")
        return await self._keep(kind, entry, newest, entry.content())

    async def change(self, kind: Kind[E], id_: str, changes: Mapping[str, object]) -> Kept[E]:
        """Give some fields of an entry new values; None puts one back to its default.

        Raises `Unknown`, `Invalid`, `Pinned`, `Taken`.
        """
        newest = await self._documents.newest(kind.name, id_)
        before = self._existing(kind, id_, newest).entry.content()
        entry = kind.read(identifier(id_), before | dict(changes))
        after = entry.content()
        pins = self._pins.of(kind.name, id_)
        is_only_named = bool(pins) and not kind.grows and (newest is None or not newest.active)
        moved = [pin for field, pin in pins.items() if after[field] != before[field]]
        for pin in moved or (pins.values() if is_only_named else ()):
            raise Pinned(f"is set by configuration: change it at {pin.where}, or remove it there", pin.field)
        kept = dict(newest.content) if newest is not None and newest.active else {}
        return await self._keep(kind, entry, newest, kept | {field: after[field] for field in changes})

    async def remove(self, kind: Kind[E], id_: str) -> None:
        """End an entry; its versions stay. Raises `Unknown`, `InUse`, `Pinned`, `Taken`."""
        newest = await self._documents.newest(kind.name, id_)
        if (kind.name, id_) == (SITE.name, HOME):
            raise InUse(f"{HOME} is the site that has to be there; change it instead")
        for pin in self._pins.of(kind.name, id_).values():
            raise Pinned(f"is set by configuration: remove it at {pin.where}", pin.field)
        if newest is None or not newest.active:
            raise _unknown(kind, id_)
        await self._require_unused(kind, id_)
        gone = newest.removed(self._now())
        await self._append(gone)
        _tell(gone)
        if kind.name == DTU.name:
            self.dtus.forget(id_)

    async def _seed(self, kind: str, id_: str) -> None:
        """Keep what the configuration says of an entry, unless it is kept already."""
        newest = await self._documents.newest(kind, id_)
        default = _HOME if (kind, id_) == (SITE.name, HOME) else {}
        kept = default if newest is None or not newest.active else dict(newest.content)
        seeded = {pin.field: pin.value for pin in self._pins.of(kind, id_).values() if pin.seeds}
        if newest is None or not newest.active or kept | seeded != kept:
            await self._append(self._next(kind, id_, newest, kept | seeded))

    async def _keep(self, kind: Kind[E], entry: E, newest: Document | None, content: Content) -> Kept[E]:
        await self._require_references(kind, content)
        if isinstance(entry, DtuEntry):
            self.dtus.require_free(entry)
        document = self._next(kind.name, entry.id, newest, content)
        if newest is None or not newest.active or newest.content != document.content:
            await self._append(document)
            _tell(document)
            newest = document
        if isinstance(entry, DtuEntry):
            self.dtus.learn(_dtu(self._in_force(DTU, entry.id, newest)))
        return self._in_force(kind, entry.id, newest)

    def _next(self, kind: str, id_: str, newest: Document | None, content: Content) -> Document:
        now = self._now()
        if newest is None:
            return Document(kind=kind, id=id_, content=content, created_at=now, updated_at=now)
        return newest.following(content, now)

    async def _append(self, document: Document) -> None:
        try:
            await self._documents.append(document)
        except VersionTaken:
            raise Taken(
                f"somebody else has changed {document.kind} {document.id}; read it and try again"
            ) from None

    async def _require_references(self, kind: Kind[Any], content: Content) -> None:
        for field, to in kind.refers.items():
            id_ = content.get(field)
            if isinstance(id_, str):
                try:
                    await self.get(KINDS[to], id_)
                except Unknown as error:
                    raise Invalid(str(error), field) from None

    async def _require_unused(self, kind: Kind[Any], id_: str) -> None:
        for other in KINDS.values():
            for field in [field for field, to in other.refers.items() if to == kind.name]:
                async for document in self._all(other):
                    if document.content.get(field) == id_:
                        raise InUse(
                            f"{other.name} {document.id} refers to {kind.name} {id_}; change that first"
                        )

    async def _all(self, kind: Kind[Any]) -> AsyncIterator[Document]:
        after = ""
        while found := await self._documents.listed(kind.name, limit=_AT_ONCE, after=after):
            for document in found:
                yield document
            after = found[-1].id

    def _existing(self, kind: Kind[E], id_: str, newest: Document | None) -> Kept[E]:
        """An entry that is there, that the configuration names, or that grows by itself. Raises `Unknown`."""
        is_kept = newest is not None and newest.active
        if not (is_kept or kind.grows or self._is_named(kind, id_)):
            raise _unknown(kind, id_)
        return self._in_force(kind, id_, newest)

    def _in_force(self, kind: Kind[E], id_: str, newest: Document | None) -> Kept[E]:
        """An entry as its newest version and the configuration make it."""
        pinned = {field: pin.value for field, pin in self._pins.of(kind.name, id_).items()}
        if newest is None or not newest.active:
            return Kept(kind.read(id_, pinned), 0, None, None, self._where(kind, id_))
        entry = kind.read(id_, {**newest.content, **pinned})
        return Kept(entry, newest.version, newest.created_at, newest.updated_at, self._where(kind, id_))

    def _is_named(self, kind: Kind[Any], id_: str) -> bool:
        """Whether an entry of its kind exists because the configuration names it."""
        return not kind.grows and bool(self._pins.of(kind.name, id_))

    def _where(self, kind: Kind[Any], id_: str) -> Mapping[str, str]:
        return {field: pin.where for field, pin in self._pins.of(kind.name, id_).items()}

    def _know(self, device: Kept[DeviceEntry]) -> None:
        id_ = device.entry.id
        self._devices[id_] = device
        (self._excluded.add if device.entry.excluded else self._excluded.discard)(id_)

    def _now(self) -> datetime:
        """Now, as exactly as documents know it."""
        return instant(milliseconds(self._clock.now()))


def _tell(document: Document) -> None:
    log.info(
        "entry_kept",
        kind=document.kind,
        id=document.id,
        version=document.version,
        active=document.active,
    )


def _dtu(kept: Kept[DtuEntry]) -> Dtu:
    return Dtu(kept.entry, bool(kept.pinned))


def _unknown(kind: Kind[Any], id_: str) -> Unknown:
    return Unknown(f"there is no {kind.name} {id_}")
