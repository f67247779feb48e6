"""The configuration as a list that a person reads: each key, its value without secrets, its origin."""

import json
from typing import NamedTuple

from pydantic import BaseModel, SecretStr

from sunledger.app.loading import Loaded
from sunledger.app.redaction import MASK, Redactor
from sunledger.app.sources import KEYS


class Shown(NamedTuple):
    """One line of `sunledger config check`."""

    key: str
    value: str
    origin: str


def describe(loaded: Loaded) -> list[Shown]:
    """Every key with its value, secrets masked, and where it came from."""
    return [
        Shown(key.variable, shown(key.value_in(loaded.configuration)), loaded.origin[key.name])
        for key in KEYS.values()
    ]


def shown(value: object) -> str:
    """A value as it would be written in the environment, secrets masked."""
    match value:
        case None:
            return ""
        case SecretStr():
            return MASK
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case BaseModel() | tuple() | dict():
            return json.dumps(Redactor().value(plain(value)), ensure_ascii=False)
        case _:
            return str(Redactor().value(str(value)))


def plain(value: object) -> object:
    """A structured value as the tree that JSON and YAML know."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    return [plain(item) for item in value] if isinstance(value, tuple) else value
