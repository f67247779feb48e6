"""/login and /setup: the pages of those who are not known yet; and / as the way to everything else."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from sunledger.api.docs import asset
from sunledger.api.needs import PUBLIC

routes = APIRouter(include_in_schema=False, dependencies=[PUBLIC])


@routes.get("/")
async def beginning() -> Response:
    """What a browser is led to."""
    return RedirectResponse("/docs", 303)


@routes.get("/login")
async def log_in() -> Response:
    """Name and password."""
    return asset("login.html")


@routes.get("/setup")
async def set_up() -> Response:
    """The first administrator; the secret of the link stands behind the #."""
    return asset("setup.html")


@routes.get("/login/entry.css")
async def style() -> Response:
    """How both look."""
    return asset("entry.css")


@routes.get("/login/entry.js")
async def script() -> Response:
    """What sends their forms."""
    return asset("entry.js")
