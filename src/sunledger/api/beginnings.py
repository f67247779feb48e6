"""What the API asks `app` for where a plant is to begin anew: as itself, simulated, or as one's own."""

from collections.abc import Mapping
from typing import Protocol

from sunledger.access.audit import Actor


class Impossible(Exception):
    """That cannot be done here; says why, and the way out."""


class Beginnings(Protocol):
    """Ends this run in order, as a signal would, and begins another one in the same process.

    Its methods return before this run ends. They raise `Impossible`, and StoreError.
    """

    async def can_simulate(self) -> bool:
        """Whether the simulator can be chosen."""

    async def simulated(self) -> None:
        """Begin again with the simulated plant, and a database of its own."""

    async def own(self, dtu: Mapping[str, object] | None, by: Actor) -> None:
        """Begin again with one's own plant, where the entry `dtu` is kept first. Raises `SitesError`."""

    async def same(self) -> None:
        """Begin again with the same plant."""
