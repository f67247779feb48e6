"""The registry as somebody sees it, and what they change in it: asked for, allowed, and written down.

Every change of a customer, site, device or setting that comes over HTTP goes through here, so none is
forgotten by the audit.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar, cast

from sunledger.access.audit import Event
from sunledger.access.principal import Action, Principal
from sunledger.api.problems import Problem, Trouble
from sunledger.api.sight import Sight
from sunledger.sites import (
    CUSTOMER,
    DEVICE,
    SETTING,
    SITE,
    DeviceEntry,
    Entry,
    Kept,
    Kind,
    Registry,
    Setting,
    Unknown,
)
from sunledger.sites.dtus import DTU
from sunledger.store.documents import Document

E = TypeVar("E", bound=Entry)

_AT_ONCE = 1000


Note = Callable[[Event], Awaitable[object]]
"""Writes into the audit what somebody has done. Raises StoreError."""


class SeenRegistry:
    """The registry for one principal. Its methods raise what the registry's do, and `Problem`."""

    def __init__(self, registry: Registry, who: Principal, note: Note) -> None:
        self._registry = registry
        self._who = who
        self._sight = Sight(who, registry)
        self._note = note

    def device(self, id_: str) -> Kept[DeviceEntry]:
        """What is said of a device that is seen."""
        return self._registry.device(id_)

    async def get(self, kind: Kind[E], id_: str) -> Kept[E]:
        """An entry. Raises `Unknown`."""
        await self._require_seen(kind, id_)
        return self._narrowed(await self._registry.get(kind, id_))

    async def listed(self, kind: Kind[E], *, limit: int, after: str = "") -> Sequence[Kept[E]]:
        """Entries by id, from the one after `after` on."""
        if self._sight.whole:
            return await self._registry.listed(kind, limit=limit, after=after)
        found: list[Kept[E]] = []
        while some := await self._registry.listed(kind, limit=_AT_ONCE, after=after):
            found += [self._narrowed(each) for each in some if await self._is_seen(kind, each.entry.id)]
            if len(found) >= limit:
                break
            after = some[-1].entry.id
        return found[:limit]

    async def versions(self, kind: Kind[E], id_: str) -> Sequence[Document]:
        """Every version of an entry, oldest first. Raises `Unknown`."""
        await self._require_seen(kind, id_)
        found = await self._registry.versions(kind, id_)
        if self._sight.whole or kind is not SETTING:
            return found
        return [
            replace(each, content=SETTING.read(id_, each.content).seen_by(self._sight.sees).content())
            for each in found
        ]

    async def create(self, kind: Kind[E], id_: str, content: Mapping[str, object]) -> Kept[E]:
        """Make an entry."""
        self._require_right(None, _needed(kind))
        kept = await self._registry.create(kind, id_, content)
        await self._note(Event(action="create", object_kind=kind.name, object_id=id_, after=_shown(kept)))
        return kept

    async def change(self, kind: Kind[E], id_: str, changes: Mapping[str, object]) -> Kept[E]:
        """Give some fields of an entry new values."""
        before = await self.get(kind, id_)
        whole = kind is not SITE or "customer" in changes  # whose a site is decides who sees it
        self._require_right(None if whole else id_, _needed(kind))
        kept = await self._registry.change(kind, id_, changes)
        await self._write(kind, id_, before, kept)
        return kept

    async def describe(self, id_: str, changes: Mapping[str, object]) -> Kept[DeviceEntry]:
        """Say something of a device; to another site it is moved only with a right on both."""
        before = self._registry.device(id_)
        self._require_right(before.entry.site)
        if isinstance(moved_to := changes.get("site"), str):
            self._require_right(moved_to)
        kept = await self._registry.describe(id_, changes)
        await self._write(DEVICE, id_, before, kept)
        return kept

    async def remove(self, kind: Kind[E], id_: str) -> None:
        """End an entry."""
        before = await self.get(kind, id_)
        self._require_right(None, _needed(kind))
        await self._registry.remove(kind, id_)
        await self._note(Event(action="remove", object_kind=kind.name, object_id=id_, before=_shown(before)))

    async def _write(self, kind: Kind[Any], id_: str, before: Kept[Any], after: Kept[Any]) -> None:
        """Write down which fields have changed, if any."""
        old, new = _shown(before), _shown(after)
        changed = [field for field in new if old.get(field) != new[field]]
        if changed:
            was, is_ = ({field: each.get(field) for field in changed} for each in (old, new))
            await self._note(
                Event(action="change", object_kind=kind.name, object_id=id_, before=was, after=is_)
            )

    def _require_right(self, site: str | None, action: Action = Action.CHANGE) -> None:
        """Raise a `Problem` unless that may be done on a site; None: on the whole system."""
        if not self._who.may(action, site):
            where = "the whole system" if site is None else f"the site {site}"
            detail = f"{self._who.kind} {self._who.id} may not change this: it needs operator on {where}."
            raise Problem(Trouble.FORBIDDEN, detail)

    def _narrowed(self, kept: Kept[E]) -> Kept[E]:
        """An entry without what it tells of devices that are not seen."""
        if self._sight.whole or not isinstance(kept.entry, Setting):
            return kept
        return replace(kept, entry=cast("E", kept.entry.seen_by(self._sight.sees)))

    async def _require_seen(self, kind: Kind[Any], id_: str) -> None:
        if not await self._is_seen(kind, id_):
            raise Unknown(f"there is no {kind.name} {id_}")

    async def _is_seen(self, kind: Kind[Any], id_: str) -> bool:
        if self._sight.whole or kind is SETTING:
            return True
        if kind is SITE:
            return self._sight.sees_site(id_)
        if kind is CUSTOMER:
            return id_ in await self._customers()
        if kind is DTU:  # belongs to no site
            return False
        return self._sight.sees(id_)

    async def _customers(self) -> set[str | None]:
        """Whose the sites are that are seen."""
        sites = self._who.sites or frozenset()
        return {(await self._registry.get(SITE, site)).entry.customer for site in sites}


def _needed(kind: Kind[Any]) -> Action:
    """What changes an entry: a DTU that is entered makes Sunledger ask an address in the network."""
    return Action.OPERATE if kind is DTU else Action.CHANGE


def _shown(kept: Kept[Any]) -> Mapping[str, object]:
    content: Mapping[str, object] = kept.entry.content()
    return content
