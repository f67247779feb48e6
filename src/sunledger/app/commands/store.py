"""`sunledger store info|check|vacuum`: the database file, how large it is, whether it is sound."""

import sys
from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from sunledger.app.flags import Subparsers

if TYPE_CHECKING:
    from sunledger.app.database_file import DatabaseFile

WRONG = 1


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    from sunledger.app.database_file import add_arguments

    about = "look after the database file"
    actions = subparsers.add_parser("store", help=about, description=about).add_subparsers(
        metavar="action", required=True
    )
    for name, about, work in (
        ("info", "sizes by table and tier, and how long the disk will do; also while a server runs", _info),
        ("check", "is it sound, and is everything derived right? Also while a server runs", _check),
        ("vacuum", "write it anew without free pages; only while no server runs", _vacuum),
    ):
        parser = actions.add_parser(name, help=about, description=about, takes_settings=True)
        add_arguments(parser)
        parser.set_defaults(run=_running(name, work))


def _running(name: str, work: "Callable[[DatabaseFile], int]") -> Callable[[Namespace], int]:
    """The command for an action; it returns 1 when that cannot be done."""

    def run(arguments: Namespace) -> int:
        from sunledger.app.database_file import database_file
        from sunledger.store.protocol import StoreError

        try:
            return work(database_file(arguments))
        except StoreError as error:
            print(f"sunledger store {name}: {error}", file=sys.stderr)
            return WRONG

    return run


def _info(file: "DatabaseFile") -> int:
    from sunledger.app.store_report import report
    from sunledger.store.sqlite_storage import measured

    print(f"{file.path}\n{report(measured(file.path))}")
    return 0


def _check(file: "DatabaseFile") -> int:
    from sunledger.app.progress import shown
    from sunledger.app.verifying import verify
    from sunledger.store.sqlite_check import faults

    with shown(sys.stderr) as progress:
        progress.stage(f"Checking {file.path}")
        found = faults(file.path, progress.at)
    for fault in found:
        print(fault)
    if found:
        print(f"{file.path} is damaged: keep a copy of it, then restore a backup.")
        return WRONG
    print("Pages, indexes and counts are sound.")
    return 0 if verify(file) else WRONG


def _vacuum(file: "DatabaseFile") -> int:
    from sunledger.app.progress import shown
    from sunledger.app.store_report import amount
    from sunledger.store.sqlite_vacuum import vacuum

    with shown(sys.stderr) as progress:
        progress.stage(f"Writing {file.path} anew")
        done = vacuum(file.path, lambda fraction: progress.at(fraction, f"writing {file.path} anew"))
    print(f"{file.path}: {amount(done.before)} before, {amount(done.after)} now.")
    return 0
