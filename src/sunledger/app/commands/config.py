"""`sunledger config check`: what the configuration is, where each value comes from, and what is wrong."""

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from sunledger.app.flags import Subparsers

if TYPE_CHECKING:
    from sunledger.app.listing import Shown


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    about = "look at the configuration"
    actions = subparsers.add_parser("config", help=about, description=about).add_subparsers(
        metavar="action", required=True
    )
    about = "check it and show every value with its origin; exit code 2 with every problem if it is wrong"
    actions.add_parser("check", help=about, description=about, takes_settings=True).set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Print the table and the warnings; problems are raised as ConfigurationError."""
    from sunledger.app.listing import describe  # imports the model

    loaded = arguments.load()
    print(_table(describe(loaded)))
    for warning in loaded.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    print(f"The configuration is good ({len(loaded.warnings)} warnings).")
    return 0


def _table(rows: "list[Shown]") -> str:
    wide = max(len(row.key) for row in rows)
    long = min(max(len(row.value) for row in rows), _LONGEST)
    return "\n".join(f"{row.key:{wide}}  {row.value:{long}}  {row.origin}" for row in rows)


_LONGEST = 40
