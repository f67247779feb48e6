"""Problem details (RFC 9457): every error of the API has one shape, a stable `type` and names the way out."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any
from urllib.parse import quote

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError, WebSocketRequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match
from starlette.websockets import WebSocket

from sunledger.access import errors as access
from sunledger.access.errors import AccessError
from sunledger.sites import InUse, Invalid, Pinned, SitesError, Taken, Unknown
from sunledger.store.protocol import StoreError

MEDIA_TYPE = "application/problem+json"


class Trouble(Enum):
    """The kinds of problems: status, name in the `type` URI, title. Names never change once released."""

    INVALID_PARAMETER = (400, "invalid-parameter", "A parameter has a value that cannot be used")
    UNKNOWN_PARAMETER = (400, "unknown-parameter", "There is no such parameter")
    INVALID_CURSOR = (400, "invalid-cursor", "The cursor does not belong to this question")
    TOO_MUCH = (400, "too-much", "The answer would be too large")
    INVALID_FIELD = (400, "invalid-field", "A field has a value that cannot be used")
    UNAUTHENTICATED = (401, "unauthenticated", "This needs a credential")
    FORBIDDEN = (403, "forbidden", "This credential does not allow that")
    CROSS_SITE = (403, "cross-site", "Another site may not ask this in somebody's name")
    NOT_FOUND = (404, "not-found", "There is nothing at this address")
    UNKNOWN_ENTRY = (404, "unknown-entry", "There is no such entry")
    UNKNOWN_DEVICE = (404, "unknown-device", "No such device has been seen")
    METHOD_NOT_ALLOWED = (405, "method-not-allowed", "The address does not answer this method")
    TAKEN = (409, "taken", "Somebody was quicker")
    PINNED = (409, "pinned", "The configuration sets this")
    IN_USE = (409, "in-use", "Something else needs it")
    NOT_HERE = (409, "not-here", "This plant cannot do that")
    GONE = (410, "gone", "This is no longer offered")
    TOO_LARGE = (413, "too-large", "The request carries too much")
    NOT_JSON = (415, "not-json", "The request must carry JSON")
    UNUSABLE = (422, "unusable-readings", "Readings have values that cannot be used")
    TOO_MANY = (429, "too-many-requests", "This has been asked too often")
    REFUSED = (400, "refused", "The request could not be understood")
    NOT_INSTALLED = (501, "not-installed", "This needs a package that is not installed here")
    NOT_OFFERED = (501, "not-offered", "This store cannot do that")
    INTERNAL = (500, "internal", "Something went wrong inside Sunledger")
    STORE_UNAVAILABLE = (503, "store-unavailable", "The store cannot answer now")

    def __init__(self, status: int, slug: str, title: str) -> None:
        self.status = status
        self.uri = f"urn:sunledger:problem:{slug}"
        self.title = title


class Problem(Exception):
    """A request that cannot be answered; `detail` says why and what to do instead."""

    def __init__(
        self,
        trouble: Trouble,
        detail: str,
        *,
        parameter: str | None = None,
        errors: Sequence[Mapping[str, object]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.trouble = trouble
        self.detail = detail
        self.parameter = parameter
        self.errors = errors
        self.headers = headers


def problem(
    trouble: Trouble,
    detail: str,
    *,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
    **members: object,
) -> Response:
    """The response for a problem; `members` are further members of its object, None left out."""
    status = status or trouble.status
    body = {"type": trouble.uri, "title": trouble.title, "status": status, "detail": detail}
    body |= {name: value for name, value in members.items() if value is not None}
    return Response(orjson.dumps(body), status, headers, MEDIA_TYPE)


def answer_with_problems(api: FastAPI) -> None:
    """Turn every error of the API into a problem."""
    api.add_exception_handler(Problem, _own)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(WebSocketRequestValidationError, _denied)
    api.add_exception_handler(StoreError, _own)
    api.add_exception_handler(SitesError, _sites)
    api.add_exception_handler(AccessError, _access)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(Exception, _unexpected)


def answer_to(error: Exception) -> Response | None:
    """The response for an error that was met before any route; None for a bug."""
    if isinstance(error, Problem):
        headers = _CHALLENGE if error.trouble is Trouble.UNAUTHENTICATED else error.headers
        return problem(
            error.trouble, error.detail, headers=headers, parameter=error.parameter, errors=error.errors
        )
    if isinstance(error, StoreError):
        return problem(Trouble.STORE_UNAVAILABLE, str(error), headers={"Retry-After": "10"})
    return None


def _shows_pages(connection: HTTPConnection) -> bool:
    """Whether this is a browser that goes to an address."""
    wants = connection.headers.get("accept", "").partition(",")[0]
    return connection.scope.get("method") == "GET" and wants == "text/html"


_CHALLENGE = {"WWW-Authenticate": "Bearer"}


async def _own(connection: Any, error: Exception) -> Any:
    """Answer a request, or deny a WebSocket; somebody who looks at a page is led to the log-in."""
    response = answer_to(error)
    if isinstance(error, Problem) and error.trouble is Trouble.UNAUTHENTICATED and _shows_pages(connection):
        return RedirectResponse(f"/login?next={quote(connection.url.path)}", 303)
    if isinstance(connection, WebSocket) and response is not None:
        await connection.send_denial_response(response)
        return None
    return response


_OF_SITES: Mapping[type[SitesError], Trouble] = {
    Invalid: Trouble.INVALID_FIELD,
    Unknown: Trouble.UNKNOWN_ENTRY,
    Taken: Trouble.TAKEN,
    Pinned: Trouble.PINNED,
    InUse: Trouble.IN_USE,
}


async def _sites(_: Request, error: Exception) -> Response:
    assert isinstance(error, SitesError)  # noqa: S101  starlette picks the handler by this type
    return problem(_OF_SITES[type(error)], f"{error}.", parameter=error.field)


_OF_ACCESS: Mapping[type[AccessError], Trouble] = {
    access.Invalid: Trouble.INVALID_FIELD,
    access.Unknown: Trouble.UNKNOWN_ENTRY,
    access.Taken: Trouble.TAKEN,
    access.Needed: Trouble.IN_USE,
    access.Spent: Trouble.GONE,
    access.Busy: Trouble.TOO_MANY,
}


async def _access(_: Request, error: Exception) -> Response:
    assert isinstance(error, AccessError)  # noqa: S101  starlette picks the handler by this type
    trouble = _OF_ACCESS[type(error)]
    headers = {"Retry-After": "1"} if trouble is Trouble.TOO_MANY else None
    return problem(trouble, f"{error}.", headers=headers, parameter=error.field)


async def _unexpected(request: Request, _: Exception) -> Response:
    detail = f"{request.method} {request.url.path} failed. The log says why; please report it."
    return problem(Trouble.INTERNAL, detail)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  starlette picks the handler by this type
    method, path, headers = request.method, request.url.path, error.headers
    if error.status_code == Trouble.NOT_FOUND.status:
        return problem(Trouble.NOT_FOUND, f"{path} is not an address of this server; /docs lists them all.")
    if error.status_code == Trouble.METHOD_NOT_ALLOWED.status:
        allowed = ", ".join(methods_of(request))
        headers = {"Allow": allowed}
        if method == "OPTIONS":
            return Response(status_code=204, headers=headers)
        detail = f"{path} does not answer {method}; use {allowed}."
        return problem(Trouble.METHOD_NOT_ALLOWED, detail, headers=headers)
    return problem(Trouble.REFUSED, str(error.detail), status=error.status_code, headers=headers)


def methods_of(request: Request) -> list[str]:
    """What the address of a request answers, by all of its routes."""
    scope, found = dict(request.scope), {"OPTIONS"}
    for route in iter_route_contexts(request.app.routes):
        if route.matches(scope)[0] is not Match.NONE:
            found |= route.methods or set()
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  starlette picks the handler by this type
    return _explained(error)


async def _denied(socket: Any, error: Exception) -> None:
    assert isinstance(error, WebSocketRequestValidationError)  # noqa: S101  starlette picks it by this type
    await socket.send_denial_response(_explained(error))


def _explained(error: RequestValidationError | WebSocketRequestValidationError) -> Response:
    findings = [_finding(found) for found in error.errors()]
    unknown = all(found["type"] == "unknown_parameter" for found in error.errors())
    trouble = Trouble.UNKNOWN_PARAMETER if unknown else Trouble.INVALID_PARAMETER
    detail = " ".join(f"{parameter}: {sentence}" for parameter, sentence in findings)
    return problem(trouble, detail, parameter=findings[0][0], errors=_listed(findings))


def _finding(found: Mapping[str, Any]) -> tuple[str, str]:
    """The parameter's name, and a sentence on what is wrong with it."""
    where = ".".join(part for part in found["loc"][1:] if isinstance(part, str))
    return found.get("ctx", {}).get("parameter", where), f"{found['msg']}."


def _listed(findings: Sequence[tuple[str, str]]) -> list[dict[str, str]] | None:
    """Each finding by itself, when there are several."""
    if len(findings) == 1:
        return None
    return [{"parameter": parameter, "detail": sentence} for parameter, sentence in findings]
