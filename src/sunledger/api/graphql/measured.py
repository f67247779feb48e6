"""Types and fields that are derived from the catalogue; no measurement is named here."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import strawberry

from sunledger.api.graphql.cost import ROWS, Size
from sunledger.api.graphql.fields import list_of
from sunledger.api.graphql.scalars import Int64
from sunledger.measurements import KINDS, Kind, Measurement, ReadingKind

C = TypeVar("C", bound=type)

_COUNTERS = {Kind.COUNTER, Kind.DAILY_COUNTER}
_INT_BITS = 31


def type_of(measurement: Measurement) -> Any:
    """The type of a value that may be missing."""
    quantity = measurement.quantity
    if not measurement.integral:
        return float | None
    return Int64 | None if quantity.kind in _COUNTERS or quantity.bits > _INT_BITS else int | None


def described(measurement: Measurement) -> str:
    """What a field says of itself."""
    unit = measurement.quantity.unit.symbol
    return f"{measurement.quantity.label}{f' in {unit}' if unit else ''}; null when missing."


def measuring(kind: ReadingKind[Any], reading: Callable[[Any], Any]) -> Callable[[C], C]:
    """Give a type the measurements of a kind, read off what `reading` gives of it; None: all are null."""

    def decorate(cls: C) -> C:
        for each in kind.measurements:
            _add(cls, each.name, type_of(each), described(each), _value_of(each.name, reading))
        return cls

    return decorate


def named(cls: C) -> C:
    """Give a type what can name a series, read off its mapping `identity`; what does not is null."""
    for name in dict.fromkeys(name for kind in KINDS.values() for name in kind.identity):
        type_ = int if name == "port_number" else str
        _add(cls, name, type_ | None, _WHOSE.format(name), _member_of(name))
    return cls


_WHOSE = "{}: where it is a part of what names the series."


def _add(cls: type, name: str, type_: Any, description: str, resolver: Callable[..., Any]) -> None:
    setattr(cls, name, strawberry.field(resolver=resolver, graphql_type=type_, description=description))


def _value_of(name: str, reading: Callable[[Any], Any]) -> Callable[..., Any]:
    def value(root: strawberry.Parent[Any]) -> Any:
        found = reading(root)
        return None if found is None else getattr(found, name)

    return value


def _member_of(name: str) -> Callable[..., Any]:
    def member(root: strawberry.Parent[Any]) -> Any:
        return root.identity.get(name)

    return member


def _reading_type(kind: ReadingKind[Any]) -> type:
    """The type of a reading; the value behind it is the reading itself."""
    fields = {name: (int if name == "port_number" else str, "") for name in kind.identity}
    fields["taken_at"] = (kind.reading.__annotations__["taken_at"], "When it was taken.")
    fields |= {each.name: (type_of(each), described(each)) for each in kind.measurements}
    made = type(kind.reading.__name__, (), _namespace(fields))
    return strawberry.type(made, description=_summary(kind.reading))


def _namespace(fields: Mapping[str, tuple[Any, str]]) -> dict[str, Any]:
    given = {
        name: strawberry.field(
            name="timestamp" if name == "taken_at" else None, description=description or None
        )
        for name, (_, description) in fields.items()
    }
    return {"__annotations__": {name: type_ for name, (type_, _) in fields.items()}, **given}


def _summary(cls: type) -> str:
    return (cls.__doc__ or "").partition("\n")[0]


READINGS: Mapping[str, type] = {name: _reading_type(kind) for name, kind in KINDS.items()}
"""The type of a reading of each kind."""


def latest_type(resolver: Callable[[str], Callable[..., Any]], size: Callable[[str], Size]) -> type:
    """A type with a list of readings for each kind, how long `size` says."""
    fields = {
        name: strawberry.field(
            resolver=resolver(name),
            graphql_type=list_of(reading),
            description=_summary(KINDS[name].reading),
            metadata={ROWS: size(name)},
        )
        for name, reading in READINGS.items()
    }
    return strawberry.type(type("Latest", (), dict(fields)), description="The latest readings by kind.")
