"""A look at a database beside the server that writes into it: all of one moment, changing nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import Connection, IsolationLevel

from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.postgres_connections import configure, connect
from sunledger.store.postgres_errors import explain
from sunledger.store.postgres_partitions import LOCK_CLASS
from sunledger.store.postgres_schema import existing
from sunledger.store.protocol import StoreError

_SERVED = (
    f"SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = {LOCK_CLASS} "
    "AND objid > 0 AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
)


@contextmanager
def connected(address: PostgresAddress) -> Iterator[Connection]:
    """A connection to a database with today's schema, whose statements may take any time: somebody watches.

    Raises StoreError, also for what the server says meanwhile.
    """
    try:
        with connect(address) as connection:
            configure(connection)
            existing(connection)
            connection.execute("SET statement_timeout = 0")
            yield connection
    except psycopg.Error as error:
        raise StoreError(explain(address, error)) from error


@contextmanager
def beside(address: PostgresAddress) -> Iterator[Connection]:
    """The same within a transaction that sees one moment and cannot write."""
    with connected(address) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with connection.transaction():
            yield connection


def is_served(connection: Connection) -> bool:
    """Whether somebody writes into the database."""
    found = connection.execute(_SERVED).fetchone()
    return found is not None and bool(found[0])
