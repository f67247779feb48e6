"""Requests that change something: who may make them, and the JSON that they carry.

There is no authentication yet. So a change is accepted only from the machine itself, and there from nobody
but its people: a page that a browser shows could reach the loopback address, too. What such a page can send
without being asked is no JSON, names its own host, or comes from another origin.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Annotated, Any
from urllib.parse import urlsplit

import orjson
from fastapi import Depends
from starlette.requests import Request

from sunledger.api.problems import Problem, Trouble
from sunledger.api.shapes import Schema
from sunledger.api.stream import from_same_host

LONGEST_BODY = 1 << 20
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


async def local_only(request: Request) -> None:
    """Refuse a change that does not come from this machine. Raises `Problem`."""
    client = request.client
    headers = request.headers
    here = client is not None and _is_loopback(client.host) and _is_loopback(_host(headers.get("host", "")))
    if not here or any(name in headers for name in _FORWARDED) or not from_same_host(headers):
        raise Problem(
            Trouble.LOCAL_ONLY,
            "This version has no authentication: it accepts changes only from the machine that it runs on, "
            "through http://localhost or http://127.0.0.1, and not through a proxy.",
        )


Locally = Depends(local_only)


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
    async for piece in request.stream():
        body += piece
        if len(body) > longest:
            raise Problem(Trouble.TOO_LARGE, f"body: longer than {longest} bytes.", parameter="body")
    return bytes(body)


Members = Annotated[Mapping[str, Any], Depends(_members)]


def carrying(schema: Schema) -> dict[str, Any]:
    """What a request carries, for OpenAPI."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _host(header: str) -> str:
    """The name in a Host header, without its port."""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
