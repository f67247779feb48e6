"""`fields=a,b`: answers whose items have only these members."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated

from pydantic import Field

from sunledger.api.parameters import Parameters, unknown_name
from sunledger.api.problems import Problem, Trouble
from sunledger.api.shapes import Schema

Fields = Annotated[
    str,
    Field(
        max_length=2000,
        description="Only these members of each item, with commas between them; the others are left out.",
    ),
]


class ItemQuery(Parameters):
    """For addresses that answer one thing."""

    fields: Fields | None = None


def named(fields: str | None, known: Collection[str]) -> tuple[str, ...] | None:
    """The members asked for, each once; None for all. Raises Problem for one that no item has."""
    if fields is None:
        return None
    names = tuple(dict.fromkeys(fields.split(",")))
    for name in names:
        if name not in known:
            sentence = unknown_name(name, tuple(known), "member of an item")
            raise Problem(Trouble.INVALID_PARAMETER, f"fields: {name!r:.80}: {sentence}.", parameter="fields")
    return names


def members(item: Schema) -> Sequence[str]:
    """The names that an item of this shape can have."""
    return tuple(item["properties"])


def sparse(item: Mapping[str, object], fields: str | None, shape: Schema) -> Mapping[str, object]:
    """An item with only the members asked for. Raises Problem."""
    names = named(fields, members(shape))
    return item if names is None else _only(item, names)


def all_sparse(
    items: Iterable[Mapping[str, object]], fields: str | None, shape: Schema
) -> list[Mapping[str, object]]:
    """Items with only the members asked for. Raises Problem, also where there is no item."""
    names = named(fields, members(shape))
    return [item if names is None else _only(item, names) for item in items]


def _only(item: Mapping[str, object], names: Sequence[str]) -> Mapping[str, object]:
    """Some members, in the order asked for; those that this item does not have are left out."""
    return {name: item[name] for name in names if name in item}
