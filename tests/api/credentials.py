"""Credentials for tests of who may ask what: everybody's token is what they are called."""

from collections.abc import Mapping

from tests.access.rooms import CHEAP, NOON, sites_of, unredacted

from sunledger.access import Access
from sunledger.access.principal import Principal
from sunledger.access.tables import SCHEMA
from sunledger.sitetime import ManualClock
from sunledger.store.memory_statements import MemoryStatements


class Known(Access):
    """Knows some people besides those that are kept."""

    def __init__(self, people: Mapping[str, Principal]) -> None:
        super().__init__(MemoryStatements(SCHEMA), ManualClock(NOON), unredacted, sites_of, CHEAP)
        self._people = people

    async def has_administrator(self) -> bool:
        """There is one, so nobody comes in without a credential."""
        return True

    async def authenticate_bearer(self, text: str) -> Principal | None:
        """By name."""
        return self._people.get(text)
