"""The command line: `sunledger <command>`. Here, and nowhere else, the process's surroundings are read."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from sunledger.app import flags
from sunledger.app.commands import (
    admin,
    audit,
    config,
    doctor,
    export,
    rollup,
    serve,
    simulate,
    store,
    token,
    version,
)
from sunledger.app.problems import ConfigurationError

if TYPE_CHECKING:
    from sunledger.app.loading import Loaded

COMMANDS: tuple[ModuleType, ...] = (
    serve,
    simulate,
    doctor,
    export,
    rollup,
    store,
    admin,
    token,
    audit,
    config,
    version,
)
"""Each has `run(arguments) -> int`, and `add_parser(subparsers)` that makes `run` its parser's default."""

SECRETS_DIRECTORY = Path("/run/secrets")
BAD_CONFIGURATION = 2
INTERRUPTED = 130
"""As shells report a command that Ctrl+C ended."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code, 2 for a bad configuration or bad arguments."""
    arguments = parser().parse_args(argv)
    arguments.load = _loader(arguments)
    arguments.command = (sys.executable, tuple(sys.orig_argv))
    try:
        return int(arguments.run(arguments))
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return BAD_CONFIGURATION
    except KeyboardInterrupt:
        return INTERRUPTED


def parser() -> flags.CommandParser:
    """The parser of every command."""
    top = flags.CommandParser(prog="sunledger", description="The solar data system that people keep.")
    commands = top.add_subparsers(metavar="command", required=True)
    for command in COMMANDS:
        command.add_parser(commands)
    return top


def _loader(arguments: Namespace) -> "Callable[[], Loaded]":
    """What a command calls, as `arguments.load()`, for the configuration it runs with."""

    def load_configuration() -> "Loaded":
        from sunledger.app.loading import load  # only for commands that need it

        return load(
            flags.given(arguments),
            os.environ,
            working_directory=Path.cwd(),
            secrets_directory=SECRETS_DIRECTORY,
        )

    return load_configuration
