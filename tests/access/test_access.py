"""Who somebody is by what they show, and how soon that ends."""

import asyncio
from datetime import timedelta

import pytest
from argon2 import Parameters, Type
from hypothesis import given
from hypothesis import strategies as st
from tests.access.rooms import ANN, NOON, OTHER, PASSWORD, access_to, statements_of

from sunledger.access import Access, Action, Given, Invalid, Kind, Role
from sunledger.access.access import API_TOKEN, LOOKS_EVERY, TRUSTED_FOR
from sunledger.access.grants import EVERYTHING, Grant, grant_of
from sunledger.sitetime import ManualClock
from sunledger.store.protocol import StoreError
from sunledger.store.statements import Statements

HOME = "192.0.2.1"


async def test_a_password_lets_its_user_in_and_nobody_else(access: Access) -> None:
    ann = await access.users.create("ann", PASSWORD, EVERYTHING, ANN)
    assert await access.authenticate_password("ANN", PASSWORD, HOME) == ann
    for name, password in (
        ("ann", OTHER),
        ("bob", PASSWORD),
        ("", ""),
        ("ann", "x" * 300),
        ("ann", "\ud800"),
    ):
        assert await access.authenticate_password(name, password, HOME) is None
    assert access.failed_log_ins == 5


async def test_a_failed_log_in_is_audited_by_name_only_where_there_is_such_a_user(quick: Access) -> None:
    await quick.users.create("ann", PASSWORD, EVERYTHING, ANN)
    await quick.authenticate_password("ann", OTHER, HOME)
    await quick.authenticate_password(PASSWORD, "", HOME)
    unknown, known, _ = await quick.audit.page(limit=9)
    assert (known.action, known.object_id, known.address, known.outcome) == ("log_in", "ann", HOME, "failed")
    assert (unknown.object_id, unknown.kind) == ("", "anonymous")


async def test_a_flood_of_failures_does_not_flood_the_audit(quick: Access) -> None:
    for _ in range(205):
        await quick.authenticate_password("ann", OTHER, HOME)
    assert quick.failed_log_ins == 205
    assert (await quick.audit.head()).seq == 12


async def test_composed_and_decomposed_characters_are_the_same_password(quick: Access) -> None:
    await quick.users.create("ann", "zürcher Straßenfest ﬁ", EVERYTHING, ANN)
    assert await quick.authenticate_password("ann", "zu\u0308rcher Straßenfest fi", HOME) is not None


async def test_a_hash_of_former_strength_is_replaced_at_the_next_log_in(quick: Access) -> None:
    await quick.users.create("ann", PASSWORD, EVERYTHING, ANN)
    stronger = Given(strength=Parameters(Type.ID, 19, 16, 32, 2, 16, 1))
    later = access_to(quick._statements, given=stronger)
    user = await later.authenticate_password("ann", PASSWORD, HOME)
    kept = await quick.users.kept("ann")
    assert kept is not None
    assert "m=16,t=2,p=1" in kept.password_hash
    assert user == kept.user, "nothing that was signed for the user ends by it"
    later._hashing.close()


async def test_a_session_is_its_user_until_it_is_ended(access: Access) -> None:
    ann = await access.users.create("ann", PASSWORD, EVERYTHING, ANN)
    cookie, session = await access.sessions.begin(ann, agent="Firefox", address=HOME)
    who = await access.authenticate_session(cookie)
    assert who is not None
    assert (who.kind, who.id, who.role, who.session) == (Kind.USER, "ann", Role.ADMINISTRATOR, session.id)
    assert await access.authenticate_session(cookie + "x") is None
    assert await access.authenticate_bearer(cookie) is None, "a cookie is no token"
    await access.sessions.end("ann", session.id, ANN)
    assert await access.authenticate_session(cookie) is None


async def test_a_page_proves_itself_by_its_session_alone(access: Access) -> None:
    ann = await access.users.create("ann", PASSWORD, EVERYTHING, ANN)
    one, other = [
        await access.authenticate_session((await access.sessions.begin(ann, agent="", address=HOME)).cookie)
        for _ in range(2)
    ]
    assert one is not None
    assert other is not None
    assert access.csrf_matches(one, access.csrf_token(one))
    assert not access.csrf_matches(one, access.csrf_token(other))
    assert not access.csrf_matches(one, "")
    assert not access.csrf_matches(API_TOKEN, "")


