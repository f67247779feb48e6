"""Routes over entries of one kind: list, read, make, change, remove, and every version there ever was."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from sunledger.access.principal import Action
from sunledger.api.answers import Json
from sunledger.api.cursors import cursor, place
from sunledger.api.fields import Fields, ItemQuery, all_sparse, sparse
from sunledger.api.needs import needs
from sunledger.api.parameters import Cursor, Limit, NoParameters, Parameters
from sunledger.api.shapes import COUNT, TRUTH, VERSIONED, Schema, answers, fixed, page, partly, titled
from sunledger.api.sources import FromSources, Sources
from sunledger.api.writing import Members, carrying, changing
from sunledger.sites import Kept, Kind
from sunledger.store.documents import Document

Id = Annotated[str, Path(description="Its id.")]


class ListQuery(Parameters):
    """Which page of a list."""

    fields: Fields | None = None
    cursor: Cursor | None = None
    limit: Limit = 100


Listing = Annotated[ListQuery, Query()]
One = Annotated[ItemQuery, Query()]
Nothing = Annotated[NoParameters, Query()]
_VERSION = titled(
    "Version", fixed(version=COUNT, active=TRUTH, updated_at=VERSIONED["updated_at"], content={})
)


class Rights(NamedTuple):
    """What routes over entries need of whoever asks."""

    reading: Any = needs(Action.READ)
    changing: Any = needs(Action.CHANGE)


ANYWHERE = Rights()


class EntryRoutes:
    """The routes of one kind of entries under one address."""

    def __init__(
        self,
        kind: Kind[Any],
        plural: str,
        fields: Mapping[str, Schema],
        *,
        required: Sequence[str] = ("name",),
        told: Mapping[str, Schema] | None = None,
        rights: Rights = ANYWHERE,
    ) -> None:
        """`required` are the fields that a new one needs; `told` is what else answers tell of one."""
        self.kind = kind
        self.address = f"/api/v1/{plural}"
        self.one = f"{self.address}/{{id}}"
        self.routes = APIRouter(tags=[plural], dependencies=[rights.reading])
        self.fields = fields
        self.required = ("id", *required)
        self.changing = [rights.changing]
        members = {"id": {"type": "string"}, **fields, **VERSIONED, **(told or {})}
        self.shape = titled(kind.name.capitalize(), fixed(**members))

    def described(self, kept: Kept[Any], _sources: Sources) -> dict[str, object]:
        """An entry as the API shows it."""
        return {
            "id": kept.entry.id,
            **kept.entry.content(),
            "version": kept.version,
            "created_at": kept.created_at,
            "updated_at": kept.updated_at,
            "pinned": kept.pinned,
        }

    def offer_reading(self) -> None:
        """Offer the list, each entry, and its versions."""
        get = self.routes.get
        get(self.address, responses=answers(page(self.shape)), name=f"list {self.kind.name}")(self.listed)
        get(self.one, responses=answers(self.shape), name=f"one {self.kind.name}")(self.read)
        name = f"versions of {self.kind.name}"
        get(f"{self.one}/versions", responses=answers(page(_VERSION)), name=name)(self.versions)

    def offer_making(self) -> None:
        """Offer to make entries."""
        carried = carrying(partly({"id": {"type": "string"}, **self.fields}, required=self.required))
        responses = answers(self.shape, status=201)
        name = f"make {self.kind.name}"
        self.routes.post(
            self.address, status_code=201, responses=responses, openapi_extra=carried, name=name,
            dependencies=self.changing,
        )(self.make)  # fmt: skip

    def offer_changing(self) -> None:
        """Offer to change and to remove entries."""
        self.routes.patch(
            self.one, responses=answers(self.shape), openapi_extra=carrying(changing(self.fields)),
            name=f"change {self.kind.name}", dependencies=self.changing,
        )(self.change)  # fmt: skip
        self.routes.delete(
            self.one, status_code=204, responses=answers({}, status=204), name=f"remove {self.kind.name}",
            dependencies=self.changing,
        )(self.remove)  # fmt: skip

    async def listed(self, query: Listing, request: Request, sources: FromSources) -> Json:
        """All of them, by id."""
        after = place(request, query.cursor, 1, str)
        found = await self._page(sources, query.limit + 1, after[0] if after else "")
        shown = found[: query.limit]
        more = cursor(request, shown[-1].entry.id) if len(found) > len(shown) else None
        items = all_sparse((self.described(kept, sources) for kept in shown), query.fields, self.shape)
        return Json({"items": items, "next_cursor": more})

    async def _page(self, sources: Sources, limit: int, after: str) -> list[Kept[Any]]:
        return list(await sources.registry.listed(self.kind, limit=limit, after=after))

    async def read(self, id: Id, query: One, sources: FromSources) -> Json:
        """One of them. `pinned` names the fields that the configuration sets, and where."""
        shown = self.described(await sources.registry.get(self.kind, id), sources)
        return Json(sparse(shown, query.fields, self.shape))

    async def versions(self, id: Id, query: Listing, request: Request, sources: FromSources) -> Json:
        """Every version that ever was in force, oldest first; one that is not active removed the entry."""
        after = place(request, query.cursor, 1, int)
        found = await sources.registry.versions(self.kind, id)
        rest = [version for version in found if after is None or version.version > after[0]]
        shown = rest[: query.limit]
        more = cursor(request, shown[-1].version) if len(rest) > len(shown) else None
        items = all_sparse(map(_version, shown), query.fields, _VERSION)
        return Json({"items": items, "next_cursor": more})

    async def make(self, members: Members, _: Nothing, sources: FromSources) -> Json:
        """Make one. Its `id` is yours to choose: 1 to 64 letters, digits, _ and -."""
        content = dict(members)
        kept = await sources.registry.create(self.kind, content.pop("id", None), content)
        return Json(self.described(kept, sources), 201, {"Location": f"{self.address}/{kept.entry.id}"})

    async def change(self, id: Id, members: Members, _: Nothing, sources: FromSources) -> Json:
        """Change the fields that are sent, each as a whole; null puts one back to its default.

        Fields that the configuration sets cannot be changed here.
        """
        return Json(self.described(await sources.registry.change(self.kind, id, members), sources))

    async def remove(self, id: Id, _: Nothing, sources: FromSources) -> Response:
        """Remove one, or put a setting back to its default. Its versions stay."""
        await sources.registry.remove(self.kind, id)
        return Response(status_code=204)


def _version(document: Document) -> dict[str, object]:
    return {
        "version": document.version,
        "active": document.active,
        "updated_at": document.updated_at,
        "content": document.content,
    }
