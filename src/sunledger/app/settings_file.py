"""The YAML file: where it is, and its tree with every scalar left as text."""

import re
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import yaml

from sunledger.app.problems import ConfigurationError, Problem

NAME = "config.yaml"
KEY = "SUNLEDGER_CONFIG"

_REFERENCE = re.compile(r"\$?\$\{([^}]*)(\}?)")
_VARIABLE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?\Z", re.DOTALL)
_QUOTED = re.compile(r"'[^']*'")


class _TextLoader(yaml.BaseLoader):
    """Scalars stay text, null is None, and a key that stands twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                raise yaml.constructor.ConstructorError(None, None, "a key stands twice", key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep=deep)


_NULL = "tag:yaml.org,2002:null"
_TextLoader.add_implicit_resolver(_NULL, re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""])
_TextLoader.add_constructor(_NULL, lambda _loader, _node: None)


class Unresolved(Exception):
    """A `${…}` that names nothing; says what is wrong and what to do."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message, self.fix = message, fix


def find(working_directory: Path, configuration_directory: Path) -> Path | None:
    """The file that is read when none is named: the nearer of the two."""
    candidates = (working_directory / NAME, configuration_directory / NAME)
    return next((path for path in candidates if path.is_file()), None)


def read(path: Path, named_by: str) -> Mapping[str, object]:
    """The file's tree of text.

    Raises ConfigurationError when it cannot be read, is not YAML, or is not a mapping of keys. The parser's
    own message is shortened: it would quote the line, and the line may hold a secret.
    """
    try:
        tree = yaml.load(path.read_text(encoding="utf-8"), _TextLoader)  # noqa: S506  builds text only
    except OSError as error:
        message = f"cannot be read ({error.strerror})"
        raise _unusable(path, named_by, message, "name a file that can") from None
    except UnicodeDecodeError:
        raise _unusable(path, named_by, "is not UTF-8 text", "save it as UTF-8") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise _unusable(path, named_by, *_mistake(error)) from None
    if not isinstance(tree, dict | None):
        raise _unusable(path, named_by, "is not a mapping", "write one `key: value` a line")
    return {str(key): value for key, value in (tree or {}).items()}


def _unusable(path: Path, named_by: str, message: str, fix: str) -> ConfigurationError:
    return ConfigurationError([Problem(str(path), named_by, message, fix)])


def _mistake(error: Exception) -> tuple[str, str]:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return "is not YAML", "write one `key: value` a line"
    mark = error.problem_mark
    what = _QUOTED.sub("…", error.problem or "")
    return f"is not YAML ({what})", f"look at line {mark.line + 1}, column {mark.column + 1}"


def resolved(tree: object, environ: Mapping[str, str]) -> object:
    """The tree with each `${VAR}` and `${VAR:-default}` replaced and `$${` as a plain `${`; without nulls.

    Raises Unresolved for a variable that is not set and has no default.
    """
    if isinstance(tree, dict):
        return {str(key): resolved(item, environ) for key, item in tree.items() if item is not None}
    if isinstance(tree, list):
        return [resolved(item, environ) for item in tree if item is not None]
    return _REFERENCE.sub(lambda match: _replacement(match, environ), str(tree))


def _replacement(match: re.Match[str], environ: Mapping[str, str]) -> str:
    if match[0].startswith("$$"):
        return match[0][1:]
    parts = _VARIABLE.match(match[1])
    if parts is None or not match[2]:
        raise Unresolved("holds a `${` that names no variable", "write ${VAR}, or $${ for a plain ${")
    name, default = parts.groups()
    if default is not None:
        return environ.get(name) or default
    if name not in environ:
        fix = f"set {name}, or write ${{{name}:-default}}"
        raise Unresolved(f"needs the variable {name}, which is not set", fix)
    return environ[name]
