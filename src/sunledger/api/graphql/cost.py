"""What a query costs: every value and every row that it may ask for, counted before anything is read.

A field of one value costs 1, one with fields 1 and those; a list so much for each of its rows. How many rows
there can be the list itself says, by its arguments and by what there is to be seen. What asks the store costs
something for that alone. Introspection costs, too.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from math import ceil
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
)
from graphql.execution.values import VariableValues, get_argument_values

from sunledger.api.graphql.seen import Seen
from sunledger.api.problems import Problem, Trouble

MOST = 10_000
"""Some 50 ms of work for the answer itself."""
DEEPEST = 12

Size = Callable[[Seen, Mapping[str, Any]], Awaitable[int]]
"""How many rows a field has at most, by its arguments. Raises Problem."""

ROWS = "rows"
"""Metadata of a list: its `Size`."""
PAGE = "page"
"""Metadata of what has a page of rows below it, which are read with it: the page's `Size`."""
PAGED = "paged"
"""Metadata of a list that is as long as the page above it."""
ASKS = "asks"
"""Metadata of what asks the store, once for all rows that it is asked for."""
A_QUESTION = 100
"""What it costs to ask the store."""


class Weight(NamedTuple):
    """What a part of a query costs, and how deep it goes."""

    values: float
    depth: int
    questions: int = 0

    @property
    def cost(self) -> int:
        """All of it."""
        return ceil(self.values) + A_QUESTION * self.questions


def _together(parts: Sequence[Weight]) -> Weight:
    """The weight of parts side by side."""
    depths, questions = [part.depth for part in parts], [part.questions for part in parts]
    return Weight(sum(part.values for part in parts), max(depths), sum(questions))


async def weigh(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: VariableValues,
    seen: Seen,
) -> int:
    """What an operation of a valid document costs. Raises `Problem` where that, or its depth, is too much."""
    scales = _Scales(schema, _fragments(document), variables, seen)
    root = schema.get_root_type(operation.operation)
    found = await scales.selections(operation.selection_set, root, 1)
    if found.depth > DEEPEST:
        detail = f"The query is {found.depth} fields deep and the limit is {DEEPEST}. Ask in several queries."
        raise Problem(Trouble.TOO_MUCH, detail, parameter="query")
    if found.cost > MOST:
        detail = (
            f"The query costs {found.cost:,} and the limit is {MOST:,}: each value of each row counts 1, "
            f"each question for energy or history {A_QUESTION}. Ask for shorter pages or spans, longer "
            "steps, fewer devices or fields; long series are under /api/v1."
        )
        raise Problem(Trouble.TOO_MUCH, detail, parameter="query")
    return found.cost


def _fragments(document: DocumentNode) -> Mapping[str, FragmentDefinitionNode]:
    return {
        each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
    }


class _Scales:
    """Weighs the parts of one operation. *State: the weights of its fragments*, each found only once."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: VariableValues,
        seen: Seen,
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables
        self._seen = seen
        self._known: dict[tuple[str, int], Weight] = {}

    async def selections(self, chosen: SelectionSetNode, parent: Any, page: int) -> Weight:
        """The weight of what is chosen of a type, below a page of a length."""
        return _together([await self._selection(each, parent, page) for each in chosen.selections])

    async def _selection(self, node: object, parent: Any, page: int) -> Weight:
        if isinstance(node, FieldNode):
            return await self._field(node, parent, page)
        if isinstance(node, FragmentSpreadNode):
            return await self._fragment(node.name.value, page)
        assert isinstance(node, InlineFragmentNode)  # noqa: S101  there is no fourth kind
        condition = node.type_condition
        narrowed = self._schema.get_type(condition.name.value) if condition else parent
        return await self.selections(node.selection_set, narrowed, page)

    async def _fragment(self, name: str, page: int) -> Weight:
        known = self._known.get((name, page))
        if known is None:
            fragment = self._fragments[name]
            type_ = self._schema.get_type(fragment.type_condition.name.value)
            known = self._known[name, page] = await self.selections(fragment.selection_set, type_, page)
        return known

    async def _field(self, node: FieldNode, parent: Any, page: int) -> Weight:
        field = self._schema.get_field(parent, node.name.value)
        assert field is not None  # noqa: S101  the document is valid
        introspects = parent.name.startswith("__")
        rows, below = _means(self._schema).get((parent.name, node.name.value), 1.0), 0
        if not introspects:
            rows, below = await self._rows(field, node, page)
        if node.selection_set is None:
            return Weight(rows, 1)
        inner = await self.selections(node.selection_set, get_named_type(field.type), below)
        depth = 0 if introspects or node.name.value.startswith("__") else inner.depth + 1
        return Weight(rows * (1 + below + inner.values), depth, inner.questions + (ASKS in _told(field)))

    async def _rows(self, field: GraphQLField, node: FieldNode, page: int) -> tuple[float, int]:
        """How many rows a field has, and how many those have that are read with it."""
        told, arguments = _told(field), get_argument_values(field, node, self._variables)
        try:
            rows = await told[ROWS](self._seen, arguments) if ROWS in told else 1
            below = await told[PAGE](self._seen, arguments) if PAGE in told else 0
        except Problem:  # the field itself will say so, and what is asked besides is answered
            return 0, 0
        return (page if PAGED in told else rows), below


def _told(field: GraphQLField) -> Mapping[str, Any]:
    """What a field says of itself; those of introspection say nothing."""
    definition = field.extensions.get("strawberry-definition")
    return definition.metadata if definition else {}


@cache
def _means(schema: GraphQLSchema) -> Mapping[tuple[str, str], float]:
    """How many rows lists of introspection have in the mean; half of all types are wrapped in another."""
    holders = (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)
    types = list(schema.type_map.values())
    fields = sum(len(each.fields) for each in types if isinstance(each, holders))
    return {
        ("__Schema", "types"): len(types),
        ("__Schema", "directives"): len(schema.directives),
        ("__Type", "fields"): fields / len(types),
        ("__Type", "ofType"): 0.5,
    }
