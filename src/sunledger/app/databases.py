"""Which database is meant, and the rooms' way to it: the store and the records, not open yet."""

from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from pydantic import SecretStr

from sunledger.app.configuration import Configuration, Database
from sunledger.app.tracing.tracer import UNTRACED, Tracer
from sunledger.sitetime import Clock
from sunledger.store.database import Database as LookedAfter
from sunledger.store.document_table import DocumentTable
from sunledger.store.documents import Documents
from sunledger.store.handover import Handover
from sunledger.store.memory import MemoryStore
from sunledger.store.memory_documents import MemoryDocuments
from sunledger.store.memory_system_metrics import MemorySystemMetrics
from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.protocol import Accounting, Store, StoreUnusable
from sunledger.store.sqlite import SqliteStore
from sunledger.store.sqlite_database import SqliteDatabase
from sunledger.store.sqlite_statements import SqliteStatements
from sunledger.store.statements import Statements
from sunledger.store.system_metric_table import SystemMetricTable
from sunledger.store.system_metrics import SystemMetrics

KEPT_IN_MEMORY = timedelta(days=2)
"""How far back readings go when nothing is persisted."""


def accounting_of(configuration: Configuration) -> Accounting:
    """How this site counts."""
    return Accounting(
        zone=configuration.timing.timezone,
        reset_hour=configuration.timing.reset_hour,
        nameplate=round(configuration.site.port_nameplate),
    )


def make_store(
    configuration: Configuration, clock: Clock, *, read_only: bool = False, tracer: Tracer = UNTRACED
) -> Store:
    """The store that the configuration asks for. Raises `StoreUnusable` where its driver is missing."""
    accounting = accounting_of(configuration)
    database = configuration.database
    if not configuration.keeps_readings:
        return MemoryStore(accounting, KEPT_IN_MEMORY)
    if database.db_type == "sqlite":
        path = database.database_path
        return SqliteStore(path, accounting, clock, read_only=read_only, factory=tracer.sqlite)
    require_driver()
    from sunledger.store.postgres import PostgresStore

    sure = configuration.names_zone
    address = replace(address_of(database), cursors=tracer.cursors)
    if not (configuration.processes.leads or read_only):
        from sunledger.store.postgres_handing import HandingStore

        return HandingStore(address, accounting, clock, Handover(make_statements(database, tracer=tracer)))
    return PostgresStore(address, accounting, clock, read_only=read_only, zone_is_sure=sure)


def make_database(configuration: Configuration) -> LookedAfter:
    """The database that the store is in, for who looks after it."""
    database = configuration.database
    if database.db_type == "sqlite":
        return SqliteDatabase(database.database_path)
    require_driver()
    from sunledger.store.postgres_database import PostgresDatabase

    return PostgresDatabase(address_of(database))


class Records(NamedTuple):
    """What is kept besides readings."""

    documents: Documents
    """Opening and closing these opens and closes all."""
    system_metrics: SystemMetrics


def make_records(
    configuration: Configuration, *, read_only: bool = False, tracer: Tracer = UNTRACED
) -> Records:
    """What is kept beside the store that the configuration asks for."""
    if not configuration.keeps_readings:
        return Records(MemoryDocuments(), MemorySystemMetrics(KEPT_IN_MEMORY))
    statements = make_statements(configuration.database, read_only=read_only, tracer=tracer)
    return Records(DocumentTable(statements), SystemMetricTable(statements))


def make_statements(database: Database, *, read_only: bool = False, tracer: Tracer = UNTRACED) -> Statements:
    """A connection beside the store's, not open yet. Raises `StoreUnusable` where its driver is missing."""
    if database.db_type == "sqlite":
        return SqliteStatements(database.database_path, read_only=read_only, factory=tracer.sqlite)
    require_driver()
    from sunledger.store.postgres_statements import PostgresStatements

    return PostgresStatements(replace(address_of(database), cursors=tracer.cursors))


def require_driver() -> None:
    """Raise `StoreUnusable` unless PostgreSQL's driver can be imported."""
    try:
        import psycopg  # noqa: F401
        import psycopg_pool  # noqa: F401
    except ImportError as error:
        raise StoreUnusable(
            f"PostgreSQL is asked for, but its driver is missing ({error}): "
            "install it with `pip install 'sunledger[postgres]'`, or set DB_TYPE=sqlite"
        ) from error


def address_of(database: Database) -> PostgresAddress:
    """Where the server is."""
    return PostgresAddress(
        url=_plain(database.database_url),
        host=database.db_host,
        port=database.db_port,
        name=database.db_name,
        user=database.db_user,
        password=_plain(database.db_password),
        sslmode=database.db_sslmode,
        sslrootcert=database.db_sslrootcert,
        sslcert=database.db_sslcert,
        sslkey=database.db_sslkey,
        pool_size=database.db_pool_size,
        max_overflow=database.db_max_overflow,
    )


def place_of(configuration: Configuration) -> str:
    """Where readings are kept, for people; without any secret."""
    database = configuration.database
    if not configuration.keeps_readings:
        return "memory only, not kept"
    if database.db_type == "sqlite":
        return str(database.database_path)
    from sunledger.store.postgres_connections import named

    return f"PostgreSQL, {named(address_of(database))}"


def _plain(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
