"""Settings as flags: `--query-period 30` for every key that is neither a secret nor reserved."""

import argparse
from collections.abc import Mapping
from typing import Any, TypeAlias

_MARK = "setting "


class CommandParser(argparse.ArgumentParser):
    """The parser of a command; with `takes_settings` it also takes every setting as a flag.

    The settings are added when that command is parsed and not before: importing the model takes longer than
    `sunledger version` should.
    """

    def __init__(self, *args: Any, takes_settings: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "allow_abbrev": False})
        if takes_settings:
            self.usage = f"{self.prog} [options] [settings]"
        self._settings_missing = takes_settings

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Parse as usual, the settings among the flags."""
        if self._settings_missing:
            self._settings_missing = False
            _add_settings(self)
        return super().parse_known_args(args, namespace)


Subparsers: TypeAlias = "argparse._SubParsersAction[CommandParser]"  # noqa: SLF001  it has no public name


def given(arguments: argparse.Namespace) -> Mapping[str, object]:
    """The settings among a command's arguments, by key, as `loading.load` takes them."""
    return {
        name.removeprefix(_MARK): said for name, said in vars(arguments).items() if name.startswith(_MARK)
    }


def _add_settings(parser: argparse.ArgumentParser) -> None:
    from sunledger.app.sources import KEYS  # see above

    group = parser.add_argument_group("settings", "each also as a variable, or in the YAML file")
    group.add_argument("--config", metavar="FILE", dest=f"{_MARK}config", help="the YAML file to read")
    for key in KEYS.values():
        if not key.key.secret and not key.key.later:
            group.add_argument(
                f"--{key.name.replace('_', '-')}",
                dest=f"{_MARK}{key.name}",
                metavar="VALUE",
                nargs="?" if key.is_switch else None,
                const="true" if key.is_switch else None,
                help=key.key.about.replace("%", "%%"),
            )
