"""First run: whoever has the link makes the first administrator, once."""

import asyncio

import pytest
from tests.access.rooms import ANN, OTHER, PASSWORD, access_to

from sunledger.access import Access, Invalid, Role, Spent, Taken
from sunledger.access.grants import EVERYTHING, Grant
from sunledger.access.setup import path_of
from sunledger.sitetime import ManualClock

HOME = "192.0.2.1"


async def link_of(access: Access) -> str:
    made = await access.setup_link()
    assert made is not None
    return made


async def test_the_link_makes_an_administrator_once(access: Access) -> None:
    made = await link_of(access)
    assert path_of(made) == f"/setup#{made}"
    user = await access.setup.complete(made, "ann", PASSWORD, HOME)
    assert user.administers
    assert await access.authenticate_password("ann", PASSWORD, HOME) == user
    with pytest.raises(Spent, match="setup link is unknown, was used"):
        await access.setup.complete(made, "bob", PASSWORD, HOME)
    assert await access.setup_link() is None


async def test_of_two_who_race_one_wins(access: Access) -> None:
    made = await link_of(access)
    others = [access_to(access._statements) for _ in range(2)]
    done = await asyncio.gather(
        others[0].setup.complete(made, "ann", PASSWORD, HOME),
        others[1].setup.complete(made, "bob", OTHER, HOME),
        return_exceptions=True,
    )
    assert [type(each) for each in done if isinstance(each, Exception)] == [Spent]
    assert len(await access.users.listed(limit=9)) == 1
    for other in others:
        other._hashing.close()


async def test_a_new_link_takes_the_former_one_s_place(access: Access) -> None:
    former = await link_of(access)
    newest = await link_of(access)
    with pytest.raises(Spent):
        await access.setup.complete(former, "ann", PASSWORD, HOME)
    assert await access.setup.complete(newest, "ann", PASSWORD, HOME)


async def test_a_link_is_good_for_an_hour(access: Access, clock: ManualClock) -> None:
    made = await link_of(access)
    await clock.advance(3600)
    with pytest.raises(Spent):
        await access.setup.complete(made, "ann", PASSWORD, HOME)


async def test_a_link_is_worth_nothing_once_there_is_an_administrator(access: Access) -> None:
    made = await link_of(access)
    await access.users.create("ann", PASSWORD, EVERYTHING, ANN)
    with pytest.raises(Spent):
        await access.setup.complete(made, "bob", OTHER, HOME)


async def test_a_bad_name_or_password_does_not_use_the_link_up(access: Access) -> None:
    await access.users.create("bob", PASSWORD, Grant(role=Role.VIEWER), ANN)
    made = await link_of(access)
    with pytest.raises(Invalid):
        await access.setup.complete(made, "ann", "short", HOME)
    with pytest.raises(Invalid):
        await access.setup.complete(made, "a n n", PASSWORD, HOME)
    with pytest.raises(Taken):
        await access.setup.complete(made, "bob", PASSWORD, HOME)
    assert await access.setup.complete(made, "ann", PASSWORD, HOME)


async def test_only_the_hash_of_the_link_is_kept(access: Access) -> None:
    made = await link_of(access)
    kept = await access._statements.ask("SELECT * FROM access_setup", {})
    assert made not in str(kept) + str(await access.audit.page(limit=9))


async def test_who_guesses_links_is_audited(quick: Access) -> None:
    with pytest.raises(Spent):
        await quick.setup.complete("guess", "ann", PASSWORD, HOME)
    (entry,) = await quick.audit.page(limit=9)
    assert (entry.action, entry.object_kind, entry.outcome, entry.address) == (
        "create",
        "user",
        "refused",
        HOME,
    )
