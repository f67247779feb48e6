"""Which passwords may be chosen, as NIST SP 800-63B-4 section 3.1.1.2 and ASVS 5.0 chapter 6.2 have it.

Long, any characters, no rules of composition, not the user's own name, and none of what is tried first.
Common passwords of twelve and more characters are mostly a few common words, years, rows of keys and
repetitions strung together, and are recognised as such. The rest of those that Django and zxcvbn publish
are in `first_guesses.txt`, by 64 bits of their SHA-256: many are not fit to be read.
"""

import hashlib
import re
import unicodedata
from collections.abc import Set as AbstractSet
from functools import cache
from importlib.resources import files

from sunledger.access.errors import Invalid
from sunledger.access.first_guesses import ROWS, WORDS

SHORTEST = 12
LONGEST = 256

_LEAST = 7
"""What the parts of a password have to come to: each is worth 2 if it is common, else 1 a character."""
_LEET = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}
)
_DATE = re.compile(r"(?:0?[1-9]|[12]\d|3[01])[-./]?(?:0?[1-9]|1[0-2])[-./]?(?:19|20)?\d\d|(?:19|20)\d\d")
_SEPARATORS = re.compile(r"[\s._-]+")
_RUN = re.compile(r"(.)\1\1+")
_REPEATED = re.compile(r"(.+?)\1+")
_STRETCH = 3
"""Keys in a row from which on they count as one part."""
_LONGEST_PART = max(map(len, (*WORDS, *ROWS)))


def normalised(given: str) -> str:
    """The password as it is hashed, however a keyboard has composed its characters. Raises `Invalid`."""
    if len(given) > LONGEST:
        raise Invalid(f"must have at most {LONGEST} characters", "password")
    try:
        given.encode()
    except UnicodeEncodeError:
        raise Invalid("holds half a character", "password") from None
    return unicodedata.normalize("NFKC", given)


def chosen(given: str, name: str) -> str:
    """A new password of a user, normalised. Raises `Invalid`."""
    password = normalised(given)
    if len(password) < SHORTEST:
        raise Invalid(f"must have at least {SHORTEST} characters; a few words make a good one", "password")
    if is_common(password, name):
        raise Invalid(
            "is made of the user's name, or of what is tried first; take words that have nothing in common",
            "password",
        )
    return password


def is_common(password: str, name: str = "") -> bool:
    """Whether it is on the list, or made of few common words, rows of keys, dates and the user's name."""
    if _listed_form(password.casefold()) in _listed():
        return True
    folded = _RUN.sub(r"\1", _SEPARATORS.sub("", password.casefold()))
    repeated = _REPEATED.fullmatch(folded)
    return (
        _worth(folded if repeated is None else repeated[1], WORDS | {_SEPARATORS.sub("", name.casefold())})
        < _LEAST
    )


@cache
def _listed() -> frozenset[str]:
    return frozenset((files("sunledger.access") / "first_guesses.txt").read_text().split())


def _listed_form(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _worth(text: str, words: AbstractSet[str]) -> int:
    """What the parts of a text come to, split so that it is the least."""
    plain = text.translate(_LEET)
    worth = [0]
    for end in range(1, len(text) + 1):
        starts = range(max(0, end - _LONGEST_PART), end - 1)
        common = [
            worth[start] + 2
            for start in starts
            if plain[start:end] in words or text[start:end] in words or _is_row_or_date(text[start:end])
        ]
        worth.append(min([worth[-1] + 1, *common]))
    return worth[-1]


def _is_row_or_date(text: str) -> bool:
    if len(text) < _STRETCH:
        return False
    return any(text in row or text[::-1] in row for row in ROWS) or _DATE.fullmatch(text) is not None
