"""Secrets that come from files, and the literal values that no log may show."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from pydantic import BaseModel, SecretStr

from sunledger.app.problems import Problem, Setting
from sunledger.app.redaction import is_telling


def from_file(path: Path, name: str, source: str) -> Setting:
    """The secret that a file holds, without the newline at its end; a problem if there is none."""
    try:
        text = path.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        return _unreadable(name, source, f"{path} cannot be read ({error.strerror})")
    except UnicodeDecodeError:
        return _unreadable(name, source, f"{path} is not UTF-8 text")
    if not text:
        return _unreadable(name, source, f"{path} is empty")
    return Setting(name, source, text)


def _unreadable(name: str, source: str, message: str) -> Setting:
    fix = "name a readable file that holds the secret alone"
    return Setting(name, source, problem=Problem(name, source, message, fix))


def literals(model: BaseModel) -> Iterator[str]:
    """Every secret value in a configuration, also those under telling names in free mappings."""
    for name in type(model).model_fields:
        yield from _literals(getattr(model, name), name)


def _literals(value: object, name: str) -> Iterator[str]:
    match value:
        case SecretStr():
            yield value.get_secret_value()
            if name.endswith("_headers"):
                yield from _of_headers(value.get_secret_value())
        case BaseModel():
            yield from literals(value)
        case dict():
            for key, item in value.items():
                yield from _literals(item, key)
        case str() if is_telling(name):
            yield value


def _of_headers(listed: str) -> Iterator[str]:
    """The values in `name=value,name=value`, and what stands behind a scheme such as `Bearer`."""
    for pair in listed.split(","):
        value = unquote(pair.partition("=")[2]).strip()
        yield value
        yield value.rpartition(" ")[2]
