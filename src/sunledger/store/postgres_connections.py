"""Connections to PostgreSQL: one by one or from a pool, made so that a server that hangs is noticed.

A server that is frozen, or behind a cut cable, answers neither yes nor no. So connecting, a statement and a
silent line each end after a while, and a connection that has waited is tried before it is used; what may
still hang is given up by `postgres_calls.py`.
"""

import logging
from selectors import EVENT_READ, DefaultSelector
from typing import Any

import psycopg
from psycopg import Connection, IsolationLevel
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import ConnStatus
from psycopg_pool import ConnectionPool

from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.postgres_types import ADAPTERS
from sunledger.store.protocol import StoreUnusable
from sunledger.store.timescale import NOT_LOADED

OLDEST = 15
"""The oldest major version of the server that is supported."""
CONNECT_WITHIN = 5
"""Seconds for making a connection, for waiting for a free one, and for a lock that somebody else holds."""
ANSWERS_WITHIN = 2.0
"""Seconds for the answer to an empty statement, which costs the server nothing."""
RECYCLED_AFTER = 3600.0
"""Seconds that a connection for questions lives: after a fail-over or a change of roles, all are soon new."""

_LINE: dict[str, Any] = {
    "connect_timeout": CONNECT_WITHIN,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
    "application_name": "sunledger",
}
"""What libpq is told unless a URL says otherwise."""

_SESSION = {
    "search_path": "sunledger",
    "timezone": "UTC",
    "jit": "off",
    "statement_timeout": "30s",
    "lock_timeout": f"{CONNECT_WITHIN}s",
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    # a late reading may make it unpack any number of rows, which is slow but right
    "timescaledb.max_tuples_decompressed_per_dml_transaction": "0",
}
"""What the server is told: it, too, has to notice soon that we are gone, and let go of our locks."""


def conninfo(address: PostgresAddress) -> str:
    """How libpq is told where to go."""
    parts: dict[str, Any] = {
        "host": address.host,
        "port": address.port,
        "dbname": address.name,
        "user": address.user,
        "password": address.password,
    }
    if address.libpq_url is not None:
        try:
            parts = conninfo_to_dict(address.libpq_url)
        except psycopg.Error as error:
            raise StoreUnusable("DATABASE_URL is not understood; check its options") from error
    tls = {
        "sslmode": address.sslmode,
        "sslrootcert": address.sslrootcert,
        "sslcert": address.sslcert,
        "sslkey": address.sslkey,
    }
    set_here = {name: value for name, value in tls.items() if value is not None}
    known = {**_LINE, **parts, **set_here}
    return make_conninfo("", **{name: value for name, value in known.items() if value is not None})


def named(address: PostgresAddress) -> str:
    """The database as messages name it, without any secret."""
    parts = conninfo_to_dict(conninfo(address))
    user = f"{parts['user']}@" if parts.get("user") else ""
    return f"{user}{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"


def connect(address: PostgresAddress) -> Connection:
    """A connection in autocommit mode, to be configured. Raises psycopg.Error.

    It prepares no statements: psycopg 3.3 loses count of them where one that it has begun to prepare comes
    again in the same pipeline ("prepared statement … does not exist").
    """
    return psycopg.connect(
        conninfo(address),
        autocommit=True,
        context=ADAPTERS,
        prepare_threshold=None,
        cursor_factory=address.cursors,
    )


def pool(
    address: PostgresAddress, least: int, most: int, *, writing: bool = False
) -> ConnectionPool[Connection]:
    """Connections, not open yet. Those that do not write see one moment in each of their transactions."""
    # it would say of every connection and every attempt that the server is away; whoever asks is told
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    return ConnectionPool(
        conninfo(address),
        kwargs={"autocommit": True, "context": ADAPTERS, "cursor_factory": address.cursors},
        configure=configure if writing else _configure_for_questions,
        min_size=least,
        max_size=most,
        timeout=CONNECT_WITHIN,
        max_lifetime=RECYCLED_AFTER,
        name="sunledger",
        open=False,
    )


def _configure_for_questions(connection: Connection) -> None:
    configure(connection)
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True


def configure(connection: Connection) -> None:
    """Tell the server how to treat us. Raises `StoreUnusable` for one that cannot do what we need."""
    major = connection.info.server_version // 10_000
    if major < OLDEST:
        raise StoreUnusable(
            f"the server is PostgreSQL {major}; Sunledger needs {OLDEST} or newer, nothing was changed"
        )
    settings = (f"set_config({name!r}, {value!r}, false)" for name, value in _SESSION.items())
    answer = connection.execute(f"SELECT {', '.join(settings)}, {NOT_LOADED}".encode()).fetchone()
    if answer is not None and answer[-1]:
        raise StoreUnusable(
            f"the server does not load TimescaleDB, which {connection.info.dbname} has; add timescaledb to "
            "its shared_preload_libraries and start it again, nothing was changed"
        )


def answers(connection: Connection) -> bool:
    """Whether a connection at rest still leads to a server, which says so within `ANSWERS_WITHIN`."""
    line = connection.pgconn
    try:
        line.send_query(b"")
        line.flush()
        with DefaultSelector() as waiting:
            waiting.register(line.socket, EVENT_READ)
            while True:
                while line.is_busy():
                    if not waiting.select(ANSWERS_WITHIN):
                        return False
                    line.consume_input()
                if line.get_result() is None:
                    return line.status == ConnStatus.OK
    except psycopg.OperationalError:
        return False
