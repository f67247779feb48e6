"""Signed tokens count for a quarter of an hour, if we have signed them and nothing has changed since."""

import base64
import json
from datetime import timedelta

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.access.rooms import ANN, CHEAP, NOON, PASSWORD, access_to

from sunledger.access import Access, Given, Invalid
from sunledger.access.grants import EVERYTHING
from sunledger.access.keys import LASTS as KEY_LASTS
from sunledger.access.signing import ALGORITHM, AUDIENCE, ISSUER, LASTS
from sunledger.sitetime import ManualClock

PINNED = "0123456789abcdef0123456789abcdef"
HOME = "192.0.2.1"


async def signed_by(access: Access) -> str:
    return (await access.issue(await access.users.get("ann"), HOME)).token


@pytest.fixture
def access(quick: Access) -> Access:
    """The engine does not matter: what is kept of signing is tried with the sessions."""
    return quick


@pytest.fixture(autouse=True)
async def ann(access: Access) -> None:
    await access.users.create("ann", PASSWORD, EVERYTHING, ANN)


async def test_a_signed_token_lasts_a_quarter_of_an_hour(access: Access, clock: ManualClock) -> None:
    issued = await access.issue(await access.users.get("ann"), HOME)
    assert issued.expires_at == NOON + LASTS
    await clock.advance(LASTS.total_seconds() - 1)
    assert await access.authenticate_bearer(issued.token) is not None
    await clock.advance(1)
    assert await access.authenticate_bearer(issued.token) is None


async def test_a_signed_token_ends_with_the_session_that_it_was_made_in(access: Access) -> None:
    user = await access.users.get("ann")
    session = (await access.sessions.begin(user, agent="", address=HOME)).session
    token = (await access.issue(user, HOME, session=session.id)).token
    assert await access.authenticate_bearer(token) is not None
    await access.sessions.end("ann", session.id, ANN)
    assert await access.authenticate_bearer(token) is None


async def test_keys_change_and_the_former_one_counts_until_its_last_token_is_over(
    access: Access, clock: ManualClock
) -> None:
    first = await signed_by(access)
    await clock.advance(KEY_LASTS.total_seconds() - 1)
    last = await signed_by(access)
    await clock.advance(1)
    second = await signed_by(access)
    kids = [jwt.get_unverified_header(token)["kid"] for token in (first, last, second)]
    assert kids[0] == kids[1] != kids[2]
    assert await access.authenticate_bearer(last) is not None
    assert await access.authenticate_bearer(second) is not None
    await clock.advance(KEY_LASTS.total_seconds())
    await signed_by(access)
    rows = await access._statements.ask("SELECT kid FROM access_key WHERE kid <> 'csrf'", {})
    assert len(rows) == 2, "keys whose tokens are all over are forgotten"


async def test_all_processes_know_each_other_s_keys(access: Access, clock: ManualClock) -> None:
    other = access_to(access._statements, clock)
    assert await other.authenticate_bearer(await signed_by(access)) is not None
    await clock.advance(KEY_LASTS.total_seconds())
    assert await other.authenticate_bearer(await signed_by(access)) is not None


async def test_a_pinned_key_is_the_only_one(access: Access, clock: ManualClock) -> None:
    pinned = access_to(access._statements, clock, Given(strength=CHEAP.strength, jwt_secret_key=PINNED))
    token = await signed_by(pinned)
    assert await pinned.authenticate_bearer(token) is not None
    assert await access.authenticate_bearer(token) is None
    assert await pinned.authenticate_bearer(await signed_by(access)) is None
    assert PINNED not in str(await access._statements.ask("SELECT * FROM access_key", {}))


def claims(**more: object) -> dict[str, object]:
    moments = {"iat": NOON, "exp": NOON + timedelta(minutes=5)}
    return {"iss": ISSUER, "aud": AUDIENCE, "sub": "ann", "gen": 1, **moments, **more}


async def test_what_we_have_not_signed_counts_for_nothing(access: Access, clock: ManualClock) -> None:
    pinned = access_to(access._statements, clock, Given(strength=CHEAP.strength, jwt_secret_key=PINNED))
    kid = jwt.get_unverified_header(await signed_by(pinned))["kid"]
    kept = await access.users.kept("ann")
    assert kept is not None
    good = claims(gen=kept.user.generation)

    def forged(content: dict[str, object], key: str = PINNED, algorithm: str | None = ALGORITHM) -> str:
        return jwt.encode(content, key, algorithm, {"kid": kid})

    assert await pinned.authenticate_bearer(forged(good)) is not None, (
        "so the others fail for one reason each"
    )
    for token in (
        forged(good, "another key of thirty-two bytes!"),
        forged(good, PINNED * 2, "HS512"),
        forged(good, "", "none"),
        forged(good | {"gen": 1}),
        forged(good | {"sub": "bob"}),
        forged(good | {"aud": "other"}),
        forged(good | {"iss": "other"}),
        forged(good | {"exp": NOON}),
        forged(good | {"sid": "gone"}),
        *(forged({name: said for name, said in good.items() if name != gone}) for gone in good),
        jwt.encode(good, PINNED, ALGORITHM),
        jwt.encode(good, PINNED, ALGORITHM, {"kid": "other"}),
    ):
        assert await pinned.authenticate_bearer(token) is None


@given(st.data())
def test_no_changed_character_goes_unnoticed(data: st.DataObject) -> None:
    token = jwt.encode(claims(), PINNED, ALGORITHM, {"kid": "k"})
    at = data.draw(st.integers(0, len(token) - 2))  # the very last one carries bits that mean nothing
    sign = data.draw(st.sampled_from("AZaz09-_.").filter(lambda other: other != token[at]))
    with pytest.raises(jwt.InvalidTokenError):
        jwt.decode(
            token[:at] + sign + token[at + 1 :], PINNED, [ALGORITHM], {"verify_exp": False}, audience=AUDIENCE
        )


async def test_a_token_holds_no_secret(access: Access) -> None:
    body = (await signed_by(access)).split(".")[1]
    told = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert set(told) == {"iss", "aud", "sub", "iat", "exp", "jti", "gen"}


def test_a_short_pinned_key_is_refused_with_the_way_out(access: Access) -> None:
    with pytest.raises(Invalid, match="JWT_SECRET_KEY: must have at least 32 bytes; make one with"):
        access_to(access._statements, given=Given(jwt_secret_key=PINNED[1:]))
