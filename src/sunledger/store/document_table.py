"""Documents in the table `record` of a SQLite or PostgreSQL store."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import orjson

from sunledger.sitetime import Span, instant
from sunledger.store.documents import Document, Place, VersionTaken
from sunledger.store.statements import KeyTaken, Parameters, Statements, in_milliseconds

_COLUMNS = ("kind", "id", "version", "active", "at", "document", "created_at", "updated_at")
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM record r"
_IN_FORCE = (
    "r.active AND r.version = (SELECT MAX(n.version) FROM record n WHERE n.kind = r.kind AND n.id = r.id)"
)

_APPEND = f"INSERT INTO record ({', '.join(_COLUMNS)}) VALUES ({', '.join(f':{name}' for name in _COLUMNS)})"
_NEWEST = f"{_SELECT} WHERE kind = :kind AND id = :id ORDER BY version DESC LIMIT 1"
_VERSIONS = f"{_SELECT} WHERE kind = :kind AND id = :id ORDER BY version"
_LISTED = f"{_SELECT} WHERE kind = :kind AND id > :after AND {_IN_FORCE} ORDER BY id LIMIT :limit"
_TIMELINE = (
    f"{_SELECT} WHERE kind = :kind AND at >= :start AND at < :end AND (at, id) > (:after_at, :after_id) "
    f"AND {_IN_FORCE} ORDER BY at, id LIMIT :limit"
)


class DocumentTable:
    """Documents as rows, each a version."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def open(self) -> None:
        """Connect."""
        await self._statements.open()

    async def close(self) -> None:
        """Finish what was begun, then let go."""
        await self._statements.close()

    async def append(self, *documents: Document) -> None:
        """Keep new versions, synced to the disk, all or none."""
        try:
            await self._statements.change(_APPEND, [_row(each) for each in documents])
        except KeyTaken as error:
            raise VersionTaken(str(error)) from error

    async def newest(self, kind: str, id: str) -> Document | None:
        """The newest version."""
        return next(iter(await self._ask(_NEWEST, {"kind": kind, "id": id})), None)

    async def versions(self, kind: str, id: str) -> Sequence[Document]:
        """All versions, oldest first."""
        return await self._ask(_VERSIONS, {"kind": kind, "id": id})

    async def listed(self, kind: str, *, limit: int, after: str = "") -> Sequence[Document]:
        """Documents in force by id."""
        return await self._ask(_LISTED, {"kind": kind, "after": after, "limit": limit})

    async def timeline(
        self, kind: str, span: Span, *, limit: int, after: Place | None = None
    ) -> Sequence[Document]:
        """Documents in force within the span."""
        at = span.start - timedelta(milliseconds=1) if after is None else instant(after.at)
        known = {
            "kind": kind,
            "start": max(span.start, at),
            "end": span.end,
            "after_at": at,
            "after_id": "" if after is None else after.id,
            "limit": limit,
        }
        return await self._ask(_TIMELINE, known)

    async def _ask(self, question: str, parameters: Parameters) -> list[Document]:
        return [_document(each) for each in await self._statements.ask(question, parameters)]


def as_kept(document: Document) -> Document:
    """The document as it would come back from a table."""
    return _document(tuple(in_milliseconds(_row(document)).values()))


def _row(document: Document) -> dict[str, object]:
    """A document by the names of the columns, in their order."""
    return {
        "kind": document.kind,
        "id": document.id,
        "version": document.version,
        "active": document.active,
        "at": document.at,
        "document": orjson.dumps(document.content).decode(),
        "created_at": document.created_at,
        "updated_at": document.updated_at,
    }


def _document(row: Sequence[Any]) -> Document:
    """A document from a row."""
    kind, id_, version, active, at, content, created_at, updated_at = row
    return Document(
        kind=kind,
        id=id_,
        version=version,
        active=bool(active),
        at=None if at is None else instant(at),
        content=orjson.loads(content),
        created_at=instant(created_at),
        updated_at=instant(updated_at),
    )
