"""What is remembered is bounded and never outlives a change; floods are counted, not audited."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.access.rooms import NOON

from sunledger.access.attempts import EACH, WINDOW, Attempts
from sunledger.access.principal import OWNER
from sunledger.access.remembered import Remembered, Verified

MINUTE = timedelta(minutes=1)


def test_an_entry_lasts_until_it_ends() -> None:
    known = Remembered()
    known.put(b"a", Verified(OWNER, NOON), known.epoch)
    assert known.get(b"a", NOON - MINUTE) is not None
    assert known.get(b"a", NOON) is None
    assert known.get(b"a", NOON - MINUTE) is None


def test_what_was_verified_before_a_change_is_not_remembered_after_it() -> None:
    known = Remembered()
    begun = known.epoch
    known.forget()
    known.put(b"a", Verified(OWNER, None), begun)
    assert known.get(b"a", NOON) is None


def test_those_that_were_not_asked_for_go_first() -> None:
    known = Remembered(2)
    for key in (b"a", b"b"):
        known.put(key, Verified(OWNER, None), known.epoch)
    known.get(b"a", NOON)
    known.put(b"c", Verified(OWNER, None), known.epoch)
    assert known.get(b"b", NOON) is None
    assert known.get(b"a", NOON) is not None
    assert len(known) == 2


def test_credentials_of_different_sorts_are_never_the_same() -> None:
    assert len({Remembered.key("a", "bc"), Remembered.key("ab", "c"), Remembered.key("abc")}) == 3
    assert len(Remembered.key("\ud800")) == 32


@given(st.lists(st.sampled_from(["a", "b", "c"])), st.integers(0, 300))
def test_the_first_failures_of_each_address_are_audited_and_then_few(others: list[str], of_d: int) -> None:
    attempts = Attempts()
    for address in others:
        attempts.failed(address, 0.0)
    told = [count for _ in range(of_d) if (count := attempts.failed("d", 0.0)) is not None]
    assert told == [*range(1, min(EACH, of_d) + 1), *range(100, of_d + 1, 100)]
    assert attempts.failures == len(others) + of_d
    assert attempts.failed("d", WINDOW + 1) == 1


def test_addresses_without_number_are_not_remembered() -> None:
    attempts = Attempts()
    for number in range(3000):
        assert attempts.failed(f"2001:db8::{number:x}", 0.0) == 1
    assert len(attempts._lately) <= 1000
