"""People and their credentials go over into another database, whichever engine it has."""

from collections.abc import AsyncIterator

import pytest
from tests.access.rooms import ANN, OTHER, PASSWORD, access_to, statements_of

from sunledger.access import Access, Actor, Kind, Role
from sunledger.access.access import API_TOKEN
from sunledger.access.carrying import TABLES, carry, is_known
from sunledger.access.grants import EVERYTHING, Grant
from sunledger.access.principal import OWNER
from sunledger.access.tables import SCHEMA
from sunledger.sitetime import ManualClock
from sunledger.store.statements import Statements

Place = tuple[Statements, Access]
VIEWER = Grant(role=Role.VIEWER)


@pytest.fixture
async def here(clock: ManualClock) -> AsyncIterator[Place]:
    statements = await statements_of("memory")
    access = access_to(statements, clock)
    await access.open()
    yield statements, access
    await access.close()


@pytest.fixture
async def there(statements: Statements, access: Access) -> Place:
    """A database of each engine."""
    return statements, access


async def logged_in(access: Access, name: str) -> str:
    """The cookie of a new session."""
    user = await access.users.get(name)
    return (await access.sessions.begin(user, agent="a browser", address="192.0.2.7")).cookie


async def test_all_who_are_known_stay_so(here: Place, there: Place) -> None:
    for source, target in ((here, there), (there, here)):
        known = source[1]
        if not await known.has_administrator():
            await known.users.create("ann", PASSWORD, EVERYTHING, ANN)
        cookie = await logged_in(known, "ann")
        await carry(source[0], target[0], replacing=True)
        who = await target[1].authenticate_session(cookie)
        assert who is not None
        assert who.id == "ann"
        assert await target[1].authenticate_password("ann", PASSWORD, "192.0.2.7") is not None


async def test_the_columns_are_all_there_are() -> None:
    statements = await statements_of("memory")
    await statements.open()
    for table in TABLES:
        found = await statements.ask(f"PRAGMA table_info({table.name})", {})
        assert [row[1] for row in found] == list(table.columns)
    assert {table.name for table in TABLES} | {"audit"} == {
        word.split("(")[0] for word in SCHEMA.split() if word.startswith(("access_", "audit"))
    }
    await statements.close()


async def test_nothing_goes_over_from_where_nobody_administers(here: Place, there: Place) -> None:
    await here[1].users.create("bob", PASSWORD, VIEWER, ANN)
    await there[1].users.create("cid", PASSWORD, VIEWER, ANN)
    await carry(here[0], there[0], replacing=True)
    assert [user.name for user in await there[1].users.listed(limit=9)] == ["cid"]


async def test_whoever_administers_there_is_not_replaced(here: Place, there: Place) -> None:
    await here[1].users.create("ann", PASSWORD, EVERYTHING, ANN)
    await there[1].users.create("eve", PASSWORD, EVERYTHING, ANN)
    await carry(here[0], there[0], replacing=False)
    assert [user.name for user in await there[1].users.listed(limit=9)] == ["eve"]


async def test_sessions_of_the_same_users_go_over(here: Place, there: Place) -> None:
    await here[1].users.create("ann", PASSWORD, EVERYTHING, ANN)
    await here[1].users.create("bob", PASSWORD, VIEWER, ANN)
    before = await logged_in(here[1], "ann")
    await carry(here[0], there[0], replacing=True)
    after, bobs = await logged_in(here[1], "ann"), await logged_in(here[1], "bob")
    await there[1].users.set_password("bob", OTHER, ANN)
    await carry(here[0], there[0], replacing=False)
    for cookie in (before, after):
        assert await there[1].authenticate_session(cookie) is not None
    assert await there[1].authenticate_session(bobs) is None, "his password is another one there"


async def test_what_was_ended_does_not_count_again(here: Place, there: Place) -> None:
    own, simulated = there, here
    await own[1].users.create("ann", PASSWORD, EVERYTHING, ANN)
    await own[1].users.create("cid", PASSWORD, VIEWER, ANN)
    cookie, cids = await logged_in(own[1], "ann"), await logged_in(own[1], "cid")
    made = await own[1].tokens.create("a shelf", Role.VIEWER, ANN, owner="ann")
    await carry(own[0], simulated[0], replacing=True)
    await simulated[1].sessions.end_all("ann", ANN)
    await simulated[1].tokens.revoke(made.token.id, ANN)
    await simulated[1].users.set_password("cid", OTHER, ANN)
    await carry(simulated[0], own[0], replacing=False)
    assert await own[1].authenticate_session(cookie) is None
    assert await own[1].authenticate_bearer(made.secret) is None
    assert await own[1].authenticate_session(cids) is not None, "he is another one there now"


async def test_whoever_was_known_without_an_administrator_stays_so(here: Place, there: Place) -> None:
    await there[1].users.create("bob", PASSWORD, VIEWER, ANN)
    await there[1].users.create("cid", PASSWORD, VIEWER, ANN)
    bobs, cids = await logged_in(there[1], "bob"), await logged_in(there[1], "cid")
    shelf = await there[1].tokens.create("a shelf", Role.VIEWER, ANN)
    cups = await there[1].tokens.create("a cupboard", Role.VIEWER, ANN, owner="cid")
    await here[1].users.create("ann", PASSWORD, EVERYTHING, ANN)
    await here[1].users.create("cid", OTHER, EVERYTHING, ANN)
    await carry(here[0], there[0], replacing=False)
    assert [user.name for user in await there[1].users.listed(limit=9)] == ["ann", "bob", "cid"]
    assert await there[1].authenticate_session(bobs) is not None
    assert await there[1].authenticate_password("cid", OTHER, "192.0.2.7") is not None
    assert await there[1].authenticate_bearer(shelf.secret) is not None
    for ended in (there[1].authenticate_session(cids), there[1].authenticate_bearer(cups.secret)):
        assert await ended is None, "it was of another cid"


async def test_who_acts_there_must_be_somebody_there(here: Place, there: Place) -> None:
    owner, token = Actor.of(OWNER), Actor.of(API_TOKEN)
    assert await is_known(owner, here[0], there[0]), "nobody administers there"
    await here[1].users.create("Ann", PASSWORD, EVERYTHING, ANN)
    await carry(here[0], there[0], replacing=True)
    assert await is_known(ANN, here[0], there[0])
    assert await is_known(token, here[0], there[0]), "it is of the configuration"
    for stranger in (owner, ANN._replace(id="eve"), ANN._replace(kind=Kind.TOKEN)):
        assert not await is_known(stranger, here[0], there[0])
    await there[1].users.set_password("ann", OTHER, ANN)
    assert not await is_known(ANN, here[0], there[0]), "of the same name, but somebody else"
