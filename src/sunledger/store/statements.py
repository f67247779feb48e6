"""Statements: SQL that SQLite and PostgreSQL both understand, on a connection beside the store's.

Parameters have names (`:name`). Times are `datetime`s in parameters and milliseconds since 1970 in answers.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sunledger.sitetime import milliseconds

Parameters = Mapping[str, object]


class KeyTaken(Exception):
    """There is a row with this key already; nothing was written."""


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


def in_milliseconds(parameters: Parameters) -> dict[str, object]:
    """The parameters, times as they are answered."""
    return {
        name: milliseconds(value) if isinstance(value, datetime) else value
        for name, value in parameters.items()
    }
