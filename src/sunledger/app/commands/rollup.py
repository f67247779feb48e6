"""`sunledger rollup verify|rebuild`: what is derived from readings, recomputed and compared, or made anew."""

import asyncio
import sys
from argparse import Namespace

from sunledger.app.flags import Subparsers

WRONG = 1


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    from sunledger.app.chosen_database import add_arguments

    about = "look after rollups, energy and judgements, which are all made from readings"
    actions = subparsers.add_parser("rollup", help=about, description=about).add_subparsers(
        metavar="action", required=True
    )
    about = "recompute everything from readings and report each difference, also while a server runs"
    verify = actions.add_parser("verify", help=about, description=about, takes_settings=True)
    about = "make everything anew from readings, also while a server runs, which then does it"
    rebuild = actions.add_parser("rebuild", help=about, description=about, takes_settings=True)
    for parser, run in ((verify, run_verify), (rebuild, run_rebuild)):
        add_arguments(parser)
        parser.set_defaults(run=run)


def run_verify(arguments: Namespace) -> int:
    """Verify. Returns 1 when anything differs, or when the database cannot be read."""
    from sunledger.app.chosen_database import chosen_database
    from sunledger.app.verifying import verify
    from sunledger.store.protocol import StoreError

    try:
        right = verify(chosen_database(arguments))
    except StoreError as error:
        print(f"sunledger rollup verify: {error}", file=sys.stderr)
        return WRONG
    return 0 if right else WRONG


def run_rebuild(arguments: Namespace) -> int:
    """Rebuild. Returns 1 when that cannot be done."""
    from sunledger.app.chosen_database import chosen_database
    from sunledger.app.progress import shown
    from sunledger.app.rebuilding import rebuild
    from sunledger.sitetime import SystemClock
    from sunledger.store.protocol import StoreError

    try:
        with shown(sys.stderr) as progress:
            mended = asyncio.run(rebuild(chosen_database(arguments), SystemClock(), progress))
    except StoreError as error:
        print(f"sunledger rollup rebuild: {error}", file=sys.stderr)
        return WRONG
    print(f"Everything is rebuilt; {mended} differences were put right.")
    return 0
