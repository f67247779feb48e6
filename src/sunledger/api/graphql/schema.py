"""The schema, made once, when the first question comes."""

import strawberry
from graphql import GraphQLError, GraphQLSchema
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from sunledger.api.graphql.query import Query
from sunledger.api.graphql.scalars import SCALARS


class Schema(strawberry.Schema):
    """Strawberry's schema, without its log."""

    @property
    def core(self) -> GraphQLSchema:
        """What graphql-core works with."""
        return self._schema

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Log nothing: most errors are the asker's, and `failures` logs those that are ours."""


def schema_with(*extensions: type[SchemaExtension]) -> Schema:
    """The schema, whose operations pass through some extensions."""
    return Schema(Query, config=StrawberryConfig(scalar_map=SCALARS), extensions=extensions)


def written() -> str:
    """The schema in GraphQL's own language."""
    return schema_with().as_str() + "\n"
