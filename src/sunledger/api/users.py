"""/api/v1/users: who can log in, and what they may do where. One's own password is everybody's business."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from sunledger.access.access import Access
from sunledger.access.grants import Grant, grant_of
from sunledger.access.principal import Action, Kind, Principal, Role
from sunledger.access.sessions import Session
from sunledger.access.users import User
from sunledger.api.accounts import Nothing, actor, throttle
from sunledger.api.answers import Json
from sunledger.api.cursors import cursor, place
from sunledger.api.entries import Listing
from sunledger.api.forwarded import address_of
from sunledger.api.needs import FromPrincipal, needs
from sunledger.api.problems import Problem, Trouble
from sunledger.api.shapes import (
    MOMENT,
    TEXT,
    TRUTH,
    Schema,
    answers,
    fixed,
    listed,
    page,
    partly,
)
from sunledger.api.sources import FromAccess, FromSources
from sunledger.api.writing import Members, carrying
from sunledger.sites import Invalid
from sunledger.sites.fields import Fields

routes = APIRouter(tags=["access"])

_ADMINISTRATOR = needs(Action.ADMINISTER, everywhere=True)
_ROLE: Schema = {"type": ["string", "null"], "enum": [*(role.value for role in Role), None]}
_ROLES: Schema = {
    "type": "object",
    "additionalProperties": {"type": "string", "enum": ["viewer", "operator"]},
}
_GRANT = {
    "role": _ROLE | {"description": "Everywhere; null where it differs by site."},
    "sites": _ROLES | {"description": "Role by site."},
    "customers": _ROLES | {"description": "Role on all sites of a customer, by customer."},
}
_USER = fixed(name=TEXT, **_GRANT, disabled=TRUTH, created_at=MOMENT, updated_at=MOMENT)
_SESSION = fixed(
    id=TEXT, created_at=MOMENT, seen_at=MOMENT, ends_at=MOMENT, agent=TEXT, address=TEXT, current=TRUTH
)
Name = Annotated[str, Path(description="Of the user.")]


async def _own_or_administrator(name: Name, who: FromPrincipal) -> None:
    """Let through the user itself and administrators. Raises `Problem`."""
    if not _is(who, name) and not who.may(Action.ADMINISTER):
        raise Problem(Trouble.FORBIDDEN, f"What concerns {name:.64} is for {name:.64} and administrators.")


def _is(who: Principal, name: str) -> bool:
    return who.kind is Kind.USER and who.id.lower() == name.lower()


_OWN = [needs(Action.READ), Depends(_own_or_administrator)]


@routes.get("/api/v1/users", responses=answers(page(_USER)), dependencies=[_ADMINISTRATOR])
async def users(query: Listing, request: Request, access: FromAccess) -> Json:
    """Everybody who can log in, by name."""
    after = place(request, query.cursor, 1, str)
    found = await access.users.listed(limit=query.limit + 1, after=after[0] if after else "")
    shown = found[: query.limit]
    more = cursor(request, shown[-1].name) if len(found) > len(shown) else None
    return Json({"items": [_shown(user) for user in shown], "next_cursor": more})


@routes.post(
    "/api/v1/users",
    status_code=201,
    responses=answers(_USER, status=201),
    openapi_extra=carrying(partly({"name": TEXT, "password": TEXT, **_GRANT}, ("name", "password"))),
    dependencies=[_ADMINISTRATOR],
)
async def create_user(request: Request, members: Members, _: Nothing, access: FromAccess) -> Json:
    """Make a user, with a role everywhere, or roles on sites and customers."""
    fields = Fields(members)
    name, password = _text(fields, "name"), _text(fields, "password")
    grant = _grant(fields, Grant())
    fields.refuse_others()
    if grant.greatest is None:
        raise Invalid("give a role, or roles on sites or customers", "role")
    user = await access.users.create(name, password, grant, actor(request))
    return Json(_shown(user), 201, {"Location": f"/api/v1/users/{user.name}"})


@routes.get("/api/v1/users/{name}", responses=answers(_USER), dependencies=[_ADMINISTRATOR])
async def user(name: Name, _: Nothing, access: FromAccess) -> Json:
    """One user."""
    return Json(_shown(await access.users.get(name)))


@routes.patch(
    "/api/v1/users/{name}",
    responses=answers(_USER),
    openapi_extra=carrying(partly({**_GRANT, "disabled": TRUTH})),
    dependencies=[_ADMINISTRATOR],
)
async def change_user(name: Name, request: Request, members: Members, _: Nothing, access: FromAccess) -> Json:
    """Give a user other roles, or lock it out; its sessions and tokens follow at once."""
    fields = Fields(members)
    user = await access.users.get(name)
    grant = _grant(fields, user.grant)
    disabled = fields.truth("disabled") if "disabled" in members else None
    fields.refuse_others()
    return Json(_shown(await access.users.change(name, actor(request), grant=grant, disabled=disabled)))


@routes.delete(
    "/api/v1/users/{name}", status_code=204, responses=answers({}, status=204), dependencies=[_ADMINISTRATOR]
)
async def remove_user(name: Name, request: Request, _: Nothing, access: FromAccess) -> Response:
    """Remove a user, with its sessions and tokens. The audit keeps the name."""
    await access.users.remove(name, actor(request))
    return Response(status_code=204)


@routes.put(
    "/api/v1/users/{name}/password",
    responses=answers(_USER),
    openapi_extra=carrying(partly({"password": TEXT, "current_password": TEXT}, ("password",))),
    dependencies=_OWN,
)
async def set_password(
    name: Name,
    request: Request,
    members: Members,
    _: Nothing,
    who: FromPrincipal,
    sources: FromSources,
) -> Json:
    """Give a user another password and end its other sessions.

    One's own needs `current_password`; those of others are for administrators.
    """
    fields = Fields(members)
    password, current = _text(fields, "password"), fields.take("current_password")
    fields.refuse_others()
    keep, access = "", sources.access
    if _is(who, name):
        await throttle(request, sources.limits, name)
        await _require_password(name, current, request, access)
        keep = who.session or ""
    user = await access.users.set_password(name, password, actor(request), keep_session=keep)
    return Json(_shown(user))


@routes.get(
    "/api/v1/users/{name}/sessions", responses=answers(fixed(items=listed(_SESSION))),
    dependencies=_OWN,
)  # fmt: skip
async def user_sessions(name: Name, _: Nothing, who: FromPrincipal, access: FromAccess) -> Json:
    """The browsers in which a user is logged in, newest first; one's own, or for administrators."""
    found = await access.sessions.of_user(name)
    return Json({"items": [_session(each, who.session, access) for each in found]})


