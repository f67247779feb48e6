"""TimescaleDB, where a database has it: the tables of readings as hypertables instead of months.

Whether a database has the extension is its owner's word; nothing here creates it. It is decided once, when
the tables are made: those that have months keep them.
"""

from dataclasses import dataclass

from psycopg import Connection

from sunledger.store.protocol import StoreUnusable
from sunledger.store.tables import READING_TABLES

OLDEST = (2, 18)
"""The oldest version that hypertables are made with: the oldest one that is tested."""
CHUNK_DAYS = 30
"""How long the part of a hypertable is, unless the owner sets another interval."""

_EXTENSION = (
    "SELECT extversion, quote_ident(n.nspname), current_setting('timescaledb.license', true) "
    "FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'timescaledb' "
    "AND current_setting('timescaledb.disable_load', true) IS NOT NULL"
)
NOT_LOADED = (
    "EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') "
    "AND current_setting('timescaledb.disable_load', true) IS NULL "
    "AND NOT EXISTS "
    "(SELECT FROM pg_class WHERE oid = to_regclass('sunledger.port_reading') AND relkind = 'p')"
)
"""A condition: whether the server lacks the extension's code, without which compressed rows are not seen."""
_TABLES = (
    "SELECT relname FROM pg_class WHERE relnamespace = 'sunledger'::regnamespace "
    "AND relname = ANY(%s) AND relkind = 'p' ORDER BY 1"
)
_HAVE_MONTHS = (
    "SELECT EXISTS (SELECT FROM pg_inherits JOIN pg_class p ON p.oid = inhparent "
    "WHERE p.relnamespace = 'sunledger'::regnamespace AND p.relname = ANY(%s) AND p.relkind = 'p')"
)
_HYPERTABLES = (
    "SELECT hypertable_name, compression_enabled FROM timescaledb_information.hypertables "
    "WHERE hypertable_schema = 'sunledger' ORDER BY 1"
)


@dataclass(frozen=True, slots=True)
class Timescale:
    """The extension of a database."""

    version: str
    schema: str
    """Where its functions are, quoted."""
    compresses: bool
    """Whether its licence lets it; what Apache alone allows has no compression."""

    @property
    def is_too_old(self) -> bool:
        """Whether no hypertable is made with it."""
        return tuple(int(each) for each in self.version.split("-")[0].split(".")[:2]) < OLDEST


def timescale(connection: Connection) -> Timescale | None:
    """The extension of this database; None where it has none that the server has loaded."""
    found = connection.execute(_EXTENSION).fetchone()
    return None if found is None else Timescale(found[0], found[1], found[2] == "timescale")


def hypertables(connection: Connection) -> dict[str, bool]:
    """Our hypertables, and whether they can be compressed."""
    if timescale(connection) is None:
        return {}
    return dict(connection.execute(_HYPERTABLES).fetchall())


def replace_months(connection: Connection) -> None:
    """Make hypertables of the tables of readings where no month is yet; in the caller's transaction.

    Raises `StoreUnusable` for an extension that is too old.
    """
    found = timescale(connection)
    readings = list(READING_TABLES.values())
    if found is None or connection.execute(_HAVE_MONTHS, (readings,)).fetchone() == (True,):
        return
    if found.is_too_old:
        raise StoreUnusable(
            f"{connection.info.dbname} has TimescaleDB {found.version}, and hypertables are made with "
            f"{'.'.join(map(str, OLDEST))} or newer; ALTER EXTENSION timescaledb UPDATE, or DROP it to keep "
            "readings in plain tables by month; nothing was changed"
        )
    for (table,) in connection.execute(_TABLES, (readings,)).fetchall():
        _replace(connection, found, table)


def _replace(connection: Connection, found: Timescale, table: str) -> None:
    """Make one anew: nobody can partition a table otherwise that is partitioned already."""
    for statement in (
        f"CREATE TABLE sunledger.{table}_new (LIKE sunledger.{table} INCLUDING ALL)",
        f"DROP TABLE sunledger.{table}",
        f"ALTER TABLE sunledger.{table}_new RENAME TO {table}",
        f"ALTER INDEX sunledger.{table}_new_pkey RENAME TO {table}_pkey",
        f"SELECT {found.schema}.create_hypertable('sunledger.{table}', "
        f"{found.schema}.by_range('at', INTERVAL '{CHUNK_DAYS} days'), create_default_indexes => FALSE)",
    ):
        connection.execute(statement.encode())


def make_compressible(connection: Connection) -> None:
    """Let our hypertables be compressed, where the licence allows it: a column of each series by itself."""
    found = timescale(connection)
    if found is None or not found.compresses:
        return
    for table, compressible in hypertables(connection).items():
        if not compressible:
            connection.execute(
                f"ALTER TABLE sunledger.{table} SET (timescaledb.enable_columnstore, "
                "timescaledb.segmentby = 'site, series', timescaledb.orderby = 'at')".encode()
            )
