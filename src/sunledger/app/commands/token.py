"""`sunledger token create|list|revoke`: what programs and devices show, also while a server runs."""

import sys
from argparse import Namespace
from datetime import timedelta
from typing import TYPE_CHECKING

from sunledger.app.access_desk import Unasked, add_action, table
from sunledger.app.durations import duration, moment
from sunledger.app.flags import Subparsers

if TYPE_CHECKING:
    from datetime import datetime

    from sunledger.access import Access
    from sunledger.access.tokens import Made, Token

_AT_ONCE = 1000


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    about = "tokens of programs and devices"
    actions = subparsers.add_parser("token", help=about, description=about).add_subparsers(
        metavar="action", required=True
    )
    _add_create(actions)
    about = "all tokens, without their secrets"
    add_action(actions.add_parser("list", help=about, description=about, takes_settings=True), _list)
    about = "end a token, at once here and within seconds in a running server"
    parser = actions.add_parser("revoke", help=about, description=about, takes_settings=True)
    parser.add_argument("id", metavar="ID", help="as `sunledger token list` tells it")
    add_action(parser, _revoke)


def _add_create(actions: Subparsers) -> None:
    about = "make a token and print it, once"
    parser = actions.add_parser("create", help=about, description=about, takes_settings=True)
    add = parser.add_argument
    add("name", metavar="NAME", help="what it is for")
    add("--role", choices=("viewer", "operator", "administrator"), default="viewer", help="default: viewer")
    add("--owner", metavar="USER", help="it may never do more than that user, and ends with it")
    add("--site", action="append", metavar="ID", help="only there; may be repeated")
    add(
        "--scope",
        action="append",
        choices=("read", "push", "change", "operate", "administer"),
        help="only that; may be repeated",
    )
    add("--device", metavar="ID", help="only to push telemetry of that device")
    ends = parser.add_mutually_exclusive_group()
    ends.add_argument(
        "--lasts", type=duration, metavar="TIME", help="such as 90d; default: until it is revoked"
    )
    ends.add_argument("--expires", type=moment, metavar="TIME", help="such as 2027-01-01T00:00Z")
    add_action(parser, _create)


async def _create(access: "Access", arguments: Namespace) -> int:
    made = await _made(access, arguments)
    print(made.secret)
    print(
        f"This is shown once: keep it now. Send it as `Authorization: Bearer …`; its id is {made.token.id}.",
        file=sys.stderr,
    )
    return 0


async def _made(access: "Access", arguments: Namespace) -> "Made":
    from sunledger.access import TERMINAL, Action, Role

    expires_at = _expiry(arguments)
    if arguments.device is not None:
        if arguments.owner or arguments.site or arguments.scope:
            raise Unasked(
                "a token of a device pushes for it and nothing else: leave --owner, --site, --scope out"
            )
        return await access.tokens.create_for_device(
            arguments.device, TERMINAL, name=arguments.name, expires_at=expires_at
        )
    return await access.tokens.create(
        arguments.name,
        Role(arguments.role),
        TERMINAL,
        owner=arguments.owner,
        sites=arguments.site,
        scopes=None if arguments.scope is None else map(Action, arguments.scope),
        expires_at=expires_at,
    )


def _expiry(arguments: Namespace) -> "datetime | None":
    from sunledger.sitetime import SystemClock

    if arguments.lasts is not None:
        return SystemClock().now() + timedelta(seconds=arguments.lasts)
    expires: datetime | None = arguments.expires
    return expires


async def _list(access: "Access", _: Namespace) -> int:
    from sunledger.sitetime import SystemClock

    now = SystemClock().now()
    found: list[Token] = []
    while page := await access.tokens.listed(limit=_AT_ONCE, after=found[-1].id if found else ""):
        found += page
    rows = [
        (token.id, token.name, _what(token), _state(token, now), _day(token.last_used_at)) for token in found
    ]
    print(table(("id", "name", "may", "state", "last used"), rows) if rows else "There are no tokens yet.")
    return 0


def _what(token: "Token") -> str:
    """What a token may do, in a few words."""
    if token.role is None:
        return f"push for {token.device}"
    scopes = "" if token.scopes is None else f" ({', '.join(sorted(token.scopes))})"
    sites = "" if token.sites is None else f" at {', '.join(sorted(token.sites))}"
    owner = "" if token.owner is None else f" as {token.owner}"
    return f"{token.role}{scopes}{sites}{owner}"


def _state(token: "Token", now: "datetime") -> str:
    if token.revoked_at is not None:
        return f"revoked {_day(token.revoked_at)}"
    if token.expires_at is None:
        return ""
    return f"{'until' if token.counts(now) else 'expired'} {_day(token.expires_at)}"


def _day(at: "datetime | None") -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}Z"


async def _revoke(access: "Access", arguments: Namespace) -> int:
    from sunledger.access import TERMINAL

    await access.tokens.revoke(arguments.id, TERMINAL)
    print(f"The token {arguments.id} counts no longer.")
    return 0
