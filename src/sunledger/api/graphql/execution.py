"""A query from its text to its answer: parsed, checked, weighed, then resolved.

What takes long for a text that means to take long, parsing and checking, is done off the event loop.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from graphql import get_operation_ast, parse
from graphql.execution.values import get_variable_values
from strawberry.extensions import SchemaExtension
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.schema.schema import validate_document
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from sunledger.api.graphql.asking import Answer, Asked
from sunledger.api.graphql.cost import weigh
from sunledger.api.graphql.failures import described
from sunledger.api.graphql.schema import schema_with
from sunledger.api.graphql.seen import seen_through
from sunledger.api.problems import Problem, Trouble
from sunledger.api.sources import Sources

MOST_TOKENS = 1000


class _Checks(SchemaExtension):
    """The checks before anything is read. *State: the cost of the operation*, once it is known."""

    cost: int | None = None

    async def on_parse(self) -> AsyncIterator[None]:
        """Parse what is not too long."""
        context = self.execution_context
        context.graphql_document = await asyncio.to_thread(parse, context.query or "", max_tokens=MOST_TOKENS)
        yield

    async def on_validate(self) -> AsyncIterator[None]:
        """Hold it against the schema."""
        context = self.execution_context
        assert context.graphql_document is not None  # noqa: S101  it has been parsed
        context.pre_execution_errors = await asyncio.to_thread(
            validate_document, _SCHEMA.core, context.graphql_document, context.validation_rules
        )
        yield

    async def on_execute(self) -> AsyncIterator[None]:
        """Weigh it. Variables that cannot be used are left to the execution, which says so."""
        context = self.execution_context
        assert context.graphql_document is not None  # noqa: S101  it has been parsed
        schema = _SCHEMA.core
        operation = get_operation_ast(context.graphql_document, context.operation_name)
        assert operation is not None  # noqa: S101  strawberry has found one
        variables = get_variable_values(schema, operation.variable_definitions or (), context.variables or {})
        if not isinstance(variables, list):
            self.cost = await weigh(schema, context.graphql_document, operation, variables, context.context)
        yield

    def get_results(self) -> dict[str, Any]:
        """The cost is told with the answer."""
        return {} if self.cost is None else {"cost": self.cost}


_SCHEMA = schema_with(_Checks)


async def answer(asked: Asked, sources: Sources) -> Answer:
    """The answer to a query, out of the sources that somebody was given. Raises Problem, StoreError."""
    seen = await seen_through(sources)
    try:
        result = await _SCHEMA.execute(
            asked.query,
            variable_values=dict(asked.variables),
            context_value=seen,
            operation_name=asked.operation_name,
            allowed_operation_types={OperationType.QUERY},
        )
    except InvalidOperationTypeError:
        detail = (
            "query: only queries are answered here. Changes go to /api/v1, live events to /api/v1/stream."
        )
        raise Problem(Trouble.INVALID_FIELD, detail, parameter="query") from None
    except CannotGetOperationTypeError:
        detail = "operationName: the query has no operation of this name."
        raise Problem(Trouble.INVALID_FIELD, detail, parameter="operationName") from None
    understood = not isinstance(result, PreExecutionError)
    body: dict[str, Any] = {"data": result.data} if understood else {}
    if result.errors:
        body["errors"] = described(result.errors)
    if result.extensions:
        body["extensions"] = result.extensions
    return Answer(body, understood)
