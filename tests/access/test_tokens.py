"""API tokens do what they were made for, never more than their owner, and end when they are told to."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.access.rooms import ANN, NOON, PASSWORD

from sunledger.access import Access, Action, Invalid, Kind, Principal, Role, Unknown
from sunledger.access.grants import EVERYTHING, Grant, grant_of, narrowed
from sunledger.access.made_secrets import digest
from sunledger.sitetime import ManualClock


async def test_a_token_is_shown_once_and_kept_by_its_hash(access: Access) -> None:
    secret, token = await access.tokens.create("Home Assistant", Role.VIEWER, ANN)
    assert re.fullmatch(r"sl_[0-9A-Za-z]{43}", secret)
    rows = await access._statements.ask("SELECT * FROM access_token", {})
    assert secret not in str(rows)
    assert digest(secret) in str(rows)
    assert secret not in str(await access.audit.page(limit=9))
    assert await access.tokens.get(token.id) == token


async def test_a_token_comes_back_with_all_that_narrows_it(access: Access) -> None:
    await access.users.create("ann", PASSWORD, EVERYTHING, ANN)
    made = await access.tokens.create(
        "meter",
        Role.OPERATOR,
        ANN,
        owner="Ann",
        sites=["home", "cabin"],
        scopes=[Action.READ, Action.PUSH],
        expires_at=NOON + timedelta(days=1),
    )
    assert await access.tokens.get(made.token.id) == made.token
    assert await access.tokens.listed(limit=9, owner="ANN") == [made.token]
    who = await access.authenticate_bearer(made.secret)
    assert who is not None
    assert who.kind is Kind.TOKEN
    assert [action for action in Action if who.may(action, "home")] == [Action.READ, Action.PUSH]
    assert not who.may(Action.READ, "barn")


async def test_a_token_ends_when_it_expires_also_where_it_is_remembered(
    access: Access, clock: ManualClock
) -> None:
    secret, _ = await access.tokens.create("a", Role.VIEWER, ANN, expires_at=NOON + timedelta(hours=1))
    await clock.advance(3599)
    assert await access.authenticate_bearer(secret) is not None
    await clock.advance(1)
    assert await access.authenticate_bearer(secret) is None
    with pytest.raises(Invalid, match="expires_at: is over already"):
        await access.tokens.create("a", Role.VIEWER, ANN, expires_at=clock.now())


async def test_a_token_that_is_revoked_ends_at_once(access: Access) -> None:
    secret, token = await access.tokens.create("a", Role.VIEWER, ANN)
    assert await access.authenticate_bearer(secret) is not None
    await access.tokens.revoke(token.id, ANN)
    await access.tokens.revoke(token.id, ANN)
    assert await access.authenticate_bearer(secret) is None
    assert (await access.tokens.get(token.id)).revoked_at == NOON
    assert (await access.audit.head()).seq == 2
    with pytest.raises(Unknown):
        await access.tokens.revoke("nothing", ANN)


async def test_a_token_is_never_more_than_its_owner_not_even_later(access: Access) -> None:
    await access.users.create("bob", PASSWORD, grant_of(None, {"home": "operator", "mill": "viewer"}), ANN)
    with pytest.raises(Invalid, match="administrator is more than its owner bob has: the role operator"):
        await access.tokens.create("a", Role.ADMINISTRATOR, ANN, owner="bob")
    secret, _ = await access.tokens.create("a", Role.OPERATOR, ANN, owner="bob")
    who = await access.authenticate_bearer(secret)
    assert who is not None
    assert who.may(Action.CHANGE, "home")
    assert not who.may(Action.CHANGE, "mill")
    await access.users.change("bob", ANN, grant=Grant(role=Role.VIEWER))
    who = await access.authenticate_bearer(secret)
    assert who is not None
    assert [action for action in Action if who.may(action)] == [Action.READ]


async def test_the_token_of_a_device_pushes_for_it_alone(access: Access) -> None:
    secret, token = await access.tokens.create_for_device("meter-1", ANN)
    who = await access.authenticate_bearer(secret)
    assert who == Principal(kind=Kind.DEVICE, id="meter-1", device="meter-1")
    assert token.name == "meter-1"
    with pytest.raises(Invalid, match="device: must be 1 to 64"):
        await access.tokens.create_for_device("meter 1", ANN)


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a" * 201])
async def test_a_token_has_a_name_that_says_what_it_is_for(quick: Access, name: str) -> None:
    with pytest.raises(Invalid, match="name: must be a text"):
        await quick.tokens.create(name, Role.VIEWER, ANN)


async def test_tokens_are_listed_in_pages(access: Access) -> None:
    made = [(await access.tokens.create(f"{number}", Role.VIEWER, ANN)).token for number in range(5)]
    first = await access.tokens.listed(limit=3)
    rest = await access.tokens.listed(limit=3, after=first[-1].id)
    assert {token.name for token in (*first, *rest)} == {token.name for token in made}


sites = st.sampled_from(["home", "mill", "barn"])
owners = st.one_of(
    st.sampled_from([Principal(kind=Kind.USER, id="ann", role=role) for role in Role]),
    st.dictionaries(sites, st.sampled_from([Role.VIEWER, Role.OPERATOR])).map(
        lambda roles: Principal(
            kind=Kind.USER,
            id="bob",
            role=max(roles.values(), key=list(Role).index, default=None),
            sites=frozenset(roles),
            roles=roles,
        )
    ),
)


@given(
    owners,
    st.sampled_from(Role),
    st.none() | st.frozensets(sites),
    st.none() | st.frozensets(st.sampled_from(Action)),
    st.sampled_from(Action),
    st.none() | sites,
)
def test_a_narrowed_principal_may_just_what_all_allow(
    owner: Principal,
    role: Role,
    where: frozenset[str] | None,
    scopes: frozenset[Action] | None,
    action: Action,
    site: str | None,
) -> None:
    token = narrowed(owner, Kind.TOKEN, "t", role, where, scopes)
    allowed = owner.may(action, site) and role.includes(action.role)
    reached = where is None or (site is not None and site in where)
    in_scope = scopes is None or action in scopes
    assert token.may(action, site) == (allowed and reached and in_scope)
