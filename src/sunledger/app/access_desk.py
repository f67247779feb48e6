"""Commands about users, tokens and the audit: how they reach the database, and how they end."""

import asyncio
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable, Iterable, Sequence
from getpass import getpass
from typing import TYPE_CHECKING

from sunledger.app.flags import CommandParser

if TYPE_CHECKING:
    from sunledger.access import Access

CANNOT = 1
BAD_WISH = 2

Work = Callable[["Access", Namespace], Awaitable[int]]


class Unasked(Exception):
    """A wish that cannot be understood; says why."""


def add_action(parser: CommandParser, work: Work, *, making: bool = False) -> None:
    """Make `work` what a parser runs; `making` makes the database where there is none."""
    from sunledger.app.chosen_database import add_arguments

    add_arguments(parser)
    parser.set_defaults(run=lambda arguments: _run(arguments, parser.prog, work, making=making))


def _run(arguments: Namespace, name: str, work: Work, *, making: bool) -> int:
    """Do it; 1 when it cannot be done, 2 when it was asked for wrongly."""
    from sunledger.access import AccessError, Invalid
    from sunledger.store.protocol import StoreError

    try:
        return asyncio.run(_done(arguments, work, making=making))
    except (Unasked, Invalid) as error:
        print(f"{name}: {error}", file=sys.stderr)
        return BAD_WISH
    except (AccessError, StoreError) as error:
        print(f"{name}: {error}", file=sys.stderr)
        return CANNOT


async def _done(arguments: Namespace, work: Work, *, making: bool) -> int:
    from sunledger.app.access import access_beside
    from sunledger.app.chosen_database import chosen_configuration

    async with access_beside(chosen_configuration(arguments), making=making) as access:
        return await work(access, arguments)


def asked_password(*, from_stdin: bool) -> str:
    """A new password: the first line of the standard input, or typed twice. Raises `Unasked`."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Unasked("there is no terminal to ask for a password at; give it with --password-stdin")
    password = getpass("Password: ")
    if getpass("The same again: ") != password:
        raise Unasked("these were two different passwords; nothing was changed")
    return password


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows in columns."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