async def test_another_password_ends_all_other_sessions_and_all_signed_tokens(access: Access) -> None:
    ann = await access.users.create("ann", PASSWORD, EVERYTHING, ANN)
    (kept, own), (ended, _) = [await access.sessions.begin(ann, agent="", address=HOME) for _ in range(2)]
    signed = (await access.issue(ann, HOME)).token
    assert await access.authenticate_bearer(signed) is not None
    await access.users.set_password("ann", OTHER, ANN, keep_session=own.id)
    assert await access.authenticate_session(kept) is not None
    assert await access.authenticate_session(ended) is None
    assert await access.authenticate_bearer(signed) is None
    assert await access.authenticate_password("ann", PASSWORD, HOME) is None


async def test_who_is_locked_out_is_out_at_once_whatever_they_show(access: Access) -> None:
    bob = await access.users.create("bob", PASSWORD, Grant(role=Role.OPERATOR), ANN)
    cookie = (await access.sessions.begin(bob, agent="", address=HOME)).cookie
    signed = (await access.issue(bob, HOME)).token
    token = (await access.tokens.create("script", Role.VIEWER, ANN, owner="bob")).secret
    assert await access.authenticate_session(cookie) is not None
    assert None not in [await access.authenticate_bearer(each) for each in (signed, token)]
    await access.users.change("bob", ANN, disabled=True)
    assert await access.authenticate_session(cookie) is None
    assert [await access.authenticate_bearer(each) for each in (signed, token)] == [None, None]
    assert await access.authenticate_password("bob", PASSWORD, HOME) is None


async def test_who_is_removed_leaves_nothing_behind(access: Access) -> None:
    bob = await access.users.create("bob", PASSWORD, Grant(role=Role.OPERATOR), ANN)
    token = await access.tokens.create("script", Role.VIEWER, ANN, owner="bob")
    signed = (await access.issue(bob, HOME)).token
    await access.users.remove("bob", ANN)
    await access.users.create("bob", OTHER, EVERYTHING, ANN)
    assert await access.authenticate_bearer(token.secret) is None
    assert await access.authenticate_bearer(signed) is None, "another bob, of the same name"


async def test_members_of_a_customer_reach_its_sites(quick: Access) -> None:
    grant = grant_of(None, {"mill": "operator"}, {"smith": "viewer"})
    bob = await quick.users.create("bob", PASSWORD, grant, ANN)
    who = await quick.authenticate_session((await quick.sessions.begin(bob, agent="", address="")).cookie)
    assert who is not None
    assert {site for site in ("mill", "barn", "home") if who.may(Action.READ, site)} == {"mill", "barn"}
    assert [site for site in ("mill", "barn") if who.may(Action.CHANGE, site)] == ["mill"]


async def test_the_token_of_the_configuration_operates_but_administers_nothing(quick: Access) -> None:
    access = access_to(quick._statements, given=Given(api_token="s3cret-of-the-house"))
    assert await access.authenticate_bearer("s3cret-of-the-house") == API_TOKEN
    assert API_TOKEN.may(Action.OPERATE)
    assert not API_TOKEN.may(Action.ADMINISTER)
    assert await access.authenticate_bearer("s3cret-of-the-horse") is None
    with pytest.raises(Invalid, match="API_TOKEN: must have at least 16"):
        access_to(quick._statements, given=Given(api_token="secret"))
    access._hashing.close()


@given(st.text(max_size=200))
def test_what_is_no_credential_lets_nobody_in(text: str) -> None:
    async def tried() -> None:
        access = access_to(await statements_of("memory"))
        await access.open()
        assert await access.authenticate_bearer(text) is None
        assert await access.authenticate_bearer(f"sl_{text}") is None
        assert await access.authenticate_bearer(f"{text}.{text}.{text}") is None
        assert await access.authenticate_session(text) is None
        await access.close()

    asyncio.run(tried())


