"""Grants: the role that somebody has, everywhere or on some sites, and what follows from it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from sunledger.access.errors import Invalid
from sunledger.access.principal import Action, Kind, Principal, Role
from sunledger.sites import Invalid as InvalidIdentifier
from sunledger.sites.fields import identifier

SitesOf = Callable[[str], Awaitable[frozenset[str]]]
"""The sites of a customer."""

W = TypeVar("W", Role, Action)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role everywhere, or roles on sites and on all sites of customers."""

    role: Role | None = None
    sites: Mapping[str, Role] = field(default_factory=dict, hash=False)
    customers: Mapping[str, Role] = field(default_factory=dict, hash=False)

    @property
    def greatest(self) -> Role | None:
        """The greatest role anywhere."""
        return greatest_of(self.role, *self.sites.values(), *self.customers.values())

    def content(self) -> dict[str, object]:
        """As JSON knows it."""
        return {"role": self.role, "sites": dict(self.sites), "customers": dict(self.customers)}


EVERYTHING = Grant(role=Role.ADMINISTRATOR)


def grant_of(
    role: str | None, sites: Mapping[str, str] | None = None, customers: Mapping[str, str] | None = None
) -> Grant:
    """A grant from words. Raises `Invalid`."""
    if role is not None and (sites or customers):
        raise Invalid("give either a role everywhere or roles on sites and customers, not both", "role")
    return Grant(
        role=None if role is None else one_of(Role, role, "role"),
        sites=_memberships(sites or {}, "sites"),
        customers=_memberships(customers or {}, "customers"),
    )


def _memberships(given: Mapping[str, str], field: str) -> Mapping[str, Role]:
    known = {
        require_identifier(id_, field): one_of(Role, role, f"{field}.{id_}") for id_, role in given.items()
    }
    for id_, role in known.items():
        if role is Role.ADMINISTRATOR:
            raise Invalid("an administrator is one everywhere: give the role without sites", f"{field}.{id_}")
    return known


def require_identifier(given: str, field: str) -> str:
    """An identifier of a site, customer or device. Raises `Invalid`."""
    try:
        return identifier(given, field)
    except InvalidIdentifier:
        raise Invalid("must be 1 to 64 letters, digits, _ and -", field) from None


def one_of(words: type[W], given: str, field: str) -> W:
    """A word of an enumeration. Raises `Invalid`."""
    try:
        return words(given)
    except ValueError:
        raise Invalid(f"must be one of {', '.join(words)}", field) from None


def greatest_of(*roles: Role | None) -> Role | None:
    """The greatest of some roles."""
    return max((role for role in roles if role is not None), key=list(Role).index, default=None)


def least_of(one: Role | None, other: Role | None) -> Role | None:
    """The lesser of two roles; none where one is none."""
    if one is None or other is None:
        return None
    return other if one.includes(other) else one


async def principal_of(
    kind: Kind, id_: str, grant: Grant, sites_of: SitesOf, session: str | None = None
) -> Principal:
    """Somebody with a grant, the sites of customers looked up."""
    if grant.role is not None:
        return Principal(kind=kind, id=id_, role=grant.role, session=session)
    roles = dict(grant.sites)
    for customer, role in grant.customers.items():
        for site in await sites_of(customer):
            roles[site] = greatest_of(roles.get(site), role) or role
    return _on_sites(Principal(kind=kind, id=id_, session=session), roles)


def narrowed(
    owner: Principal,
    kind: Kind,
    id_: str,
    role: Role,
    sites: frozenset[str] | None,
    scopes: frozenset[Action] | None,
) -> Principal:
    """Somebody who may do what its owner may now, up to a role, on some sites and within some scopes."""
    who = Principal(kind=kind, id=id_, scopes=scopes)
    if owner.sites is None and sites is None:
        return Principal(kind=kind, id=id_, role=least_of(owner.role, role), scopes=scopes)
    reached = owner.sites if sites is None else sites if owner.sites is None else owner.sites & sites
    found = {site: least_of(owner.role_at(site), role) for site in reached or ()}
    return _on_sites(who, {site: held for site, held in found.items() if held is not None})


def _on_sites(who: Principal, roles: Mapping[str, Role]) -> Principal:
    return Principal(
        kind=who.kind,
        id=who.id,
        role=greatest_of(*roles.values()),
        sites=frozenset(roles),
        roles=roles,
        scopes=who.scopes,
        session=who.session,
    )
