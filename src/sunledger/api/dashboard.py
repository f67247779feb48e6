"""The dashboard: one page for every address of a screen, and the files that belong to it.

They hold no data, so everybody gets them; what the page then asks for is guarded where it is asked.
"""

from importlib.resources import files

from fastapi import APIRouter, HTTPException
from starlette.requests import Request
from starlette.responses import Response

from sunledger.api.needs import PUBLIC
from sunledger.api.sources import FromSources

routes = APIRouter(include_in_schema=False, dependencies=[PUBLIC])

SCREENS = (
    "/", "/roof", "/roof/{rest:path}", "/history", "/devices", "/devices/{rest:path}", "/storage",
    "/settings", "/settings/{rest:path}", "/more", "/login", "/setup",
)  # fmt: skip
"""Addresses that the page itself makes something of."""
BESIDE = ("/manifest.webmanifest", "/sw.js", "/{name}.svg", "/{name}.png", "/{name}.ico")
"""Files that a browser looks for at the top."""


async def page(request: Request, sources: FromSources) -> Response:
    """The page; where none was built, how to get it."""
    built = sources.settings.dashboard.page
    if built is not None:
        return built.answer(request)
    content = files("sunledger.api").joinpath("pages", "not-built.html").read_bytes()
    return Response(content, 503, {"Cache-Control": "no-store"}, "text/html")


async def part(request: Request, sources: FromSources) -> Response:
    """A file, if it is one of those that were built."""
    found = sources.settings.dashboard.files.get(request.scope["path"].removeprefix("/"))
    if found is None:
        raise HTTPException(404)
    return found.answer(request)


for screen in SCREENS:
    routes.add_api_route(screen, page, methods=["GET"])
for name in ("/assets/{name}", *BESIDE):
    routes.add_api_route(name, part, methods=["GET"])
