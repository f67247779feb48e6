"""A PostgreSQL database made ready: whose it is, and that the schema in it is today's."""

import psycopg
from psycopg import Connection

from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.postgres_connections import conninfo
from sunledger.store.postgres_partitions import LOCK_CLASS
from sunledger.store.postgres_views import refresh_views
from sunledger.store.protocol import StoreForeign, StoreNotReady, StoreUnusable
from sunledger.store.timescale import make_compressible, replace_months

HEAD = "0006"
"""The schema that this program reads and writes; the newest of the migrations."""

_OF_SMILES = ("inverters", "inverter_data", "port_data", "production_cache")
"""Tables, not views, of these names in `public` are those of S-Miles."""


def prepare(connection: Connection, address: PostgresAddress) -> None:
    """Have today's schema, made or migrated as needed. Raises `StoreUnusable`."""
    if schema_version(connection) != HEAD:
        migrate(address)
    with connection.transaction():
        _alone(connection)
        refresh_views(connection)
        make_compressible(connection)


def existing(connection: Connection) -> None:
    """Make sure that today's schema is there already. Raises `StoreNotReady`, `StoreUnusable`."""
    version = schema_version(connection)
    if version is None:
        raise StoreNotReady(
            f"the database {connection.info.dbname} has nothing of Sunledger's yet; "
            "check DB_NAME, or start the server once"
        )
    if version != HEAD:
        raise StoreNotReady(
            f"the schema is an older one ({version}, today's is {HEAD}); start the server once to migrate it"
        )


def schema_version(connection: Connection) -> str | None:
    """The schema's version; None where nothing of ours is yet. A foreign or newer one is refused.

    Nothing is altered. Raises `StoreUnusable`.
    """
    ours = _tables(connection, "sunledger")
    if "alembic_version" not in ours:
        _refuse_foreign(connection, ours)
        return None
    found = connection.execute("SELECT MAX(version_num) FROM sunledger.alembic_version").fetchone()
    version = found[0] if found else None
    if version is not None and version > HEAD:
        raise StoreUnusable(
            f"the database {connection.info.dbname} was written by a newer Sunledger (schema {version}, this "
            f"program knows {HEAD}); install that version again, nothing was changed"
        )
    return version


def _refuse_foreign(connection: Connection, ours: set[str]) -> None:
    if ours:
        raise StoreForeign(
            f"the schema sunledger in {connection.info.dbname} holds tables of another program "
            f"({', '.join(sorted(ours)[:3])} …), which are never altered; name another database with DB_NAME"
        )
    theirs = [name for name in _OF_SMILES if name in _tables(connection, "public")]
    if theirs:
        raise StoreForeign(
            f"{connection.info.dbname} is the database of another program, S-Miles by its tables "
            f"({', '.join(theirs)}), which is never altered; give Sunledger a database of its own with "
            "DB_NAME, and bring the old data into it with `sunledger import`"
        )


def _tables(connection: Connection, schema: str) -> set[str]:
    rows = connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = %s AND c.relkind IN ('r', 'p')",
        (schema,),
    )
    return {name for (name,) in rows}


def _alone(connection: Connection) -> None:
    """Wait for others who change the schema; until the end of the transaction."""
    connection.execute("SELECT pg_advisory_xact_lock(%s::int4, 0)", (LOCK_CLASS,))


def migrate(address: PostgresAddress) -> None:
    """Bring the schema to HEAD, all or nothing, by Alembic, imported only now. Raises psycopg.Error."""
    import sqlalchemy  # noqa: PLC0415  heavy, and needed once per schema
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "sunledger:store/postgres_migrations")
    driver = psycopg.connect(conninfo(address))
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: driver, poolclass=sqlalchemy.NullPool
    )
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK_CLASS}, 0)")
            if not sqlalchemy.inspect(connection).has_schema("sunledger"):
                connection.exec_driver_sql("CREATE SCHEMA sunledger")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            replace_months(driver)
    except sqlalchemy.exc.DBAPIError as error:
        raise (error.orig or error) from error
