"""/api/v1/tokens: what programs and devices show instead of a password."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from sunledger.access.grants import one_of
from sunledger.access.principal import Action, Kind, Principal, Role
from sunledger.access.tokens import Made, Token
from sunledger.api.accounts import Nothing, actor
from sunledger.api.answers import Json
from sunledger.api.cursors import cursor, place
from sunledger.api.entries import Listing
from sunledger.api.needs import FromPrincipal, needs
from sunledger.api.problems import Problem, Trouble
from sunledger.api.shapes import MOMENT, TEXT, Schema, answers, either_null, fixed, listed, page, partly
from sunledger.api.sources import FromAccess
from sunledger.api.writing import Members, carrying
from sunledger.sites import Invalid
from sunledger.sites.fields import Fields, identifier

routes = APIRouter(tags=["access"], dependencies=[needs(Action.READ)])

_WORDS: Schema = listed(TEXT) | {"type": ["array", "null"]}
_MADE_OF = {
    "name": TEXT | {"description": "What it is for."},
    "role": either_null(TEXT)
    | {"description": "viewer (unless said), operator, administrator; null: a device's."},
    "sites": _WORDS | {"description": "Null: all of the owner's."},
    "scopes": _WORDS | {"description": "read, push, change, operate, administer; null: all of the role."},
    "device": either_null(TEXT) | {"description": "The one device that it pushes for, and nothing else."},
    "expires_at": either_null(MOMENT) | {"description": "Null: never."},
}
_ITEM = {
    "id": TEXT, **_MADE_OF, "owner": either_null(TEXT), "created_by": TEXT, "created_at": MOMENT,
    "last_used_at": either_null(MOMENT), "revoked_at": either_null(MOMENT),
}  # fmt: skip
_TOKEN = fixed(**_ITEM)
_NEW = fixed(token=TEXT | {"description": "The token itself, shown this once and never again."}, **_ITEM)
Id = Annotated[str, Path(description="Of the token.")]


@routes.get("/api/v1/tokens", responses=answers(page(_TOKEN)))
async def tokens(query: Listing, request: Request, who: FromPrincipal, access: FromAccess) -> Json:
    """Tokens, also those that have ended: one's own, for administrators all."""
    after = place(request, query.cursor, 1, str)
    found = await access.tokens.listed(
        limit=query.limit + 1, after=after[0] if after else "", owner=_owner_to_list(who)
    )
    shown = found[: query.limit]
    more = cursor(request, shown[-1].id) if len(found) > len(shown) else None
    return Json({"items": [_shown(token) for token in shown], "next_cursor": more})


@routes.post(
    "/api/v1/tokens",
    status_code=201,
    responses=answers(_NEW, status=201),
    openapi_extra=carrying(partly(_MADE_OF, required=("name",))),
)
async def create_token(
    request: Request, members: Members, _: Nothing, who: FromPrincipal, access: FromAccess
) -> Json:
    """Make a token. It never may more than its owner may at that time, and ends with its owner.

    With `device` it pushes for that device and does nothing else; administrators make these.
    """
    fields = Fields(members)
    name, expires_at = fields.text("name"), fields.moment("expires_at")
    if members.get("device") is not None:
        _require_administrator(who, "Tokens of devices")
        device = identifier(fields.take("device"), "device")
        fields.refuse_others()
        made = await access.tokens.create_for_device(device, actor(request), name=name, expires_at=expires_at)
    else:
        role, sites, scopes = _role(fields), _words(fields, "sites"), _words(fields, "scopes")
        fields.take("device")
        fields.refuse_others()
        made = await access.tokens.create(
            name,
            role,
            actor(request),
            owner=_owner(who),
            sites=sites,
            scopes=None if scopes is None else [one_of(Action, each, "scopes") for each in scopes],
            expires_at=expires_at,
        )
    return Json(_new(made), 201, {"Location": f"/api/v1/tokens/{made.token.id}", "Cache-Control": "no-store"})


@routes.get("/api/v1/tokens/{id}", responses=answers(_TOKEN))
async def token(id: Id, _: Nothing, who: FromPrincipal, access: FromAccess) -> Json:
    """One token, without its secret."""
    return Json(_shown(_own(await access.tokens.get(id), who)))


@routes.delete("/api/v1/tokens/{id}", status_code=204, responses=answers({}, status=204))
async def revoke_token(
    id: Id, request: Request, _: Nothing, who: FromPrincipal, access: FromAccess
) -> Response:
    """End a token at once."""
    _own(await access.tokens.get(id), who)
    await access.tokens.revoke(id, actor(request))
    return Response(status_code=204)


def _role(fields: Fields) -> Role:
    """The role of a program's token: the least one unless another is named."""
    given = fields.take("role")
    if given is not None and not isinstance(given, str):
        raise Invalid("must be viewer, operator or administrator", "role")
    return one_of(Role, given or Role.VIEWER, "role")


def _words(fields: Fields, name: str) -> list[str] | None:
    given = fields.take(name)
    if given is None:
        return None
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise Invalid("must be a list of texts, or null", name)
    return given


def _owner(who: Principal) -> str | None:
    """Whose token somebody makes: people make their own, the machine's owner one of the installation."""
    if who.kind is Kind.USER:
        return who.id
    _require_administrator(who, "Tokens of the installation")
    return None


def _owner_to_list(who: Principal) -> str | None:
    if who.may(Action.ADMINISTER):
        return None
    return who.id if who.kind is Kind.USER else ""


def _own(token: Token, who: Principal) -> Token:
    """A token that somebody may see and end. Raises `Problem`."""
    own = who.kind is Kind.USER and token.owner == who.id.lower()
    if not own:
        _require_administrator(who, "Tokens of others")
    return token


def _require_administrator(who: Principal, what: str) -> None:
    if not who.may(Action.ADMINISTER):
        raise Problem(Trouble.FORBIDDEN, f"{what} are for administrators.")


def _new(made: Made) -> dict[str, object]:
    return {"token": made.secret, **_shown(made.token)}


def _shown(token: Token) -> dict[str, object]:
    return {
        "id": token.id,
        "name": token.name,
        "role": token.role,
        "sites": None if token.sites is None else sorted(token.sites),
        "scopes": None if token.scopes is None else sorted(token.scopes),
        "device": token.device,
        "expires_at": token.expires_at,
        "owner": token.owner,
        "created_by": token.created_by,
        "created_at": token.created_at,
        "last_used_at": token.last_used_at,
        "revoked_at": token.revoked_at,
    }
