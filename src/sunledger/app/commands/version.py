"""`sunledger version`: which Sunledger this is, on which Python."""

import platform
from argparse import Namespace

from sunledger import __version__
from sunledger.app.flags import Subparsers


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    about = "print the version"
    subparsers.add_parser("version", help=about, description=about).set_defaults(run=run)


def run(_arguments: Namespace) -> int:
    """Print it."""
    print(f"sunledger {__version__} (Python {platform.python_version()}, {platform.machine()})")
    return 0
