"""Polls that other processes have handed over: in the database, until the process that writes has taken them.

The writer alone knows where every series stands, so nobody else can keep a poll where it belongs. A poll that
is here is as durable as one that is; it may be taken in twice, which changes nothing.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sunledger.measurements import Poll
from sunledger.store.records import Entry
from sunledger.store.spool_entry import encode
from sunledger.store.statements import Statements, Step

_DURABLE = Step(
    "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'",
    {},
)
_PUT = "INSERT INTO handover (body) VALUES (:body)"
_FIRST = "SELECT number, body FROM handover WHERE refused IS NULL ORDER BY number LIMIT :most"
_DROP = "DELETE FROM handover WHERE number = :number"
_REFUSE = "UPDATE handover SET refused = :why WHERE number = :number"


class Handed(NamedTuple):
    """A poll that waits."""

    number: int
    body: bytes
    """As `spool_entry` writes it."""


class Handover:
    """A queue of polls, first in, first out, in a PostgreSQL database. All methods raise StoreError."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def open(self) -> None:
        """Get ready; the database may be away."""
        await self._statements.open()

    async def close(self) -> None:
        """Finish what was begun."""
        await self._statements.close()

    async def put(self, polls: Iterable[Poll]) -> None:
        """Hand polls over, all or none; they are durable when this returns."""
        steps = [Step(_PUT, {"body": encode(Entry(poll))}) for poll in polls]
        await self._statements.change_together([_DURABLE, *steps])

    async def first(self, most: int) -> Sequence[Handed]:
        """Those that have waited longest."""
        rows = await self._statements.ask(_FIRST, {"most": most})
        return [Handed(number, bytes(body)) for number, body in rows]

    async def drop(self, handed: Iterable[Handed]) -> None:
        """Forget polls that have been taken in."""
        await self._statements.change(_DROP, [{"number": each.number} for each in handed])

    async def refuse(self, handed: Handed, why: str) -> None:
        """Set a poll aside that nobody can take in; it stays in the table."""
        await self._statements.change(_REFUSE, [{"number": handed.number, "why": why}])
