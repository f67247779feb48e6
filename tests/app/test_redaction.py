"""Redaction: secrets go, the rest stays as it was."""

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunledger.app.redaction import MASK, Redactor, cleaned

secrets = st.text(st.characters(codec="utf-8", exclude_characters="*"), min_size=4, max_size=30).filter(
    lambda text: len(text.strip()) > 3
)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("postgres://anna:pw@db:5432/x", "postgres://********@db:5432/x"),
        ("see redis://:p@ss:w@rd@db/0 now", "see redis://********@db/0 now"),
        ("https://key@sentry.example/1", "https://********@sentry.example/1"),
        ("Authorization: Bearer abc.def-1", "Authorization: ******** ********"),
        ("got bearer abc", "got bearer ********"),
        ("password=hunter2&user=anna", "password=********&user=anna"),
        ("GET /api?access_token=abc&limit=5", "GET /api?access_token=********&limit=5"),
        ("{'api_key': 'abc def', 'port': 3}", "{'api_key': ********, 'port': 3}"),
        ("< Cookie: __Host-sunledger=abc; other=def", "< Cookie: ********"),
        ("Set-Cookie: sunledger=abc; Path=/\r\nETag: 5", "Set-Cookie: ********\r\nETag: 5"),
        ("Sec-WebSocket-Protocol: bearer, abc", "Sec-WebSocket-Protocol: bearer ********"),
        ("device sl_0123456789abcdefABCDEF pushed", "device ******** pushed"),
        ("got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "got ********"),
        ('{"mqtt_password": "abc", "port": 3}', '{"mqtt_password": ********, "port": 3}'),
    ],
)
def test_what_looks_like_a_secret_goes(text: str, clean: str) -> None:
    assert cleaned(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "poll_finished",
        "http://10.0.0.1:8080/health",
        "DTU roof at 10.0.0.1:502",
        "basically tsl_no token, no eyJ",
        "anna@example.org",
        "é → 3 °C",
    ],
)
def test_what_does_not_stays(text: str) -> None:
    assert cleaned(text) == text


def test_values_under_telling_names_go_at_any_depth() -> None:
    given = {
        "dtu": {"Password": "x", "hosts": [{"token": 5, "port": 502}]},
        "Authorization": ["a"],
        "ok": None,
    }
    assert Redactor().value(given) == {
        "dtu": {"Password": MASK, "hosts": [{"token": MASK, "port": 502}]},
        "Authorization": MASK,
        "ok": None,
    }


def test_a_known_secret_goes_even_as_a_number_and_as_a_key() -> None:
    redactor = Redactor(["123456"])
    assert redactor.value({"n": 123456, "123456": 7, "b": b"x123456"}) == {
        "n": MASK,
        MASK: 7,
        "b": f"x{MASK}",
    }


def test_a_short_secret_goes_only_as_a_word() -> None:
    redactor = Redactor(["ab"])
    assert redactor.text("ab cab 'ab' abc") == f"{MASK} cab '{MASK}' abc"


@given(secret=secrets, before=st.text(max_size=5), after=st.text(max_size=5))
def test_a_known_secret_goes_wherever_it_stands_and_however_it_is_written(
    secret: str, before: str, after: str
) -> None:
    redactor = Redactor([secret])
    for written in (secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], quote(secret, safe="")):
        assert written not in redactor.text(f"{before}{written}{after}")
    assert redactor.value({"a": [secret, {"b": secret}]}) == {"a": [MASK, {"b": MASK}]}


@given(
    st.dictionaries(
        st.sampled_from("abc"), st.integers() | st.none() | st.booleans() | st.floats(allow_nan=False)
    )
)
def test_numbers_stay_numbers(tree: dict[str, object]) -> None:
    assert Redactor(["hunter2"]).value(tree) == tree