@routes.delete(
    "/api/v1/users/{name}/sessions/{id}", status_code=204, responses=answers({}, status=204),
    dependencies=_OWN,
)  # fmt: skip
async def end_session(name: Name, id: str, request: Request, _: Nothing, access: FromAccess) -> Response:
    """Log a user out of one browser."""
    await access.sessions.end(name, id, actor(request))
    return Response(status_code=204)


@routes.delete(
    "/api/v1/users/{name}/sessions", status_code=204, responses=answers({}, status=204),
    dependencies=_OWN,
)  # fmt: skip
async def end_sessions(
    name: Name, request: Request, _: Nothing, who: FromPrincipal, access: FromAccess
) -> Response:
    """Log a user out everywhere but here."""
    await access.sessions.end_all(name, actor(request), keep=who.session or "")
    return Response(status_code=204)


async def _require_password(name: str, current: object, request: Request, access: Access) -> None:
    given = current if isinstance(current, str) else ""
    if await access.authenticate_password(name, given, address_of(request)) is None:
        raise Problem(Trouble.FORBIDDEN, "current_password: wrong, or missing.", parameter="current_password")


def _grant(fields: Fields, now: Grant) -> Grant:
    """The grant that was sent, its missing parts as they are now; a role everywhere replaces the others."""
    sent = {name: fields.take(name) for name in ("role", "sites", "customers")}
    if all(each is None for each in sent.values()):
        return now
    role = sent["role"]
    if role is not None and not isinstance(role, str):
        raise Invalid("must be a text or null", "role")
    return grant_of(role, _roles(sent["sites"], "sites"), _roles(sent["customers"], "customers"))


def _roles(given: object, field: str) -> Mapping[str, str]:
    if given is None:
        return {}
    if not isinstance(given, dict) or not all(isinstance(role, str) for role in given.values()):
        raise Invalid('must be an object such as {"home": "viewer"}', field)
    return given


def _text(fields: Fields, name: str) -> str:
    given = fields.take(name)
    if not isinstance(given, str) or not given:
        raise Invalid("must be a text", name)
    return given


def _shown(user: User) -> dict[str, object]:
    return {
        "name": user.name,
        "role": user.grant.role,
        "sites": dict(user.grant.sites),
        "customers": dict(user.grant.customers),
        "disabled": user.disabled,
        "created_at": user.created_at,
        "updated_at": user.updated_at,
    }


def _session(session: Session, current: str | None, access: Access) -> dict[str, object]:
    return {
        "id": session.id,
        "created_at": session.created_at,
        "seen_at": session.seen_at,
        "ends_at": session.ends_at(access.sessions.life),
        "agent": session.agent,
        "address": session.address,
        "current": session.id == current,
    }
