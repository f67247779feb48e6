"""/graphql: questions over the graph of sites, devices, their latest readings, energy and history.

The schema and what answers by it are imported at the first question: they need memory, and many never ask.
"""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request

from sunledger.access.principal import Action
from sunledger.api.answers import Json
from sunledger.api.graphql.asking import RESPONSE_TYPE, Answer, Asked, asked, response_type
from sunledger.api.needs import needs
from sunledger.api.shapes import COUNT, TEXT, Schema, answers, listed, partly
from sunledger.api.sources import FromSources, Sources
from sunledger.api.writing import carrying

routes = APIRouter(tags=["GraphQL"], dependencies=[needs(Action.READ)])

_ANYTHING: Schema = {"type": ["object", "null"]}
_ERROR = partly(
    {
        "message": TEXT,
        "locations": listed(partly({"line": COUNT, "column": COUNT})),
        "path": listed({"type": ["string", "integer"]}),
        "extensions": partly({"code": TEXT, "field": TEXT}),
    },
    required=["message", "extensions"],
)
_ANSWER = partly(
    {"data": _ANYTHING, "errors": listed(_ERROR), "extensions": partly({"cost": COUNT})},
)
_CARRIED = partly(
    {"query": TEXT, "variables": _ANYTHING, "operationName": {"type": ["string", "null"]}},
    required=["query"],
)


@routes.post("/graphql", responses=answers(_ANSWER), openapi_extra=carrying(_CARRIED))
async def query(request: Request, sources: FromSources) -> Json:
    """Answer a query in GraphQL; introspection tells its schema."""
    return await _answered(request, sources)


@routes.get("/graphql", responses=answers(_ANSWER))
async def query_in_address(request: Request, sources: FromSources) -> Json:
    """The same with `query`, `variables` (JSON) and `operationName` in the address."""
    return await _answered(request, sources)


async def _answered(request: Request, sources: Sources) -> Json:
    answer = await asyncio.to_thread(_loaded)
    found = await answer(await asked(request), sources)
    type_ = response_type(request)
    status = 200 if found.understood or type_ != RESPONSE_TYPE else 400
    return Json(found.body, status, media_type=type_)


def _loaded() -> Callable[[Asked, Sources], Awaitable[Answer]]:
    from sunledger.api.graphql.execution import answer  # noqa: PLC0415  see above

    return answer