class Frail:
    """Statements whose database can be cut off."""

    def __init__(self, inner: Statements) -> None:
        self._inner = inner
        self.away = False
        self.asked = 0

    def __getattr__(self, name: str) -> object:
        async def call(*given: object, **more: object) -> object:
            self.asked += 1
            if self.away and name != "close":
                raise StoreError("away")
            return await getattr(self._inner, name)(*given, **more)

        return call


async def test_what_was_just_verified_asks_the_database_no_more(clock: ManualClock) -> None:
    statements = Frail(await statements_of("memory"))
    access = access_to(statements, clock)  # type: ignore[arg-type]
    await access.open()
    token = (await access.tokens.create("script", Role.VIEWER, ANN)).secret
    await access.authenticate_bearer(token)
    asked = statements.asked
    for _ in range(100):
        assert await access.authenticate_bearer(token) is not None
    assert statements.asked == asked
    await access.close()


async def test_while_the_database_is_away_those_who_are_known_go_on_for_five_minutes(
    clock: ManualClock,
) -> None:
    statements = Frail(await statements_of("memory"))
    access = access_to(statements, clock)  # type: ignore[arg-type]
    await access.open()
    known, other = [(await access.tokens.create("script", Role.VIEWER, ANN)).secret for _ in range(2)]
    who = await access.authenticate_bearer(known)
    statements.away = True
    await clock.advance(TRUSTED_FOR - 1)
    assert await access.authenticate_bearer(known) == who
    with pytest.raises(StoreError):
        await access.authenticate_bearer(other)
    await clock.advance(2)
    with pytest.raises(StoreError):
        await access.authenticate_bearer(known)
    statements.away = False
    with pytest.raises(StoreError):
        await access.authenticate_bearer(known)  # tried again only after some seconds
    await clock.advance(LOOKS_EVERY)
    assert await access.authenticate_bearer(known) == who


async def test_while_the_database_is_away_devices_that_are_known_go_on_pushing_for_as_long_as_it_takes(
    clock: ManualClock,
) -> None:
    statements = Frail(await statements_of("memory"))
    access = access_to(statements, clock)  # type: ignore[arg-type]
    await access.open()
    device = (await access.tokens.create_for_device("meter", ANN)).secret
    program = (await access.tokens.create("gateway", Role.OPERATOR, ANN)).secret
    for token in (device, program):
        await access.authenticate_bearer(token)
    statements.away = True
    await clock.advance(10 * TRUSTED_FOR)
    meter, gateway = [await access.authenticate_bearer(token) for token in (device, program)]
    assert meter is not None
    assert gateway is not None
    assert meter.may(Action.PUSH, "home", "meter")
    assert gateway.may(Action.PUSH, "home", "meter")
    assert not gateway.may(Action.READ, "home")
    statements.away = False
    await access.close()
    await access.close()


async def test_another_process_knows_of_a_change_within_seconds(
    access: Access, clock: ManualClock, request: pytest.FixtureRequest
) -> None:
    other = access_to(access._statements, clock)
    token = await access.tokens.create("script", Role.VIEWER, ANN)
    assert await other.authenticate_bearer(token.secret) is not None
    assert not await other.has_administrator()
    await access.tokens.revoke(token.token.id, ANN)
    await access.users.create("ann", PASSWORD, EVERYTHING, ANN)
    running = asyncio.create_task(other.run())
    await clock.advance(0)
    await clock.advance(LOOKS_EVERY)
    while await other.authenticate_bearer(token.secret) is not None:
        await access.audit.head()
    assert await other.has_administrator()
    running.cancel()
    other._hashing.close()


async def test_when_a_token_and_a_session_were_used_is_noted_by_the_minute(
    access: Access, clock: ManualClock
) -> None:
    ann = await access.users.create("ann", PASSWORD, EVERYTHING, ANN)
    cookie, _ = await access.sessions.begin(ann, agent="", address=HOME)
    made = await access.tokens.create("script", Role.VIEWER, ANN)
    await clock.advance(59)
    await access.authenticate_bearer(made.secret)
    await access.authenticate_session(cookie)
    await access.tend()
    assert (await access.tokens.get(made.token.id)).last_used_at is None
    await clock.advance(1)
    await access.tend()
    used = NOON + timedelta(seconds=59)
    assert (await access.tokens.get(made.token.id)).last_used_at == used
    assert (await access.sessions.of_user("ann"))[0].seen_at == used
