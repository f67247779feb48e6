"""A database as its owner looks after it, also beside a running server; one kind for each engine."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from sunledger.sitetime import Clock
from sunledger.store.audit import Audit
from sunledger.store.protocol import Accounting
from sunledger.store.storage import Storage
from sunledger.store.upkeep import Told


class Checked(NamedTuple):
    """What a check has found."""

    faults: Sequence[str]
    """What is wrong."""
    notes: Sequence[str] = ()
    """What is worth knowing."""


class Vacuumed(NamedTuple):
    """The size before and after, in bytes."""

    before: int
    after: int
    dead: int | None = None
    """How many dead rows there were, where there are such, by the server's estimate."""


class Database(Protocol):
    """Every method raises StoreError; those that tell take what hears how far they have come, from 0 to 1."""

    name: str
    """For people."""
    engine: str
    """As a measurement names it."""
    sound: str
    """What a check that finds nothing may say."""
    remedy: str
    """What to do about faults."""

    def kept_accounting(self, accounting: Accounting) -> Accounting:
        """The same with the zone and the hour of reset that are stored."""

    def verified(self, accounting: Accounting, told: Told) -> Audit:
        """Everything derived recomputed and compared, as of one moment."""

    async def rebuilt(self, accounting: Accounting, clock: Clock, told: Told) -> int:
        """Make everything derived anew; how many differences were put right.

        Raises StoreInUse beside a running server, which is the only one that may write.
        """

    def measured(self) -> Storage:
        """How much is kept."""

    def checked(self, told: Callable[[float, str], None]) -> Checked:
        """Whether it is sound; `told` hears the tables as well."""

    def vacuumed(self, told: Callable[[float, str], None]) -> Vacuumed:
        """Give back the place of what was removed or replaced."""
