"""Vacuuming our tables in PostgreSQL, one after the other, while a server goes on writing into them."""

from collections.abc import Callable

from psycopg import Connection
from psycopg.errors import Diagnostic

from sunledger.store.database import Vacuumed
from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.postgres_beside import connected
from sunledger.store.protocol import StoreError
from sunledger.store.timescale_chunks import sizes

_TABLES = (
    "SELECT c.relname, pg_total_relation_size(c.oid), pg_stat_get_dead_tuples(c.oid) + COALESCE(("
    "SELECT SUM(pg_stat_get_dead_tuples(inhrelid)) FROM pg_inherits WHERE inhparent = c.oid), 0)::int8 "
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'sunledger' AND c.relkind = 'r' ORDER BY 1"
)


def vacuum(address: PostgresAddress, told: Callable[[float, str], None]) -> Vacuumed:
    """Let new rows use the place of dead ones, and count anew what questions are planned by.

    `told` hears the tables. Raises StoreError; then some tables may have been vacuumed, which harms nothing.
    """
    with connected(address) as connection:
        refused: list[str] = []
        connection.add_notice_handler(lambda notice: _hear(notice, refused))
        tables = _tables(connection)
        before, done = sum(size for _, size, _ in tables), 0
        for table, size, _ in tables:
            told(done / max(1, before), table)
            connection.execute(f'VACUUM (ANALYZE) "{table}"'.encode())
            done += size
        if refused:
            raise StoreError(f"the server left tables out ({refused[0]}); vacuum as their owner")
        after = sum(size for _, size, _ in _tables(connection))
        return Vacuumed(before, after, sum(dead for _, _, dead in tables))


def _tables(connection: Connection) -> list[tuple[str, int, int]]:
    """The name, the bytes and the dead rows of each; a hypertable's vacuum is that of all its chunks."""
    larger = sizes(connection)
    found: list[tuple[str, int, int]] = connection.execute(_TABLES).fetchall()
    return [(name, larger.get(name, size), dead) for name, size, dead in found]


def _hear(notice: Diagnostic, refused: list[str]) -> None:
    """A vacuum that may not be done is no error to the server."""
    if notice.severity_nonlocalized == "WARNING":
        refused.append(str(notice.message_primary))
