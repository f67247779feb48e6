"""Fields that are resolved: with a description, and with how many rows they can have."""

from collections.abc import Callable
from types import GenericAlias
from typing import Any, TypeVar, cast

import strawberry

from sunledger.api.graphql.cost import ASKS, PAGE, ROWS, Size

F = TypeVar("F", bound="Callable[..., Any] | staticmethod[..., Any]")


def field(
    description: str,
    *,
    type_: Any = None,
    rows: Size | None = None,
    page: Size | None = None,
    asks: bool = False,
) -> Callable[[F], F]:
    """Make a field of a resolver, whose type is that of its result unless another is given."""
    given = {ROWS: rows, PAGE: page, ASKS: asks or None}
    metadata = {name: told for name, told in given.items() if told is not None}

    def decorate(resolver: F) -> F:
        made = strawberry.field(
            resolver=resolver, description=description, graphql_type=type_, metadata=metadata
        )
        return cast("F", made)  # in its class it is a field; whoever calls it finds the resolver

    return decorate


def list_of(type_: type) -> Any:
    """A list of a type that is made from the catalogue."""
    return GenericAlias(list, type_)
