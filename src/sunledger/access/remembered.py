"""Credentials that were just verified, so that the next request with one needs no database.

*State: principals by the hash of what was shown*, a cache of the tables. It is emptied whenever the audit has
grown, here at once, in other processes when they look.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from sunledger.access.principal import Principal

MOST = 1024


@dataclass(frozen=True, slots=True)
class Verified:
    """Somebody who has shown a credential."""

    principal: Principal
    until: datetime | None
    """When it ends by itself."""
    use: tuple[str, str] | None = None
    """The table and id to note its use under."""


class Remembered:
    """The latest credentials. An entry counts only for the epoch in which its verification began."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._verified: OrderedDict[bytes, Verified] = OrderedDict()
        self.epoch = 0

    def __len__(self) -> int:
        return len(self._verified)

    @staticmethod
    def key(*credential: str) -> bytes:
        """What a credential is found by."""
        return hashlib.sha256("\0".join(credential).encode("utf-8", "surrogatepass")).digest()

    def get(self, key: bytes, now: datetime) -> Verified | None:
        """Who has shown it; None when nobody has or it has ended."""
        found = self._verified.get(key)
        if found is None:
            return None
        if found.until is not None and found.until <= now:
            del self._verified[key]
            return None
        self._verified.move_to_end(key)
        return found

    def put(self, key: bytes, verified: Verified, epoch: int) -> None:
        """Remember it, unless all was forgotten since its verification began."""
        if epoch != self.epoch:
            return
        self._verified[key] = verified
        if len(self._verified) > self._most:
            self._verified.popitem(last=False)

    def forget(self) -> None:
        """Know nobody any more."""
        self.epoch += 1
        self._verified.clear()
