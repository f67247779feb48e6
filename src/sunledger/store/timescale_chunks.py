"""The parts that TimescaleDB keeps our hypertables in: which there are, and how large they are."""

from psycopg import Connection

from sunledger.store.storage import Compressed
from sunledger.store.timescale import hypertables, timescale

_CHUNKS = (
    "SELECT quote_ident(chunk_schema) || '.' || quote_ident(chunk_name) FROM timescaledb_information.chunks "
    "WHERE hypertable_schema = 'sunledger' AND hypertable_name = %s ORDER BY range_start"
)
_COMPRESSED = (
    "SELECT COUNT(*), COUNT(*) FILTER (WHERE compression_status = 'Compressed'), "
    "COALESCE(SUM(before_compression_total_bytes), 0)::int8, "
    "COALESCE(SUM(after_compression_total_bytes), 0)::int8 FROM unnest(%s::text[]) AS t (name) "
    "CROSS JOIN LATERAL {schema}.chunk_columnstore_stats(('sunledger.' || t.name)::regclass) c"
)


def chunks(connection: Connection) -> dict[str, list[str]]:
    """The chunks of each hypertable, by time."""
    return {
        table: [chunk for (chunk,) in connection.execute(_CHUNKS, (table,))]
        for table in hypertables(connection)
    }


def sizes(connection: Connection) -> dict[str, int]:
    """The bytes of each hypertable, compressed or not, with indexes."""
    found = timescale(connection)
    if found is None:
        return {}
    size = f"SELECT {found.schema}.hypertable_size(%s)".encode()
    return {
        table: connection.execute(size, (f"sunledger.{table}",)).fetchall()[0][0]
        for table in hypertables(connection)
    }


def compressed(connection: Connection) -> Compressed | None:
    """How far our hypertables are compressed; None where they are not, or cannot be."""
    found = timescale(connection)
    tables = [table for table, compressible in hypertables(connection).items() if compressible]
    if found is None or not found.compresses or not tables:
        return None
    asked = connection.execute(_COMPRESSED.format(schema=found.schema).encode(), (tables,))
    return Compressed(*asked.fetchall()[0])
