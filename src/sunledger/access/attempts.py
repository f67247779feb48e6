"""Failed log-ins: all are counted, but of a flood from one address only some get into the audit.

*State: how often each address has failed lately*, forgotten with the process.
"""

from collections import OrderedDict

WINDOW = 600.0
"""Seconds without a failure after which an address begins anew."""
EACH = 10
"""So many failures of an address are audited one by one, from then on every hundredth."""
EVERY = 100
_MOST = 1000
"""Addresses that are remembered."""


class Attempts:
    """Counts failures."""

    def __init__(self) -> None:
        self.failures = 0
        """All since the start."""
        self._lately: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def failed(self, address: str, now: float) -> int | None:
        """Count a failure; how many there were from that address if this one is to be audited."""
        self.failures += 1
        count, at = self._lately.pop(address, (0, now))
        count = 1 if now - at > WINDOW else count + 1
        self._lately[address] = (count, now)
        if len(self._lately) > _MOST:
            self._lately.popitem(last=False)
        return count if count <= EACH or count % EVERY == 0 else None
