"""`sunledger admin create|list|disable|enable|password`: people who may log in, also while a server runs."""

import socket
from argparse import Namespace
from typing import TYPE_CHECKING

from sunledger.app.access_desk import Unasked, add_action, asked_password, table
from sunledger.app.flags import CommandParser, Subparsers

if TYPE_CHECKING:
    from sunledger.access import Access
    from sunledger.access.users import User

_MOST = 1000
_ANYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 (recognised, not listened on)


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    about = "administrators and other users"
    actions = subparsers.add_parser("admin", help=about, description=about).add_subparsers(
        metavar="action", required=True
    )
    _add_create(actions)
    about = "all users, with what they may do"
    add_action(actions.add_parser("list", help=about, description=about, takes_settings=True), _list)
    for name, about, disabled in (
        ("disable", "lock a user out: sessions end, tokens count no longer", True),
        ("enable", "let a user in again", False),
    ):
        parser = _of_user(actions, name, about)
        parser.set_defaults(disabled=disabled)
        add_action(parser, _lock)
    parser = _of_user(actions, "password", "give a user another password; all sessions end")
    _add_password(parser)
    add_action(parser, _password)


def _add_create(actions: Subparsers) -> None:
    about = "make an administrator, or print a one-time link that does"
    parser = actions.add_parser("create", help=about, description=about, takes_settings=True)
    parser.add_argument("name", nargs="?", metavar="NAME", help="without one the link is printed")
    parser.add_argument(
        "--role",
        choices=("viewer", "operator", "administrator"),
        default="administrator",
        help="on all sites; default: administrator",
    )
    parser.add_argument("--link", action="store_true", help="print a link that makes the first administrator")
    _add_password(parser)
    add_action(parser, _create, making=True)


def _of_user(actions: Subparsers, name: str, about: str) -> CommandParser:
    parser = actions.add_parser(name, help=about, description=about, takes_settings=True)
    parser.add_argument("name", metavar="NAME")
    return parser


def _add_password(parser: CommandParser) -> None:
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the password from the first line of standard input",
    )


async def _create(access: "Access", arguments: Namespace) -> int:
    if arguments.link or arguments.name is None:
        return await _link(access, arguments)
    from sunledger.access import TERMINAL
    from sunledger.access.grants import grant_of
    from sunledger.access.users import require_name

    name = require_name(arguments.name)
    password = asked_password(from_stdin=arguments.password_stdin)
    user = await access.users.create(name, password, grant_of(arguments.role), TERMINAL)
    print(f"{user.name} may log in, as {arguments.role}.")
    return 0


async def _link(access: "Access", arguments: Namespace) -> int:
    if arguments.link and arguments.name is not None:
        raise Unasked("whoever opens the link chooses the name: give either NAME or --link")
    from sunledger.access.setup import path_of

    made = await access.setup_link()
    if made is None:
        raise Unasked("there is an administrator already; give a NAME to make another one")
    server = arguments.load().configuration.server
    url = f"http://{_reached(server.health_host)}:{server.health_port}{path_of(made)}"
    print(f"Open this within an hour, while Sunledger runs; it makes the first administrator:\n{url}")
    return 0


def _reached(host: str) -> str:
    """How a browser may reach a server that listens there."""
    if host in _ANYWHERE:
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host


async def _list(access: "Access", _: Namespace) -> int:
    users = await access.users.listed(limit=_MOST)
    rows = [
        (user.name, _what(user), "disabled" if user.disabled else "", f"{user.created_at:%Y-%m-%d}")
        for user in users
    ]
    print(table(("name", "may", "", "since"), rows) if rows else "There are no users yet.")
    return 0


def _what(user: "User") -> str:
    """What a user may do, in a few words."""
    grant = user.grant
    if grant.role is not None:
        return grant.role.value
    members = {"site": grant.sites, "customer": grant.customers}
    words = [f"{role} of {kind} {id_}" for kind, of in members.items() for id_, role in sorted(of.items())]
    return ", ".join(words) or "nothing"


async def _lock(access: "Access", arguments: Namespace) -> int:
    from sunledger.access import TERMINAL

    user = await access.users.change(arguments.name, TERMINAL, disabled=arguments.disabled)
    print(f"{user.name} {'is locked out' if user.disabled else 'may log in'}.")
    return 0


async def _password(access: "Access", arguments: Namespace) -> int:
    from sunledger.access import TERMINAL

    await access.users.get(arguments.name)
    password = asked_password(from_stdin=arguments.password_stdin)
    user = await access.users.set_password(arguments.name, password, TERMINAL)
    print(f"{user.name} has another password; all sessions have ended.")
    return 0
