"""Pages of tables by period: so many rows from a place on, and where to go on.

A place is the start of a period and how many of its rows have been given. It holds the span, too: one that
ends now would be another one on the next page.
"""

from datetime import datetime
from typing import NamedTuple, Protocol

from starlette.requests import Request

from sunledger.api.answers import array
from sunledger.api.cursors import onward, resumed
from sunledger.api.problems import Problem, Trouble
from sunledger.api.tables import Table, of_rows
from sunledger.sitetime import Span, instant, milliseconds
from sunledger.store.records import Position

USUAL = 100
_PAGED = ("cursor", "limit")


class Paged(Protocol):
    """A query that may ask for a page."""

    @property
    def cursor(self) -> str | None:
        """Where to go on."""

    @property
    def limit(self) -> int | None:
        """Rows of a page."""

    @property
    def model_fields_set(self) -> set[str]:
        """What was given."""


class Page(NamedTuple):
    """Which page is asked for."""

    span: Span | None
    """What the first page was asked for; None where this is the first one."""
    after: Position | None
    limit: int | None
    """None: all rows."""

    @property
    def at_once(self) -> int | None:
        """Rows that are worth reading at once; None for as many as can be."""
        return None if self.limit is None else 2 * self.limit

    def rest(self, span: Span) -> Span:
        """The part of the whole span that the page and those after it are in."""
        return span if self.after is None else Span(instant(self.after.at), span.end)


def page_asked(query: Paged, request: Request) -> Page:
    """The page that a query asks for; all rows where it says neither limit nor cursor. Raises Problem."""
    found = resumed(request, query.cursor)
    if found is None:
        return Page(None, None, query.limit)
    return Page(*found, query.limit or USUAL)


async def paged(
    table: Table, page: Page, span: Span, request: Request, fields: tuple[str, ...] | None
) -> dict[str, object]:
    """The items of a page and the cursor of the next one; `span` is the whole one."""
    if page.limit is None:
        return {"items": await array(table.only(fields)), "next_cursor": None}
    skipped = 0 if page.after is None else page.after.series
    wanted = skipped + page.limit
    rows: list[tuple[object, ...]] = []
    async for chunk in table.chunks:
        rows += zip(*chunk, strict=True)
        if len(rows) > wanted:
            break
    shown = of_rows(table.columns, rows[skipped:wanted]).only(fields)
    following = _place_of(rows, wanted) if len(rows) > wanted else None
    return {"items": await array(shown), "next_cursor": onward(request, span, following)}


def _place_of(rows: list[tuple[object, ...]], index: int) -> Position:
    """The place of a row: its period, and how many rows of it come before."""
    start = rows[index][0]
    before = sum(1 for row in rows[:index] if row[0] == start)
    return Position(milliseconds(datetime.fromisoformat(str(start))), before)


def refuse_paging(query: Paged, what: str) -> None:
    """Raise a Problem where a query asks for a page of what has none."""
    for name in _PAGED:
        if name in query.model_fields_set:
            detail = f"{name}: {what} holds the whole span. Leave {name} out, or ask for format=json."
            raise Problem(Trouble.INVALID_PARAMETER, detail, parameter=name)
