"""Logging in and out, who one is, signed tokens for programs, and the first administrator."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import HTTPConnection, Request

from sunledger.access.access import Access
from sunledger.access.audit import Actor
from sunledger.access.principal import Action, Kind, Principal
from sunledger.access.signing import LASTS
from sunledger.access.users import User
from sunledger.api.answers import Json
from sunledger.api.forwarded import address_of, origin_of
from sunledger.api.guard import cookie_name, from_same_host, session_cookie
from sunledger.api.limits import Counted, Limits, too_many
from sunledger.api.needs import PUBLIC, FromPrincipal, needs, principal_of
from sunledger.api.parameters import NoParameters
from sunledger.api.problems import Problem, Trouble
from sunledger.api.shapes import COUNT, MOMENT, TEXT, Schema, answers, either_null, fixed, listed, partly
from sunledger.api.sources import FromAccess, FromSources
from sunledger.api.writing import Members, carrying
from sunledger.sites.fields import Fields

routes = APIRouter(tags=["access"])

LOG_INS, LOG_INS_OF_NAME = 10, 30
"""Log-ins a minute from one address, and for one name from wherever they come."""
_SECRET = {"Cache-Control": "no-store"}
"""For answers that hold a secret: they are neither kept nor compressed."""
_BEARER = "Bearer"
Nothing = Annotated[NoParameters, Query()]

_CREDENTIAL = carrying(partly({"name": TEXT, "password": TEXT}, required=("name", "password")))
_ME = fixed(
    kind={"type": "string", "enum": [kind.value for kind in Kind]},
    id=TEXT,
    role=either_null(TEXT),
    sites=listed(TEXT) | {"type": ["array", "null"], "description": "Null: all of them."},
    actions=listed(TEXT) | {"description": "What it may do somewhere."},
    csrf_token=TEXT | {"description": "To be sent as X-CSRF-Token with each change; empty without a cookie."},
)
_TOKEN: Schema = fixed(access_token=TEXT, token_type=TEXT, expires_in=COUNT, expires_at=MOMENT)


def actor(connection: HTTPConnection) -> Actor:
    """Whoever asks, for the audit."""
    return Actor.of(principal_of(connection), address_of(connection))


@routes.post("/api/v1/login", responses=answers(_ME), openapi_extra=_CREDENTIAL, dependencies=[PUBLIC])
async def log_in(
    request: Request, members: Members, _: Nothing, access: FromAccess, sources: FromSources
) -> Json:
    """Log in with a browser: a session in a cookie that no script can read."""
    if not from_same_host(request):
        raise Problem(Trouble.CROSS_SITE, "Origin: another site's page may not log anybody in.")
    user = await _known(request, members, access, sources.limits)
    begun = await access.sessions.begin(
        user,
        agent=request.headers.get("user-agent", ""),
        address=address_of(request),
        replacing=session_cookie(request),
    )
    who = await access.authenticate_session(begun.cookie)
    if who is None:
        raise Problem(Trouble.UNAUTHENTICATED, "The session ended as soon as it had begun; try again.")
    answer = Json(_shown(who, access))
    seconds = int(access.sessions.life.absolute.total_seconds())
    answer.set_cookie(
        cookie_name(request), begun.cookie, max_age=seconds, httponly=True, samesite="lax",
        secure=origin_of(request).scheme == "https",
    )  # fmt: skip
    return answer


@routes.post("/api/v1/logout", responses=answers(fixed()), dependencies=[needs(Action.READ)])
async def log_out(request: Request, _: Nothing, who: FromPrincipal, access: FromAccess) -> Json:
    """End the browser's session."""
    if who.session is not None:
        await access.sessions.end(who.id, who.session, actor(request))
    answer = Json({})
    secure = origin_of(request).scheme == "https"
    answer.delete_cookie(cookie_name(request), httponly=True, samesite="lax", secure=secure)
    return answer


@routes.get("/api/v1/me", responses=answers(_ME), dependencies=[needs(Action.READ)])
async def me(_: Nothing, who: FromPrincipal, access: FromAccess) -> Json:
    """Who one is, and what one may do."""
    return Json(_shown(who, access), headers=_SECRET)


@routes.post("/api/v1/token", responses=answers(_TOKEN), openapi_extra=_CREDENTIAL, dependencies=[PUBLIC])
async def signed_token(
    request: Request, members: Members, _: Nothing, access: FromAccess, sources: FromSources
) -> Json:
    """A signed token for a program that has a name and a password; it lasts a quarter of an hour."""
    user = await _known(request, members, access, sources.limits)
    issued = await access.issue(user, address_of(request))
    lasts = int(LASTS.total_seconds())
    shown = {"access_token": issued.token, "token_type": _BEARER, "expires_in": lasts}
    return Json(shown | {"expires_at": issued.expires_at}, headers=_SECRET)


@routes.post(
    "/api/v1/setup",
    status_code=201,
    responses=answers(fixed(name=TEXT, role=TEXT), status=201),
    openapi_extra=carrying(
        partly({"secret": TEXT, "name": TEXT, "password": TEXT}, required=("secret", "name", "password"))
    ),
    dependencies=[PUBLIC],
)
async def set_up(
    request: Request, members: Members, _: Nothing, access: FromAccess, sources: FromSources
) -> Json:
    """Make the first administrator, with the secret of the link that the log shows."""
    if not from_same_host(request):
        raise Problem(Trouble.CROSS_SITE, "Origin: another site's page may not set Sunledger up.")
    await throttle(request, sources.limits, "", "setup")
    fields = Fields(members)
    secret, name, password = (_secret(fields, each) for each in ("secret", "name", "password"))
    fields.refuse_others()
    user = await access.setup.complete(secret, name, password, address_of(request))
    return Json({"name": user.name, "role": user.grant.role}, 201)


async def _known(request: Request, members: Members, access: Access, limits: Limits) -> User:
    """The user whose name and password were sent. Raises `Problem`."""
    fields = Fields(members)
    name, password = _secret(fields, "name"), _secret(fields, "password")
    fields.refuse_others()
    await throttle(request, limits, name.lower())
    user = await access.authenticate_password(name, password, address_of(request))
    if user is None:
        raise Problem(Trouble.UNAUTHENTICATED, "The name or the password is wrong.")
    return user


async def throttle(request: Request, limits: Limits, name: str, what: str = "login") -> None:
    """Refuse more tries than somebody makes by hand. Raises `Problem`."""
    tries = (
        Counted(what, LOG_INS, origin_of(request).household),
        Counted(f"{what}-name", LOG_INS_OF_NAME, name),
    )
    for counted in tries:
        allowance = await limits.hit(counted)
        if not allowance.granted:
            raise too_many(allowance)


def _secret(fields: Fields, name: str) -> str:
    """A text that is taken as it is."""
    given = fields.take(name)
    if not isinstance(given, str) or not given:
        raise Problem(Trouble.INVALID_FIELD, f"{name}: must be a text.", parameter=name)
    return given


def _shown(who: Principal, access: Access) -> dict[str, object]:
    return {
        "kind": who.kind,
        "id": who.id,
        "role": who.role,
        "sites": None if who.sites is None else sorted(who.sites),
        "actions": [action for action in Action if who.may_somewhere(action)],
        "csrf_token": access.csrf_token(who),
    }
