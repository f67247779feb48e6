"""Errors as GraphQL has them.

`extensions.code` is the `type` that the same problem has in REST, `extensions.field` the field, argument or
variable that it is of.
"""

from collections.abc import Sequence
from typing import Any

import structlog
from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLError,
    Node,
    VariableDefinitionNode,
    Visitor,
    parse,
    visit,
)

from sunledger.api.graphql.scalars import Unusable
from sunledger.api.problems import Problem, Trouble
from sunledger.store.protocol import StoreError

log = structlog.get_logger("sunledger.api")

MOST = 20
"""Errors in an answer."""
LONGEST = 1000
"""Characters of a message, which may quote what was sent."""


def described(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    """The errors of an answer; what is a bug of ours is logged, and not told."""
    return [_described(error) for error in errors[:MOST]]


def _described(error: GraphQLError) -> dict[str, Any]:
    trouble, message, field = _found(error)
    told: dict[str, Any] = {"message": message[:LONGEST]}
    if error.locations:
        told["locations"] = [{"line": each.line, "column": each.column} for each in error.locations]
    if error.path is not None:
        told["path"] = error.path
    return told | {"extensions": {"code": trouble.uri, "field": field}}


def _found(error: GraphQLError) -> tuple[Trouble, str, str]:
    """What kind of trouble it is, what to say of it, and which field or argument it is of."""
    cause, field = error.original_error, _field(error)
    if isinstance(cause, Problem):
        return cause.trouble, cause.detail, cause.parameter or field
    if isinstance(cause, StoreError):
        return Trouble.STORE_UNAVAILABLE, str(cause), field
    if cause is None or isinstance(cause, GraphQLError | Unusable):
        return Trouble.REFUSED, error.message, field
    log.error("graphql_failed", field=field, exc_info=cause)
    return Trouble.INTERNAL, f"{field} failed. The log says why; please report it.", field


def _field(error: GraphQLError) -> str:
    """The last name on the error's path, else the innermost name around its place."""
    names = [each for each in error.path or () if isinstance(each, str)]
    if names:
        return names[-1]
    place = error.nodes[0].loc if error.nodes else None
    if place is None:
        return "query"
    around = _Around(place.start)
    visit(parse(place.source), around)
    return around.name


class _Around(Visitor):
    """Finds the innermost named thing around a place.

    *State: its name.*
    """

    def __init__(self, place: int) -> None:
        super().__init__()
        self._place = place
        self.name = "query"

    def enter(self, node: Node, *_: object) -> None:
        """Remember a name on the way in."""
        if node.loc is None or not node.loc.start <= self._place < node.loc.end:
            return
        if isinstance(node, FieldNode | ArgumentNode):
            self.name = node.name.value
        elif isinstance(node, VariableDefinitionNode):
            self.name = node.variable.name.value
