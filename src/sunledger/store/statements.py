"""Statements: SQL that SQLite and PostgreSQL both understand, on a connection beside the store's.

Parameters have names (`:name`). Times are `datetime`s in parameters and milliseconds since 1970 in answers.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from sunledger.sitetime import milliseconds

Parameters = Mapping[str, object]


class Step(NamedTuple):
    """One statement among several."""

    statement: str
    parameters: Parameters
    rows: int | None = None
    """How many rows it has to change; None: any number."""


class NotDone(Exception):
    """Nothing was written; `step` says which of several statements was in the way."""

    def __init__(self, reason: str, step: int = 0) -> None:
        super().__init__(reason)
        self.step = step


class KeyTaken(NotDone):
    """There is a row with this key already."""


class OtherRows(NotDone):
    """It would have changed another number of rows than it has to: somebody else was quicker."""


class Statements(Protocol):
    """Asks and changes tables. Its methods may be called from several tasks at once, and raise StoreError."""

    async def open(self) -> None:
        """Get ready; the schema is the store's and must be there."""

    async def close(self) -> None:
        """Finish what was begun."""

    async def ask(self, question: str, parameters: Parameters) -> Sequence[Sequence[Any]]:
        """The rows that answer."""

    async def change(self, statement: str, each: Sequence[Parameters], *, synced: bool = True) -> int:
        """Do it for each of the parameters in one transaction; how many rows that changed.

        What is not synced survives the end of the process, but perhaps not that of the machine. Raises
        `KeyTaken`.
        """

    async def change_together(self, steps: Sequence[Step]) -> None:
        """Do different things in one transaction, synced: all or none. Raises `KeyTaken`, `OtherRows`."""


def require_rows(step: int, wanted: int | None, changed: int) -> None:
    """Raise `OtherRows` unless a step changed as many rows as it has to."""
    if wanted is not None and changed != wanted:
        raise OtherRows(f"{changed} rows instead of {wanted}", step)


def in_milliseconds(parameters: Parameters) -> dict[str, object]:
    """The parameters, times as they are answered."""
    return {
        name: milliseconds(value) if isinstance(value, datetime) else value
        for name, value in parameters.items()
    }
