"""Browser sessions end when they are old, when nobody uses them, or when somebody ends them."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.access.rooms import ANN, NOON, PASSWORD, access_to, statements_of

from sunledger.access import Access, Unknown
from sunledger.access.grants import EVERYTHING
from sunledger.access.made_secrets import digest
from sunledger.access.sessions import LIFE, Session
from sunledger.access.users import User
from sunledger.sitetime import ManualClock

HOME = "192.0.2.1"


async def ann_of(access: Access) -> User:
    return await access.users.create("ann", PASSWORD, EVERYTHING, ANN)


async def test_only_the_hash_of_the_cookie_is_kept(access: Access) -> None:
    cookie, session = await access.sessions.begin(await ann_of(access), agent="Fire\nfox", address=HOME)
    rows = await access._statements.ask("SELECT * FROM access_session", {})
    assert cookie not in str(rows)
    assert digest(cookie) in str(rows)
    assert await access.sessions.found(cookie) == session
    assert session.agent == "Fire\N{REPLACEMENT CHARACTER}fox"
    assert cookie not in str(await access.audit.page(limit=9))


async def test_a_log_in_replaces_the_browser_s_former_session(access: Access) -> None:
    ann = await ann_of(access)
    first, _ = await access.sessions.begin(ann, agent="", address=HOME)
    second, _ = await access.sessions.begin(ann, agent="", address=HOME, replacing=first)
    assert first != second
    assert await access.sessions.found(first) is None
    assert await access.sessions.found(second) is not None


async def test_sessions_are_listed_and_ended_one_by_one_or_all_but_one(
    access: Access, clock: ManualClock
) -> None:
    ann = await ann_of(access)
    made = []
    for number in range(4):
        made.append((await access.sessions.begin(ann, agent=f"{number}", address=HOME)).session)
        await clock.advance(60)
    assert await access.sessions.of_user("ANN") == made[::-1]
    await access.sessions.end("ann", made[0].id, ANN)
    with pytest.raises(Unknown):
        await access.sessions.end("ann", made[0].id, ANN)
    with pytest.raises(Unknown):
        await access.sessions.end("bob", made[1].id, ANN)
    await access.sessions.end_all("ann", ANN, keep=made[2].id)
    assert await access.sessions.of_user("ann") == [made[2]]
    await access.sessions.end_all("ann", ANN)
    assert await access.sessions.of_user("ann") == []


moments = st.timedeltas(timedelta(0), timedelta(days=60))


@given(st.lists(moments, max_size=6), moments)
def test_a_session_lasts_while_it_is_used_but_never_longer_than_it_may(
    uses: list[timedelta], asked: timedelta
) -> None:
    async def tried() -> None:
        clock = ManualClock(NOON)
        access = access_to(await statements_of("memory"), clock)
        await access.open()
        cookie, session = await access.sessions.begin(await ann_of(access), agent="", address=HOME)
        seen = timedelta(0)
        for use in sorted(each for each in uses if each <= asked):
            clock.jump(NOON + use - clock.now())
            if await access.sessions.found(cookie) is not None:
                await access.sessions.seen({session.id: clock.now()})
                seen = use
        clock.jump(NOON + asked - clock.now())
        found = await access.sessions.found(cookie)
        assert (found is not None) == (asked < LIFE.absolute and asked - seen < LIFE.idle)
        await access.sessions.forget_ended()
        assert len(await access._statements.ask("SELECT id FROM access_session", {})) == (found is not None)
        await access.close()

    asyncio.run(tried())


@given(st.timedeltas(timedelta(0), LIFE.absolute))
def test_the_end_is_the_earlier_of_both(seen: timedelta) -> None:
    session = Session(id="", user="", created_at=NOON, seen_at=NOON + seen, agent="", address="")
    assert session.ends_at(LIFE) - NOON == min(LIFE.absolute, seen + LIFE.idle)
