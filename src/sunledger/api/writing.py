"""Requests that change something: the JSON that they carry."""

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from fastapi import Depends
from starlette.requests import ClientDisconnect, Request

from sunledger.api.problems import Problem, Trouble
from sunledger.api.shapes import Schema, either_null, partly

LONGEST_BODY = 1 << 20


async def _members(request: Request) -> Mapping[str, object]:
    """The JSON object that a request carries. Raises `Problem`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"application/json", "application/merge-patch+json"}:
        raise Problem(Trouble.NOT_JSON, "Send a JSON object, with Content-Type: application/json.")
    try:
        members = orjson.loads(await body_of(request, LONGEST_BODY))
    except orjson.JSONDecodeError as error:
        raise Problem(Trouble.INVALID_FIELD, f"body: not JSON ({error}).", parameter="body") from None
    if not isinstance(members, dict):
        raise Problem(Trouble.INVALID_FIELD, "body: must be a JSON object.", parameter="body")
    return members


async def body_of(request: Request, longest: int) -> bytes:
    """What a request carries, at most so many bytes. Raises `Problem`."""
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > longest:
                raise Problem(Trouble.TOO_LARGE, f"body: longer than {longest} bytes.", parameter="body")
    except ClientDisconnect:
        raise Problem(Trouble.REFUSED, "body: it broke off.", parameter="body") from None
    return bytes(body)


Members = Annotated[Mapping[str, Any], Depends(_members)]


def carrying(schema: Schema) -> dict[str, Any]:
    """What a request carries, for OpenAPI."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def changing(fields: Mapping[str, Schema]) -> Schema:
    """What carries changes: some of the fields; null puts one back to its default."""
    return partly({name: either_null(schema) for name, schema in fields.items()})
