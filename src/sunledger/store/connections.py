"""How many connections a store has to its server, for those that have one."""

from typing import NamedTuple, Protocol, runtime_checkable


class Connections(NamedTuple):
    """Connections by what they do."""

    active: int
    idle: int


@runtime_checkable
class Pooled(Protocol):
    """A store that reaches its server over several connections."""

    def connections(self) -> Connections:
        """How many there are now; never waits."""
