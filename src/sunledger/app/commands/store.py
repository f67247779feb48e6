"""`sunledger store info|check|vacuum`: the database, how large it is, whether it is sound."""

import sys
from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from sunledger.app.flags import Subparsers

if TYPE_CHECKING:
    from sunledger.app.chosen_database import Chosen

WRONG = 1


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    from sunledger.app.chosen_database import add_arguments

    about = "look after the database"
    actions = subparsers.add_parser("store", help=about, description=about).add_subparsers(
        metavar="action", required=True
    )
    for name, about, work in (
        ("info", "sizes by table and tier, and how long the disk will do; also while a server runs", _info),
        ("check", "is it sound, and is everything derived right? Also while a server runs", _check),
        ("vacuum", "clear what was removed or replaced; with SQLite only while no server runs", _vacuum),
    ):
        parser = actions.add_parser(name, help=about, description=about, takes_settings=True)
        add_arguments(parser)
        parser.set_defaults(run=_running(name, work))


def _running(name: str, work: "Callable[[Chosen], int]") -> Callable[[Namespace], int]:
    """The command for an action; it returns 1 when that cannot be done."""

    def run(arguments: Namespace) -> int:
        from sunledger.app.chosen_database import chosen_database
        from sunledger.store.protocol import StoreError

        try:
            return work(chosen_database(arguments))
        except StoreError as error:
            print(f"sunledger store {name}: {error}", file=sys.stderr)
            return WRONG

    return run


def _info(chosen: "Chosen") -> int:
    from sunledger.app.store_report import report

    print(f"{chosen.database.name}\n{report(chosen.database.measured())}")
    return 0


def _check(chosen: "Chosen") -> int:
    from sunledger.app.progress import shown
    from sunledger.app.verifying import verify

    database = chosen.database
    with shown(sys.stderr) as progress:
        progress.stage(f"Checking {database.name}")
        found = database.checked(progress.at)
    for line in (*found.faults, *(f"Note: {note}" for note in found.notes)):
        print(line)
    if found.faults:
        print(f"{database.name} is damaged: {database.remedy}.")
        return WRONG
    print(database.sound)
    return 0 if verify(chosen) else WRONG


def _vacuum(chosen: "Chosen") -> int:
    from sunledger.app.progress import shown
    from sunledger.app.store_report import amount

    database = chosen.database
    with shown(sys.stderr) as progress:
        progress.stage(f"Vacuuming {database.name}")
        done = database.vacuumed(progress.at)
    dead = "" if done.dead is None else f" About {done.dead:,} dead rows were cleared."
    print(f"{database.name}: {amount(done.before)} before, {amount(done.after)} now.{dead}")
    return 0
