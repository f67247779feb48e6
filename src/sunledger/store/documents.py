"""Documents: what is kept besides readings, in versions that are only ever added.

A change is a next version, and so is a removal. Nothing that was ever in force is lost, and of two changes to
the same version only one succeeds: the other is told that its version is taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Protocol

import orjson

from sunledger.sitetime import Span, instant, milliseconds


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

    async def newest(self, kind: str, id: str) -> Document | None:  # noqa: A002  the word of the table
        """The newest version, also when it says that the document was removed."""

    async def versions(self, kind: str, id: str) -> Sequence[Document]:  # noqa: A002
        """All versions, oldest first."""

    async def listed(self, kind: str, *, limit: int, after: str = "") -> Sequence[Document]:
        """Documents in force by id, from the one after `after` on."""

    async def timeline(
        self, kind: str, span: Span, *, limit: int, after: Place | None = None
    ) -> Sequence[Document]:
        """Documents in force that speak of a moment in the span, by that moment and id."""


COLUMNS = ("kind", "id", "version", "active", "at", "document", "created_at", "updated_at")
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM record r"
_IN_FORCE = (
    "r.active AND r.version = (SELECT MAX(n.version) FROM record n WHERE n.kind = r.kind AND n.id = r.id)"
)

APPEND = f"INSERT INTO record ({', '.join(COLUMNS)}) VALUES ({', '.join(f':{name}' for name in COLUMNS)})"
NEWEST = f"{_SELECT} WHERE kind = :kind AND id = :id ORDER BY version DESC LIMIT 1"
VERSIONS = f"{_SELECT} WHERE kind = :kind AND id = :id ORDER BY version"
LISTED = f"{_SELECT} WHERE kind = :kind AND id > :after AND {_IN_FORCE} ORDER BY id LIMIT :limit"
TIMELINE = (
    f"{_SELECT} WHERE kind = :kind AND at >= :start AND at < :end AND (at, id) > (:after_at, :after_id) "
    f"AND {_IN_FORCE} ORDER BY at, id LIMIT :limit"
)
"""The questions, in SQL that SQLite and PostgreSQL both understand, with parameters by name."""


def row(document: Document) -> dict[str, object]:
    """A document by the names of `COLUMNS`."""
    return {
        "kind": document.kind,
        "id": document.id,
        "version": document.version,
        "active": document.active,
        "at": None if document.at is None else milliseconds(document.at),
        "document": orjson.dumps(document.content).decode(),
        "created_at": milliseconds(document.created_at),
        "updated_at": milliseconds(document.updated_at),
    }


def document(row: Sequence[object]) -> Document:
    """A document from a row of `COLUMNS`."""
    kind, id_, version, active, at, content, created_at, updated_at = row
    return Document(
        kind=str(kind),
        id=str(id_),
        version=_whole(version),
        active=bool(active),
        at=None if at is None else instant(_whole(at)),
        content=orjson.loads(str(content)),
        created_at=instant(_whole(created_at)),
        updated_at=instant(_whole(updated_at)),
    )


def timeline_question(kind: str, span: Span, limit: int, after: Place | None) -> dict[str, object]:
    """The parameters of `TIMELINE`."""
    start, end = milliseconds(span.start), milliseconds(span.end)
    at, id_ = after or (start - 1, "")
    return {
        "kind": kind,
        "start": max(start, at),
        "end": end,
        "after_at": at,
        "after_id": id_,
        "limit": limit,
    }


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is no whole number")
    return value
