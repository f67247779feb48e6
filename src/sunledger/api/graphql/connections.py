"""Lists by page, as Relay's connections: `first` nodes after an opaque cursor, bound to the list it is of."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import strawberry

from sunledger.api.cursors import mark_of, opened, sealed
from sunledger.api.graphql.cost import PAGED
from sunledger.api.problems import Problem, Trouble

T = TypeVar("T")

LONGEST_PAGE = 1000
LONGEST_CURSOR = 300


@strawberry.type(description="Whether and from where a list goes on.")
class PageInfo:
    """The end of a page."""

    has_next_page: bool
    end_cursor: str | None


@strawberry.type(description="A node and the cursor to it.")
class Edge(Generic[T]):
    """A node and the cursor to it."""

    cursor: str
    node: T


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    """A page of a list."""

    nodes: list[T] = strawberry.field(metadata={PAGED: True})
    edges: list[Edge[T]] = strawberry.field(metadata={PAGED: True})
    page_info: PageInfo


async def connected(
    question: Sequence[str | None],
    first: int,
    after: str | None,
    read: Callable[[int, str], Awaitable[Sequence[T]]],
    id_of: Callable[[T], str],
) -> Connection[T]:
    """A page of what `read(limit, after this id)` gives by id. Raises Problem.

    `question` tells this list from others, so that a cursor of another one is refused.
    """
    if not 1 <= first <= LONGEST_PAGE:
        detail = f"first: {first} is not between 1 and {LONGEST_PAGE:,}. Page on with after."
        raise Problem(Trouble.INVALID_PARAMETER, detail, parameter="first")
    mark = mark_of(question)
    found = await read(first + 1, _place(mark, after))
    shown = found[:first]
    edges = [Edge(cursor=sealed(mark, id_of(node)), node=node) for node in shown]
    more = len(found) > first
    end = edges[-1].cursor if edges else None
    return Connection(nodes=list(shown), edges=edges, page_info=PageInfo(has_next_page=more, end_cursor=end))


def _place(mark: str, after: str | None) -> str:
    """The id to go on after."""
    if after is None:
        return ""
    found = opened(mark, after, 1, str) if len(after) <= LONGEST_CURSOR else None
    if found is None:
        detail = (
            "after: not a cursor that this list gave out. Pass endCursor as it came, to the same list, "
            "or leave after out to begin again."
        )
        raise Problem(Trouble.INVALID_CURSOR, detail, parameter="after")
    return found[0]
