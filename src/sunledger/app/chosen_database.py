"""The database that a command is about."""

from argparse import Namespace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sunledger.app.configuration import Configuration
    from sunledger.app.flags import CommandParser
    from sunledger.store.database import Database


class Chosen(NamedTuple):
    """A database, and the configuration that names it."""

    database: "Database"
    configuration: "Configuration"


def add_arguments(parser: "CommandParser") -> None:
    """Let the file of the simulation be asked for."""
    parser.add_argument("--simulated", action="store_true", help="what `serve --simulate` has kept")


def chosen_database(arguments: Namespace) -> Chosen:
    """The database that the configuration names. Raises StoreUnusable."""
    from sunledger.app.databases import make_database

    configuration = chosen_configuration(arguments)
    return Chosen(make_database(configuration), configuration)


def chosen_configuration(arguments: Namespace) -> "Configuration":
    """The configuration, which names the database."""
    configuration: Configuration = arguments.load().configuration
    if arguments.simulated:
        from sunledger.app.simulation import simulated

        configuration = simulated(configuration)
    return configuration
