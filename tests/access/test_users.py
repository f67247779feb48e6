"""Users: made, changed, locked out and removed; one administrator always stays."""

import asyncio

import pytest
from tests.access.rooms import ANN, OTHER, PASSWORD

from sunledger.access import Access, Invalid, Needed, Role, Taken, Unknown
from sunledger.access.grants import EVERYTHING, Grant, grant_of

VIEWER = Grant(role=Role.VIEWER)


async def test_a_user_comes_back_as_it_was_made(access: Access) -> None:
    grant = grant_of(None, {"home": "operator"}, {"smith": "viewer"})
    made = await access.users.create("Ann.B@example", PASSWORD, grant, ANN)
    assert await access.users.get("ann.b@EXAMPLE") == made
    assert made.grant == grant
    assert not made.disabled
    assert await access.users.listed(limit=9) == [made]


async def test_a_name_is_taken_whatever_its_case(access: Access) -> None:
    await access.users.create("Ann", PASSWORD, VIEWER, ANN)
    with pytest.raises(Taken, match="there is a user aNN already"):
        await access.users.create("aNN", PASSWORD, VIEWER, ANN)
    assert (await access.users.get("ANN")).name == "Ann"


async def test_users_are_listed_in_pages(access: Access) -> None:
    for name in ("bob", "Ann", "cid"):
        await access.users.create(name, PASSWORD, VIEWER, ANN)
    first = await access.users.listed(limit=2)
    assert [user.name for user in first] == ["Ann", "bob"]
    assert [user.name for user in await access.users.listed(limit=2, after="bob")] == ["cid"]


async def test_each_engine_knows_who_administers(access: Access) -> None:
    assert not await access.has_administrator()
    await access.users.create("bob", PASSWORD, Grant(role=Role.OPERATOR), ANN)
    assert not await access.has_administrator()
    await access.users.create("ann", PASSWORD, EVERYTHING, ANN)
    assert await access.has_administrator()


async def test_the_last_administrator_stays(access: Access) -> None:
    await access.users.create("ann", PASSWORD, EVERYTHING, ANN)
    for attempt in (
        access.users.change("ann", ANN, grant=VIEWER),
        access.users.change("ann", ANN, disabled=True),
        access.users.remove("ann", ANN),
    ):
        with pytest.raises(Needed, match="last administrator"):
            await attempt
    await access.users.create("bob", PASSWORD, EVERYTHING, ANN)
    await access.users.remove("ann", ANN)
    with pytest.raises(Unknown):
        await access.users.get("ann")


async def test_two_administrators_cannot_remove_each_other_at_once(access: Access) -> None:
    for name in ("ann", "bob"):
        await access.users.create(name, PASSWORD, EVERYTHING, ANN)
    done = await asyncio.gather(
        access.users.remove("ann", ANN), access.users.remove("bob", ANN), return_exceptions=True
    )
    assert [type(each) for each in done if each is not None] == [Needed]
    assert await access.users.has_administrator()


async def test_of_two_changes_at_once_the_second_is_told(quick: Access) -> None:
    await quick.users.create("ann", PASSWORD, VIEWER, ANN)
    done = await asyncio.gather(
        quick.users.change("ann", ANN, disabled=True),
        quick.users.change("ann", ANN, grant=EVERYTHING),
        return_exceptions=True,
    )
    assert [type(each) for each in done if isinstance(each, Exception)] == [Taken]


async def test_what_changes_nothing_is_no_change(quick: Access) -> None:
    made = await quick.users.create("ann", PASSWORD, VIEWER, ANN)
    before = await quick.audit.head()
    assert await quick.users.change("ann", ANN, grant=VIEWER) == made
    assert await quick.audit.head() == before


@pytest.mark.parametrize("name", ["", "a b", "ä", "a" * 65, "a\n", "../x"])
async def test_a_name_is_one_word(quick: Access, name: str) -> None:
    with pytest.raises(Invalid, match="name: must be 1 to 64 letters"):
        await quick.users.create(name, PASSWORD, VIEWER, ANN)


async def test_the_audit_tells_of_users_but_never_a_password_or_its_hash(quick: Access) -> None:
    await quick.users.create("ann", PASSWORD, EVERYTHING, ANN)
    await quick.users.change("ann", ANN, grant=EVERYTHING, disabled=False)
    await quick.users.set_password("ann", OTHER, ANN)
    told = await quick.audit.page(limit=9)
    assert [(each.action, each.object_id) for each in told] == [("change_password", "ann"), ("create", "ann")]
    assert not any(word in str(told) for word in (PASSWORD, OTHER, "argon2"))


@pytest.mark.parametrize(
    ("role", "sites", "named"),
    [
        ("boss", None, "^role: must be one of viewer, operator, administrator"),
        (None, {"home": "administrator"}, "^sites.home: an administrator is one everywhere"),
        (None, {"a b": "viewer"}, "^sites: must be 1 to 64"),
        ("viewer", {"home": "viewer"}, "^role: give either"),
    ],
)
def test_a_grant_that_makes_no_sense_is_refused(role: str | None, sites: dict[str, str], named: str) -> None:
    with pytest.raises(Invalid, match=named) as raised:
        grant_of(role, sites)
    assert f"{raised.value.field}: " in named
