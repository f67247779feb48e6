"""What a principal may do follows from its role, its sites, its scopes and nothing else."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunledger.access import Action, Kind, Principal, Role
from sunledger.access.principal import ANONYMOUS, COMMAND_LINE, LEGACY, OWNER

SITES = ("home", "cabin", "office")
roles = st.sampled_from(Role)
actions = st.sampled_from(Action)
sites = st.sampled_from(SITES)
scopes = st.none() | st.frozensets(actions)


@st.composite
def people(draw: st.DrawFn) -> Principal:
    if draw(st.booleans()):
        return Principal(kind=Kind.USER, id="ann", role=draw(roles), scopes=draw(scopes))
    held = draw(st.dictionaries(sites, roles))
    greatest = max(held.values(), key=list(Role).index, default=None)
    known = frozenset(held)
    return Principal(kind=Kind.USER, id="bob", role=greatest, sites=known, roles=held, scopes=draw(scopes))


def test_each_role_includes_itself_and_those_before_it() -> None:
    for lower, higher in pairwise(Role):
        assert higher.includes(lower)
        assert higher.includes(higher)
        assert not lower.includes(higher)


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.VIEWER, {Action.READ}),
        (Role.OPERATOR, set(Action) - {Action.ADMINISTER}),
        (Role.ADMINISTRATOR, set(Action)),
    ],
)
def test_a_role_everywhere_may_do_these_things(role: Role, allowed: set[Action]) -> None:
    ann = Principal(kind=Kind.USER, id="ann", role=role)
    for site in (None, *SITES):
        assert {action for action in Action if ann.may(action, site)} == allowed


@given(people(), actions, st.none() | sites)
def test_scopes_only_ever_take_away(person: Principal, action: Action, site: str | None) -> None:
    wider = Principal(
        kind=person.kind, id=person.id, role=person.role, sites=person.sites, roles=person.roles
    )
    narrowed = person.scopes is not None and action not in person.scopes
    assert person.may(action, site) == (wider.may(action, site) and not narrowed)


@given(people(), actions, sites)
def test_who_has_no_role_on_a_site_may_do_nothing_there(person: Principal, action: Action, site: str) -> None:
    if person.sites is not None and site not in person.sites:
        assert not person.may(action, site)


@given(people(), actions)
def test_who_has_some_sites_only_may_do_nothing_to_the_whole_system(
    person: Principal, action: Action
) -> None:
    if person.sites is not None:
        assert not person.may(action)


@given(people(), actions)
def test_may_somewhere_is_true_just_where_there_is_such_a_site(person: Principal, action: Action) -> None:
    anywhere = any(person.may(action, site) for site in SITES)
    assert person.may_somewhere(action) == anywhere


@given(people(), roles, sites)
def test_a_greater_role_never_takes_anything_away(person: Principal, role: Role, site: str) -> None:
    before, after = (
        Principal(kind=Kind.USER, id="a", role=person.role, sites=person.sites),
        Principal(kind=Kind.USER, id="a", role=role, sites=person.sites),
    )
    if person.role is not None and role.includes(person.role):
        assert all(after.may(action, site) for action in Action if before.may(action, site))


@given(actions, st.none() | sites, st.sampled_from([None, "meter", "other"]))
def test_a_device_may_push_for_itself_and_nothing_else(
    action: Action, site: str | None, device: str | None
) -> None:
    meter = Principal(kind=Kind.DEVICE, id="t1", device="meter", role=Role.ADMINISTRATOR)
    assert meter.may(action, site, device) == (action is Action.PUSH and device == "meter")
    assert meter.may_somewhere(action) == (action is Action.PUSH)


def test_those_who_have_no_account_may_do_what_their_kind_says() -> None:
    assert all(each.may(action) for action in Action for each in (OWNER, COMMAND_LINE))
    assert [action for action in Action if LEGACY.may(action)] == [Action.READ]
    assert not any(ANONYMOUS.may(action) or ANONYMOUS.may_somewhere(action) for action in Action)
