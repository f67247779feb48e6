"""The `.env` file of the working directory: variables that the real environment overrides.

The syntax is python-dotenv's: `NAME=value`, quotes, comments, `export`, `${VAR}` and `${VAR:-default}`.
"""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv.parser import Binding, parse_stream
from dotenv.variables import parse_variables

from sunledger.app.problems import ConfigurationError, Problem

NAME = ".env"


@dataclass(frozen=True, slots=True)
class DotEnv:
    """What the file says, and what is odd about it."""

    variables: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def read(directory: Path, environ: Mapping[str, str]) -> DotEnv:
    """The file of this directory, and of none above it; nothing when there is no such file.

    Raises ConfigurationError when it cannot be read. A line that says nothing is skipped with a warning,
    which does not repeat it, because it may hold a secret.
    """
    path = directory / NAME
    if not path.is_file():  # a directory of this name is somebody's virtual environment
        return DotEnv()
    bindings = list(parse_stream(io.StringIO(_text(path))))
    return DotEnv(
        _resolved(bindings, environ), tuple(_oddity(each) for each in bindings if _says_nothing(each))
    )


def _text(path: Path) -> str:
    fix = "save it as UTF-8 text that Sunledger may read, or remove it"
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        said = f"cannot be read ({error.strerror})"
    except UnicodeDecodeError:
        said = "is not UTF-8 text"
    raise ConfigurationError([Problem(NAME, str(path.parent), said, fix)])


def _resolved(bindings: Iterable[Binding], environ: Mapping[str, str]) -> dict[str, str]:
    """The values with `${VAR}` replaced: from the environment, else from a line above, else by nothing."""
    found: dict[str, str] = {}
    for binding in bindings:
        if binding.key is not None and binding.value is not None:
            known = {**found, **environ}
            found[binding.key] = "".join(atom.resolve(known) for atom in parse_variables(binding.value))
    return found


def _says_nothing(binding: Binding) -> bool:
    return binding.error or (binding.key is not None and binding.value is None)


def _oddity(binding: Binding) -> str:
    skipped = binding.original.string
    line = binding.original.line + skipped[: len(skipped) - len(skipped.lstrip())].count("\n")
    return (
        f"{NAME} (line {line}): is not NAME=value and was skipped; put quotes around a value of several words"
    )
