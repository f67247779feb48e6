"""The audit: who did what, as a chain in which nothing can be changed, left out or moved without being seen.

Each entry's hash covers the entry and the hash of the one before it, so that a change of one
breaks the chain there. Whoever can write the database could make the whole chain anew; a hash of its head
that was written down elsewhere shows that, too.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import orjson

from sunledger.access.principal import ANONYMOUS, COMMAND_LINE, Kind, Principal
from sunledger.sitetime import milliseconds

GENESIS = hashlib.sha256(b"sunledger audit").hexdigest()
"""What stands for the hash before the first entry."""
DONE = "done"
REFUSED = "refused"
FAILED = "failed"
_LONGEST = 200
"""Characters of any one word; strangers choose some of them."""


class Actor(NamedTuple):
    """Who does something, and from where."""

    kind: Kind
    id: str
    address: str = ""

    @classmethod
    def of(cls, principal: Principal, address: str = "") -> "Actor":
        """A principal at an address."""
        return cls(principal.kind, principal.id, address)


TERMINAL = Actor.of(COMMAND_LINE, "terminal")


def nobody(address: str) -> Actor:
    """Somebody at an address who has not said who it is."""
    return Actor.of(ANONYMOUS, address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What was done."""

    action: str
    """A verb, such as `create`, `log_in`, `export`."""
    object_kind: str
    """Of what, such as `user`, `token`, `device`."""
    object_id: str = ""
    before: Mapping[str, object] | None = None
    """What it was, without secrets."""
    after: Mapping[str, object] | None = None
    outcome: str = DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event as it is kept."""

    seq: int
    """From 1 on, without a gap."""
    at: datetime
    """To the millisecond."""
    kind: str
    who: str
    address: str
    action: str
    object_kind: str
    object_id: str
    before: str | None
    """JSON."""
    after: str | None
    """JSON."""
    outcome: str
    hash: str = ""

    def chained(self, previous: str) -> str:
        """The hash that it has to have after an entry with that hash."""
        content = (
            previous, self.seq, milliseconds(self.at), self.kind, self.who, self.address, self.action,
            self.object_kind, self.object_id, self.before, self.after, self.outcome,
        )  # fmt: skip
        return hashlib.sha256(orjson.dumps(content)).hexdigest()


class Head(NamedTuple):
    """The end of the chain."""

    seq: int
    hash: str


NO_ENTRIES = Head(0, GENESIS)


def fault(entry: Entry, before: Head) -> str | None:
    """What is wrong with an entry after the one before it; None when it is as it was written."""
    if entry.seq != before.seq + 1:
        return f"entry {before.seq + 1} is missing: {entry.seq} comes after {before.seq}"
    if entry.chained(before.hash) != entry.hash:
        return f"entry {entry.seq} of {entry.at:%Y-%m-%d %H:%M:%S} UTC, or its hash, was changed"
    return None


def shown(text: str) -> str:
    """A word as it can be kept by any database and shown on any terminal."""
    clean = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text[:_LONGEST])
    return clean.encode("utf-8", "replace").decode()
