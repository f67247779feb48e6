"""`python -m tests.dashboard.seeded DIRECTORY`: a database with a past, for looking at the dashboard.

It is what a simulated plant would have left in the days before `past.END`, with all that a screen has to
show: a gap, a shaded and a soiled panel, a counter that fell and was repaired, a zero glitch, an inverter
that fell silent, names, notes, and a roof. The command that goes on from there is printed.
"""

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

from tests.dashboard.past import END, INVERTERS, PEAK_POWER, PERIOD, PLACE, PORTS, SEED, ZONE, past

from sunledger.access import TERMINAL, Access, Given, Role
from sunledger.access.grants import grant_of
from sunledger.ledger.checks import Verdict
from sunledger.ledger.column_checks import check_batch
from sunledger.sites import SETTING, SITE, Registry
from sunledger.sites.entries import HOME
from sunledger.sitetime import ManualClock
from sunledger.store.document_table import DocumentTable
from sunledger.store.protocol import Accounting
from sunledger.store.records import Found
from sunledger.store.sqlite import SqliteStore
from sunledger.store.sqlite_statements import SqliteStatements

ADMINISTRATOR, VIEWER = "ann", "vera"
PASSWORD = "nine trams left the depot"
"""Of both."""


async def seed(path: Path, days: int, *, people: bool = False) -> None:
    """Make the database; `people` are those who may log in, and without a log-in nobody comes in then."""
    clock = ManualClock(END)
    store = SqliteStore(path, Accounting(zone=ZONE), clock)
    await store.open()
    batch = past(days)
    await store.load(batch, [_found(each) for each in check_batch(batch)])
    serials = [each.identity[0] for each in batch.columns if each.kind.name == "inverter"]
    await store.close()
    documents = DocumentTable(SqliteStatements(path))
    await documents.open()
    registry = Registry(documents, clock)
    await registry.open()
    await _describe(registry, [str(each) for each in serials])
    await documents.close()
    if people:
        await _let_in(path, clock)


def _found(verdict: Verdict) -> Found:
    reading = verdict.reading
    return Found(reading.serial_number, getattr(reading, "port_number", None), verdict.judgements)


async def _describe(registry: Registry, serials: Sequence[str]) -> None:
    """Say what the owner would say of the plant."""
    arrays = [
        {"capacity": 1660, "tilt": 35, "azimuth": 180},
        {"capacity": 1660, "tilt": 20, "azimuth": 225},
    ]
    await registry.change(SITE, HOME, {"name": "Lindenhof", "arrays": arrays})
    east, west, shed, old = serials
    await registry.describe(
        east, {"name": "House east", "port_names": {"1": "Dormer", "2": "By the chimney"}}
    )
    await registry.describe(west, {"name": "House west", "notes": "Panels of 2021.\nCleaned every spring."})
    await registry.describe(shed, {"name": "Shed"})
    await registry.describe(old, {"name": "Carport", "notes": "Fuse trips now and then."})
    await registry.change(SETTING, "roof", {"value": {"tiles": _tiles(serials), "turned": 0}})


def _tiles(serials: Sequence[str]) -> list[dict[str, object]]:
    """Two rows of panels side by side; those of the last inverter lie on another roof beside it."""
    places = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (4, 0), (4, 1)]
    ports = [(serial, number) for serial in serials for number in range(1, PORTS + 1)]
    return [
        {"serial_number": serial, "port_number": number, "column": column, "row": row, "portrait": column < 3}
        for (serial, number), (column, row) in zip(ports, places, strict=True)
    ]


async def _let_in(path: Path, clock: ManualClock) -> None:
    """Make an administrator, a viewer, a token, and with them entries of the audit."""
    access = Access(SqliteStatements(path), clock, lambda content: content, _no_sites, Given())
    await access.open()
    await access.users.create(ADMINISTRATOR, PASSWORD, grant_of("administrator"), TERMINAL)
    await access.users.create(VIEWER, PASSWORD, grant_of("viewer"), TERMINAL)
    await access.tokens.create("Grafana", Role.VIEWER, TERMINAL, owner=ADMINISTRATOR)
    await access.close()


async def _no_sites(_: str) -> frozenset[str]:
    return frozenset()


def command(path: Path, *, port: int = 0, speed: float = 1) -> str:
    """What goes on from there, for a shell."""
    variables = {
        "DATABASE_PATH": path.with_name(path.name.replace("-simulated", "")),
        "TIMEZONE": ZONE.key,
        "LATITUDE": PLACE.latitude,
        "LONGITUDE": PLACE.longitude,
        "QUERY_PERIOD": PERIOD,
        "HEALTH_PORT": port,
    }
    flags = {
        "start": END.isoformat(),
        "seed": SEED,
        "inverters": INVERTERS,
        "ports": PORTS,
        "peak-power": PEAK_POWER,
        "speed": speed,
    }
    words = [f"{name}={value}" for name, value in variables.items()]
    words += [".venv/bin/sunledger", "serve", "--simulate"]
    return " ".join([*words, *(f"--{name} {value}" for name, value in flags.items())])


def main() -> None:
    """Make one, in a directory."""
    parser = argparse.ArgumentParser(prog="python -m tests.dashboard.seeded", description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--days", type=int, default=400)
    parser.add_argument("--people", action="store_true", help="with users, so that one has to log in")
    parser.add_argument("--port", type=int, default=0, help="of the command that is printed")
    parser.add_argument("--speed", type=float, default=1, help="of the command that is printed")
    arguments = parser.parse_args()
    arguments.directory.mkdir(parents=True, exist_ok=True)
    path = arguments.directory / "sun-simulated.db"
    asyncio.run(seed(path, arguments.days, people=arguments.people))
    print(command(path, port=arguments.port, speed=arguments.speed))


if __name__ == "__main__":
    main()
