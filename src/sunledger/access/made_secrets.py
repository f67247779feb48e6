"""Secrets that Sunledger makes, and how they are kept: by their SHA-256 alone.

A secret of 256 random bits cannot be guessed from its hash: the slow hashes of passwords are not needed.
"""

import hashlib
import hmac
import secrets
import string

BITS = 256
TOKEN_PREFIX = "sl_"  # noqa: S105 (how a token begins, so that scanners find one that was published)
_ALPHABET = string.digits + string.ascii_letters
_LENGTH = 43
"""Digits of base 62 that hold 256 bits."""


def secret() -> str:
    """A new secret of 256 bits, in letters and digits."""
    number = secrets.randbits(BITS)
    digits = []
    for _ in range(_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(digits)


def identity() -> str:
    """A new public id, of 71 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(12))


def digest(text: str) -> str:
    """The hash that a secret is kept and found by."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def derived(key: str, about: str) -> str:
    """What only somebody with the key can say about something: a keyed hash."""
    return hmac.new(key.encode(), about.encode(), hashlib.sha256).hexdigest()


def same(given: str, kept: str) -> bool:
    """Whether two texts are alike, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), kept.encode())
