"""Requests for GraphQL, JSON by POST or parameters by GET, one query at a time; and what is answered."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
from starlette.datastructures import QueryParams
from starlette.requests import Request

from sunledger.api.problems import Problem, Trouble
from sunledger.api.writing import body_of

LONGEST_BODY = 64 * 1024
RESPONSE_TYPE = "application/graphql-response+json"


class Asked(NamedTuple):
    """What was asked."""

    query: str
    variables: Mapping[str, Any]
    operation_name: str | None


class Answer(NamedTuple):
    """What is answered."""

    body: Mapping[str, Any]
    understood: bool
    """False where nothing was executed: the query has an error, or asks too much."""


async def asked(request: Request) -> Asked:
    """What a request asks. Raises Problem."""
    if request.method == "GET":
        return _read(_parameters(request.query_params))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem(Trouble.NOT_JSON, "Send a JSON object, with Content-Type: application/json.")
    given = _json("body", await body_of(request, LONGEST_BODY))
    if not isinstance(given, dict):
        detail = 'body: must be one object such as {"query": "{ inverters { serialNumber } }"}, no list.'
        raise Problem(Trouble.INVALID_FIELD, detail, parameter="body")
    return _read(given)


def response_type(request: Request) -> str:
    """The media type that is accepted: that of GraphQL over HTTP where it is named, else JSON."""
    return RESPONSE_TYPE if RESPONSE_TYPE in request.headers.get("accept", "") else "application/json"


def _parameters(given: QueryParams) -> dict[str, Any]:
    """The parameters of a GET, where variables are JSON within them."""
    if sum(map(len, given.values())) > LONGEST_BODY:
        raise Problem(Trouble.TOO_LARGE, f"query: longer than {LONGEST_BODY} bytes.", parameter="query")
    found: dict[str, Any] = dict(given)
    if "variables" in found:
        found["variables"] = _json("variables", found["variables"])
    return found


def _json(name: str, text: str | bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Problem(Trouble.INVALID_FIELD, f"{name}: not JSON ({error}).", parameter=name) from None


def _read(given: Mapping[str, Any]) -> Asked:
    """Members that are not known are left alone, as GraphQL over HTTP wants it."""
    query, variables, name = given.get("query"), given.get("variables"), given.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise _invalid("query", "must be a GraphQL query such as { inverters { serialNumber } }")
    if variables is not None and not isinstance(variables, dict):
        raise _invalid("variables", "must be an object, or be left out")
    if name is not None and not isinstance(name, str):
        raise _invalid("operationName", "must be the name of one of the operations, or be left out")
    return Asked(query, variables or {}, name or None)


def _invalid(name: str, what: str) -> Problem:
    return Problem(Trouble.INVALID_FIELD, f"{name}: {what}.", parameter=name)
