"""What a key of the configuration is: its declaration, beside its type and default in the model.

A key is declared once, as a field of a `Group`. Its names in the environment, in the YAML file and on the
command line, its line in the examples and the advice in an error message follow from that line.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo


@dataclass(frozen=True, slots=True)
class Key:
    """The declaration of one key, attached to a field of a group."""

    about: str
    """One line for the examples and for --help."""
    form: str = field(default="", kw_only=True)
    """What a value looks like, where the type does not say it."""
    example: str = field(default="", kw_only=True)
    """A value to show where there is no default."""
    also: tuple[str, ...] = field(default=(), kw_only=True)
    """Other names it is known by."""
    secret: bool = field(default=False, kw_only=True)
    later: bool = field(default=False, kw_only=True)
    """True when the key is accepted but does nothing in this version."""
    pinned: bool = field(default=True, kw_only=True)
    """False when the examples show the default only as a comment, because it depends on the machine."""


class Group(BaseModel):
    """Keys that belong together; its docstring is their heading in the examples."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_default=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        regex_engine="python-re",
    )


@dataclass(frozen=True, slots=True)
class Declared:
    """A key with its place in the model."""

    name: str
    group: str
    heading: str
    key: Key
    field: FieldInfo

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return self.name.upper()

    @property
    def is_switch(self) -> bool:
        """Whether it is simply on or off."""
        return self.field.annotation is bool

    @property
    def is_structured(self) -> bool:
        """Whether a value is a list or a mapping, or a model of its own."""
        kind = get_origin(self.field.annotation) or self.field.annotation
        return isinstance(kind, type) and issubclass(kind, tuple | Mapping | Group)

    def value_in(self, configuration: BaseModel) -> object:
        """Its value in a configuration."""
        return getattr(getattr(configuration, self.group), self.name)


def declared(model: type[BaseModel]) -> Iterator[Declared]:
    """Every key of a configuration whose fields are groups, in the order they are written."""
    for group, section in model.model_fields.items():
        kind = section.annotation
        if not (isinstance(kind, type) and issubclass(kind, Group)):
            raise TypeError(f"{group} is not a group of keys")
        heading = (kind.__doc__ or "").splitlines()[0]
        for name, info in kind.model_fields.items():
            yield Declared(name, group, heading, declaration(info), info)


def declaration(info: FieldInfo) -> Key:
    """The Key attached to a field; an empty one where a nested model says enough by its names."""
    return next((item for item in info.metadata if isinstance(item, Key)), Key(""))


def form_of(info: FieldInfo) -> str:
    """What a value of the field looks like, in words: `a whole number from 0 to 23`."""
    said = declaration(info).form
    if said:
        return said
    kinds = [kind for kind in _alternatives(info.annotation) if kind is not type(None)]
    kind = get_args(kinds[0])[0] if get_origin(kinds[0]) is Annotated else kinds[0]
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(str(value) for value in get_args(kind))
    return _NOUNS.get(kind, "a text") + _bounds(info)


def nested(info: FieldInfo) -> type[Group] | None:
    """The model of a field's value, or of its items, if it has one."""
    kinds = (*_alternatives(info.annotation), *get_args(info.annotation))
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Group)), None)


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) in (Union, UnionType):
        return get_args(annotation)
    return (annotation,)


_NOUNS: dict[Any, str] = {bool: "true or false", int: "a whole number", float: "a number"}


def _bounds(info: FieldInfo) -> str:
    low = next((item.ge for item in info.metadata if hasattr(item, "ge")), None)
    high = next((item.le for item in info.metadata if hasattr(item, "le")), None)
    if low is None:
        return ""
    return f" of at least {low:g}" if high is None else f" from {low:g} to {high:g}"
