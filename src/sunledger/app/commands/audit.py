"""`sunledger audit verify`: is the trail of who did what as it was written? Also while a server runs."""

import argparse
import re
from argparse import Namespace
from typing import TYPE_CHECKING

from sunledger.app.access_desk import CANNOT, add_action
from sunledger.app.flags import Subparsers

if TYPE_CHECKING:
    from sunledger.access import Access
    from sunledger.access.audit import Head


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    about = "the trail of who did what"
    actions = subparsers.add_parser("audit", help=about, description=about).add_subparsers(
        metavar="action", required=True
    )
    about = "follow the chain of hashes from the first entry to the last"
    parser = actions.add_parser("verify", help=about, description=about, takes_settings=True)
    parser.add_argument(
        "--head",
        type=_head,
        metavar="NUMBER:HASH",
        help="a head that was written down earlier; the chain has to hold it",
    )
    add_action(parser, _verify)


def _head(text: str) -> "Head":
    from sunledger.access.audit import Head

    match = re.fullmatch(r"([1-9]\d*):([0-9a-f]{64})", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no head; give it as this command has printed it")
    return Head(int(match[1]), match[2])


async def _verify(access: "Access", arguments: Namespace) -> int:
    head, fault = await access.audit.verify(arguments.head)
    if fault is not None:
        print(f"{fault}. The {head.seq:,} entries before are sound.")
        return CANNOT
    print(f"{head.seq:,} entries, all as they were written.")
    if head.seq:
        print(f"Keep this elsewhere, for --head: {head.seq}:{head.hash}")
    return 0
