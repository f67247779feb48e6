"""`sunledger doctor`: what is wrong, from this machine to every DTU, and what to change."""

import asyncio
import sys
from argparse import ArgumentTypeError, Namespace
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING

from sunledger.app.flags import Subparsers

if TYPE_CHECKING:
    from sunledger.app.configuration import Configuration, Dtu
    from sunledger.app.doctor.findings import Finding
    from sunledger.app.loading import Loaded
    from sunledger.sites import DtuEntry
    from sunledger.sitetime import Clock

NEEDS_ATTENTION = 1

_ONE_CLIENT = """\
A Sunledger server is running here. A DTU takes one client only: one of the server's polls may fail now, and
the figures below may be worse than they are. For clean ones, stop the server first.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    about = (
        "examine this machine and each DTU, and say what to change; exit code 1 if something is to be done"
    )
    parser = subparsers.add_parser("doctor", help=about, description=about, takes_settings=True)
    parser.add_argument("--host", help="examine the DTU at this address instead of those configured")
    parser.add_argument("--port", type=_up_to(65535), default=502, help="its Modbus TCP port")
    parser.add_argument("--unit-id", type=_up_to(255), default=1, help="its Modbus unit")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Examine everything; returns 1 when something needs attention."""
    return asyncio.run(_examine(arguments, arguments.load()))


async def _examine(arguments: Namespace, loaded: "Loaded") -> int:
    from sunledger.app.doctor.findings import attentions, note, told
    from sunledger.app.doctor.machine import examine_machine  # imports the store
    from sunledger.sitetime import SystemClock

    clock = SystemClock()
    found = await examine_machine(loaded.configuration, clock)
    print(told("This machine", found), flush=True)
    if loaded.warnings:
        print(told("Configuration", map(note, loaded.warnings)), flush=True)
    async for title, findings in _examine_dtus(_named(arguments), loaded.configuration, clock):
        print(told(title, findings), flush=True)
        found += findings
    count = attentions(found)
    print("Nothing needs attention." if not count else f"Needing attention (!): {count}")
    return NEEDS_ATTENTION if count else 0


async def _examine_dtus(
    named: "Dtu | None", configuration: "Configuration", clock: "Clock"
) -> "AsyncIterator[tuple[str, list[Finding]]]":
    from sunledger.app.doctor.diagnosis import diagnosed  # imports the drivers
    from sunledger.app.doctor.examination import examine
    from sunledger.app.doctor.machine import is_served
    from sunledger.app.doctor.patients import none_found, patients_of
    from sunledger.app.progress import shown

    patients = patients_of(configuration, named, await _entered(configuration))
    if not patients:
        yield "DTU", [none_found()]
    elif _uses_a_file(configuration) and is_served(configuration.database.database_path):
        print(_ONE_CLIENT, flush=True)
    for patient in patients:
        with shown(sys.stderr) as progress:
            seen = await examine(patient, clock, progress)
        yield str(patient), list(diagnosed(seen))


async def _entered(configuration: "Configuration") -> "Sequence[DtuEntry]":
    """The DTUs that people have entered, as far as the database tells."""
    from sunledger.app.sites import kept_dtus
    from sunledger.store.protocol import StoreError

    try:
        return await kept_dtus(configuration)
    except StoreError:  # said of the machine already
        return ()


def _uses_a_file(configuration: "Configuration") -> bool:
    return configuration.keeps_readings and configuration.database.db_type == "sqlite"


def _named(arguments: Namespace) -> "Dtu | None":
    """The DTU that the command line names."""
    from sunledger.app.configuration import Dtu

    if not arguments.host:
        return None
    return Dtu(name="DTU", host=arguments.host, port=arguments.port, unit_id=arguments.unit_id)


def _up_to(most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise ArgumentTypeError(f"give a whole number from 1 to {most}")
        return int(text)

    return number
