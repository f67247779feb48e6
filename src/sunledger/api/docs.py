"""/docs: the API's own description as a page that needs no network, no framework and no inline script."""

from importlib.resources import files

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from sunledger.access.principal import Action
from sunledger.api.answers import Json
from sunledger.api.needs import needs

routes = APIRouter(include_in_schema=False, dependencies=[needs(Action.READ)])

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript"}


def asset(name: str) -> Response:
    """A page, or what belongs to it, which loads nothing from elsewhere and runs no script within it."""
    content = files("sunledger.api").joinpath("pages", name).read_bytes()
    return Response(content, 200, {"Content-Security-Policy": POLICY}, _TYPES[name.rpartition(".")[2]])


@routes.get("/docs")
async def page() -> Response:
    """The page."""
    return asset("docs.html")


@routes.get("/docs/docs.css")
async def style() -> Response:
    """Its style."""
    return asset("docs.css")


@routes.get("/docs/docs.js")
async def script() -> Response:
    """Its script, which reads /openapi.json."""
    return asset("docs.js")


@routes.get("/openapi.json")
async def description(request: Request) -> Json:
    """The API's own description."""
    return Json(request.app.openapi())
