"""Passwords: long ones are welcome, what is tried first is not, and hashing never floods the memory."""

import asyncio
import unicodedata

import argon2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.access.rooms import OTHER, PASSWORD

from sunledger.access import Busy, Invalid
from sunledger.access.hashing import AT_ONCE, Hashing
from sunledger.access.password_policy import LONGEST, SHORTEST, chosen, is_common, normalised


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        OTHER,
        "x7Kq!m2Vz9Lp",
        "Żółta łódź podwodna",
        "日本語のパスワードを十二文字",
        "🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧",
    ],
)
def test_any_characters_make_a_password_if_they_are_enough(password: str) -> None:
    assert chosen(password, "ann") == unicodedata.normalize("NFKC", password)


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "Passwort2024", "P@ssw0rd1234", "qwertyuiop12", "1qaz2wsx3edc", "123456789012",
        "111111111111", "abcabcabcabc", "iloveyou1234", "sunledger2026", "solarinverter", "raspberrypi1",
        "homeassistant", "administrator", "correcthorsebatterystaple", "correct horse battery staple",
        "changeme1234", "letmein letmein", "michael21061984", "zaq12wsxcde3", "          12",
        "Supernatural", "counterstrike", "1qazxsw23edcvfr4",
    ],
)  # fmt: skip
def test_what_is_tried_first_is_refused(password: str) -> None:
    with pytest.raises(Invalid, match="password: is made of"):
        chosen(password, "ann")


@pytest.mark.parametrize(
    "password", ["christabel99", "Christabel2026", "christabel.christabel", "12christabel12"]
)
def test_a_password_is_not_the_user_s_name(password: str) -> None:
    with pytest.raises(Invalid, match="the user's name"):
        chosen(password, "Christabel")


def test_lengths_are_bounded_before_anything_is_computed() -> None:
    with pytest.raises(Invalid, match="at least 12"):
        chosen("x7Kq!m2Vz9L", "ann")
    with pytest.raises(Invalid, match="at most 256"):
        chosen("x" * (LONGEST + 1), "ann")
    with pytest.raises(Invalid, match="half a character"):
        chosen("\ud800" * SHORTEST, "ann")


@given(st.text(max_size=LONGEST))
def test_a_password_is_judged_whatever_it_is(text: str) -> None:
    try:
        once = normalised(text)
    except Invalid:
        return
    assert normalised(once[:LONGEST]) == once[:LONGEST] or len(once) > LONGEST
    is_common(text, "ann")


async def test_a_hash_tells_its_own_password_from_others() -> None:
    hashing = Hashing(argon2.profiles.CHEAPEST)
    hashed = await hashing.hash(PASSWORD)
    assert hashed.startswith("$argon2id$")
    assert hashed != await hashing.hash(PASSWORD), "each has a salt of its own"
    assert await hashing.matches(PASSWORD, hashed)
    assert not await hashing.matches(OTHER, hashed)
    assert not await hashing.matches(PASSWORD, "no hash at all")
    assert not hashing.is_outdated(hashed)
    assert Hashing().is_outdated(hashed)
    hashing.close()


async def test_who_comes_when_too_many_wait_is_sent_away() -> None:
    hashing = Hashing(argon2.profiles.CHEAPEST)
    done = await asyncio.gather(*(hashing.hash(PASSWORD) for _ in range(20)), return_exceptions=True)
    assert {type(each) for each in done} == {str, Busy}
    assert hashing._threads._max_workers == AT_ONCE
    assert await hashing.hash(PASSWORD)
    hashing.close()


async def test_the_strength_is_that_of_rfc_9106() -> None:
    hashing = Hashing()
    assert (await hashing.hash(PASSWORD)).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    hashing.close()
