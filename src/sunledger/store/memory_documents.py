"""Documents in memory: for dry runs and for tests."""

from collections.abc import Sequence
from itertools import islice

from sunledger.sitetime import Span, milliseconds
from sunledger.store.document_table import as_kept
from sunledger.store.documents import Document, Place, VersionTaken


class MemoryDocuments:
    """Documents that last as long as the process."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], list[Document]] = {}

    async def open(self) -> None:
        """There is nothing to get ready."""

    async def close(self) -> None:
        """There is nothing to let go of."""

    async def append(self, *documents: Document) -> None:
        """Keep new versions, all or none."""
        for each in documents:
            if any(each.version == other.version for other in self._of(each)):
                raise VersionTaken(f"{each.kind} {each.id} has a version {each.version} already")
        for each in documents:
            versions = [*self._of(each), as_kept(each)]
            self._kept[each.kind, each.id] = sorted(versions, key=lambda kept: kept.version)

    def _of(self, document: Document) -> list[Document]:
        return self._kept.get((document.kind, document.id), [])

    async def newest(self, kind: str, id: str) -> Document | None:
        """The newest version."""
        return next(reversed(self._kept.get((kind, id), [])), None)

    async def versions(self, kind: str, id: str) -> Sequence[Document]:
        """All versions, oldest first."""
        return tuple(self._kept.get((kind, id), ()))

    async def listed(self, kind: str, *, limit: int, after: str = "") -> Sequence[Document]:
        """Documents in force by id."""
        found = sorted((each for each in self._in_force(kind) if each.id > after), key=lambda each: each.id)
        return found[:limit]

    async def timeline(
        self, kind: str, span: Span, *, limit: int, after: Place | None = None
    ) -> Sequence[Document]:
        """Documents in force within the span."""
        placed = {
            Place(milliseconds(each.at), each.id): each
            for each in self._in_force(kind)
            if each.at is not None and each.at in span
        }
        places = (place for place in sorted(placed) if after is None or place > after)
        return [placed[place] for place in islice(places, limit)]

    def _in_force(self, kind: str) -> list[Document]:
        newest = [versions[-1] for (of, _), versions in self._kept.items() if of == kind]
        return [each for each in newest if each.active]
