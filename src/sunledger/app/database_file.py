"""The SQLite file that a command is about."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sunledger.store.protocol import StoreUnusable

if TYPE_CHECKING:
    from sunledger.app.configuration import Configuration
    from sunledger.app.flags import CommandParser


class DatabaseFile(NamedTuple):
    """A file, and the configuration that names it."""

    path: Path
    configuration: "Configuration"


def add_arguments(parser: "CommandParser") -> None:
    """Let the file of the simulation be asked for."""
    parser.add_argument("--simulated", action="store_true", help="what `serve --simulate` has kept")


def database_file(arguments: Namespace) -> DatabaseFile:
    """The file that the configuration names. Raises StoreUnusable where it names another kind of store."""
    configuration: Configuration = arguments.load().configuration
    if configuration.database.db_type != "sqlite":
        raise StoreUnusable("this is for SQLite files only, so far; DB_TYPE names a server")
    if arguments.simulated:
        from sunledger.app.simulation import simulated

        configuration = simulated(configuration)
    return DatabaseFile(configuration.database.database_path, configuration)
