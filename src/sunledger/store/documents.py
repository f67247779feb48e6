"""Documents: what is kept besides readings, in versions that are only ever added.

A change is a next version, and so is a removal. Nothing that was ever in force is lost, and of two changes to
the same version only one succeeds: the other is told that its version is taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Protocol

from sunledger.sitetime import Span, milliseconds


class Place(NamedTuple):
    """Where a page of a timeline ended."""

    at: int
    """Milliseconds since 1970."""
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One version of a document: a kind, an id among its kind, and a mapping that JSON can hold."""

    kind: str
    id: str
    content: Mapping[str, object]
    created_at: datetime
    """When its first version was written."""
    updated_at: datetime
    """When this one was."""
    version: int = 1
    active: bool = True
    """False in a version that says that the document was removed."""
    at: datetime | None = None
    """The moment that it speaks of, where it speaks of one; timelines are ordered by it."""

    @property
    def moment(self) -> datetime:
        """The moment that it speaks of. Raises ValueError when it speaks of none."""
        if self.at is None:
            raise ValueError(f"{self.kind} {self.id} speaks of no moment")
        return self.at

    @property
    def place(self) -> Place:
        """Where it stands in a timeline. Raises ValueError when it stands in none."""
        return Place(milliseconds(self.moment), self.id)

    def following(
        self, content: Mapping[str, object], now: datetime, at: datetime | None = None
    ) -> "Document":
        """The version that comes after this one; one that was removed begins a new life."""
        created = self.created_at if self.active else now
        return replace(
            self,
            content=content,
            created_at=created,
            updated_at=now,
            version=self.version + 1,
            active=True,
            at=at,
        )

    def removed(self, now: datetime) -> "Document":
        """The version that ends it."""
        return replace(self, updated_at=now, version=self.version + 1, active=False)


class VersionTaken(Exception):
    """Somebody else has written this version meanwhile: read again, then decide."""


class Documents(Protocol):
    """Keeps documents. Every method may be called from several tasks at once, and raises StoreError."""

    async def open(self) -> None:
        """Get ready; the schema is the store's and must be there."""

    async def close(self) -> None:
        """Finish what was begun."""

    async def append(self, *documents: Document) -> None:
        """Keep new versions durably, all or none. Raises `VersionTaken`."""

    async def newest(self, kind: str, id: str) -> Document | None:
        """The newest version, also when it says that the document was removed."""

    async def versions(self, kind: str, id: str) -> Sequence[Document]:
        """All versions, oldest first."""

    async def listed(self, kind: str, *, limit: int, after: str = "") -> Sequence[Document]:
        """Documents in force by id, from the one after `after` on."""

    async def timeline(
        self, kind: str, span: Span, *, limit: int, after: Place | None = None
    ) -> Sequence[Document]:
        """Documents in force that speak of a moment in the span, by that moment and id."""
