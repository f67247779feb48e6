"""Writes `env.example` and `config.yaml.example` from the model, so that they cannot go stale.

`python -m sunledger.app.examples` writes both into the working directory.
"""

import json
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import yaml

from sunledger.app.keys import Declared, form_of
from sunledger.app.listing import plain, shown
from sunledger.app.sources import KEYS, ONLY_IN_ENVIRONMENT

ENV_HEAD = """\
# Every setting of Sunledger as an environment variable, with its default; copy what you change to `.env` in
# the directory that Sunledger is started in. ${VAR} is replaced there; the real environment overrides it.
# Lines that begin with `#NAME=` show a variable that has no default, or does nothing in this version.
# A secret NAME also comes from the file that NAME_FILE names, from /run/secrets/<name in lower case>, or from
# a systemd credential of that name. Order: flags, environment, .env, secret files, YAML file, defaults.
# Lists and mappings are JSON.
"""
YAML_HEAD = """\
# Every setting of Sunledger as a key of the YAML file, with its default; copy it to config.yaml.
# Lines that begin with `#name:` show a key that has no default, or does nothing in this version.
# ${VAR} is replaced from the environment, ${VAR:-default} where it may be missing; $${ is a plain ${.
"""


def environment() -> str:
    """The text of `env.example`."""
    only = "".join(f"# {about}\n#{name}=\n" for name, about in ONLY_IN_ENVIRONMENT.items())
    return f"{ENV_HEAD}\n# == Where files are ==\n{only}\n{_sections(_variable)}"


def settings_file() -> str:
    """The text of `config.yaml.example`."""
    return f"{YAML_HEAD}\n{_sections(_entry)}"


def _sections(line: Callable[[Declared], str]) -> str:
    return "\n".join(
        f"# == {heading.rstrip('.')} ==\n{''.join(_lines(keys, line))}"
        for heading, keys in groupby(KEYS.values(), key=lambda key: key.heading)
    )


def _lines(keys: Iterator[Declared], line: Callable[[Declared], str]) -> Iterator[str]:
    for key in keys:
        mark = "" if _is_active(key) else "#"
        yield f"# {_comment(key)}\n{mark}{line(key)}\n"


def _comment(key: Declared) -> str:
    also = f"; also as {', '.join(name.upper() for name in key.key.also)}" if key.key.also else ""
    words = form_of(key.field)
    return f"{key.key.about}{also}" if words in _PLAIN else f"{key.key.about}{also} ({words})"


_PLAIN = {
    "true or false",
    "a path",
    "a text",
    "a number",
    "a number of at least 0",
    "a whole number of at least 0",
}


def _is_active(key: Declared) -> bool:
    return key.key.pinned and not key.key.later and key.field.default is not None


def _variable(key: Declared) -> str:
    value = key.field.default
    return f"{key.variable}={key.key.example if value is None else shown(value)}"


def _entry(key: Declared) -> str:
    value = key.field.default
    if value is None:
        text = key.key.example
    elif key.is_structured:
        text = json.dumps(plain(value))
    else:
        text = yaml.safe_dump(value).removesuffix("...\n").strip() if isinstance(value, str) else shown(value)
    return f"{key.name}: {text}".rstrip()


def main(directory: Path) -> None:
    """Write both files."""
    (directory / "env.example").write_text(environment(), encoding="utf-8")
    (directory / "config.yaml.example").write_text(settings_file(), encoding="utf-8")


if __name__ == "__main__":
    main(Path())
