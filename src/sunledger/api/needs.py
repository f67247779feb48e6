"""What a route needs of whoever asks. A route that says nothing of it is not served."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from fastapi.routing import iter_route_contexts
from starlette.requests import HTTPConnection

from sunledger.access.principal import LEGACY, Action, Kind, Principal
from sunledger.api.problems import Problem, Trouble


@dataclass(frozen=True, slots=True)
class Need:
    """A dependency that lets through whoever may do something.

    It only says whether somebody may at all; what they get is narrowed to their sites by `sight`.
    """

    action: Action | None
    """None: anybody."""
    everywhere: bool = False
    """Whether it concerns the whole system, so that a right on some sites is not enough."""
    legacy: bool = False
    """Whether old programs that send no credential may come in from networks that are named."""
    in_outage: bool = False
    """Whether the machine itself may ask while the database, which knows of administrators, is away."""

    async def __call__(self, connection: HTTPConnection) -> None:
        """Let through or raise `Problem`."""
        if self.action is None:
            return
        who = principal_of(connection)
        if who.kind is Kind.ANONYMOUS and self.legacy and connection.state.from_legacy_network:
            who = connection.state.principal = LEGACY
        away = connection.state.away
        if self.grants(who) or (away is not None and self.in_outage and who.kind is Kind.OWNER):
            return
        raise away or refusal(connection, who, self)

    def grants(self, who: Principal) -> bool:
        """Whether somebody may."""
        if self.action is None:
            return True
        return who.may(self.action) if self.everywhere else who.may_somewhere(self.action)


def principal_of(connection: HTTPConnection) -> Principal:
    """Who asks, as the guard has found out."""
    who: Principal = connection.state.principal
    return who


FromPrincipal = Annotated[Principal, Depends(principal_of)]


def refusal(connection: HTTPConnection, who: Principal, need: Need) -> Problem:
    """What is said to somebody who may not."""
    if who.kind is Kind.ANONYMOUS:
        way_in = connection.state.way_in + (_BY_ADDRESS if need.legacy else "")
        return Problem(Trouble.UNAUTHENTICATED, way_in)
    reach = " on the whole system" if need.everywhere else ""
    detail = f"{who.kind} {who.id} may not {need.action}{reach}; an administrator can grant it."
    return Problem(Trouble.FORBIDDEN, detail)


_BY_ADDRESS = " A program that can send no credential: name its address in LEGACY_READ_FROM."


def needs(action: Action, *, everywhere: bool = False, legacy: bool = False, in_outage: bool = False) -> Any:
    """What a router or a route puts into `dependencies`."""
    return Depends(Need(action, everywhere, legacy, in_outage))


PUBLIC = Depends(Need(None))
"""For what everybody may ask."""


class Unruled(Exception):
    """A route that does not say what it needs."""


def rules(api: FastAPI) -> list[tuple[str, Sequence[str], Need]]:
    """Path, methods (none: a WebSocket) and need of each route. Raises `Unruled`."""
    found: list[tuple[str, Sequence[str], Need]] = []
    for route in iter_route_contexts(api.routes):
        own = [each.dependency for each in getattr(route, "dependencies", None) or ()]
        said = [each for each in own if isinstance(each, Need)]
        if not said:
            raise Unruled(f"{route.path} says nothing of who may ask it: give it needs(…) or PUBLIC")
        found.append((route.path or "", sorted(route.methods or ()), said[-1]))
    return found
