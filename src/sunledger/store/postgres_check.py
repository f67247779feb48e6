"""Whether a database in PostgreSQL is sound, and whether its server is set up to keep it so."""

from collections.abc import Iterator
from typing import LiteralString

from psycopg import Connection

from sunledger.store.database import Checked
from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.postgres_beside import beside
from sunledger.store.postgres_rows_check import Told, strayed
from sunledger.store.postgres_schema_check import incomplete, misplaced, parts, unprepared
from sunledger.store.timescale_chunks import chunks

_MANY_DEAD = 10_000
_OLD = 1_000_000_000
"""Transactions of two thousand million, after which the server stops."""
_DANGERS: dict[str, LiteralString] = {
    "fsync": "fsync is off: a power cut loses readings that were acknowledged, and may damage everything",
    "full_page_writes": "full_page_writes is off: a power cut may damage everything",
    "data_checksums": "data checksums are off, so that a failing disk would be noticed late; "
    "`pg_checksums --enable` switches them on while the server is stopped",
    "autovacuum": "autovacuum is off: what is replaced is never given back; switch it on, "
    "or run `sunledger store vacuum` every week",
}
"""What it means that a setting is off."""


def checked(address: PostgresAddress, told: Told) -> Checked:
    """What is wrong and what is worth knowing, as of one moment, also beside a running server.

    `told` hears the tables. Raises StoreError when it cannot be read at all.
    """
    with beside(address) as connection:
        faults = list(incomplete(connection))
        if faults:  # then questions about rows may not be answered
            return Checked(faults, list(_settings(connection)))
        known = parts(connection)
        urgent, later = unprepared(connection, known)
        faults = [*misplaced(connection, known), *urgent, *_damaged(connection)]
        faults += strayed(connection, {**known, **chunks(connection)}, told)
        return Checked(faults, [*later, *_settings(connection), *_unvacuumed(connection)])


def _damaged(connection: Connection) -> Iterator[str]:
    """What the server itself has noticed."""
    rows = connection.execute(
        "SELECT COALESCE(checksum_failures, 0), age(d.datfrozenxid) FROM pg_stat_database s "
        "JOIN pg_database d ON d.oid = s.datid WHERE d.datname = current_database()"
    )
    for failures, age in rows:
        if failures:
            yield f"the server has read {failures} pages with wrong checksums; see its log, and its disk"
        if age > _OLD:
            yield (
                f"no vacuum has reached everything for {age} transactions, and at two thousand million the "
                "server stops; `vacuumdb --all` as its admin mends it"
            )


def _settings(connection: Connection) -> Iterator[str]:
    for name, meaning in _DANGERS.items():
        ((value,),) = connection.execute("SELECT current_setting(%s)", (name,))
        if value == "off":
            yield meaning


def _unvacuumed(connection: Connection) -> Iterator[str]:
    rows = connection.execute(
        "SELECT s.relname, s.n_dead_tup, s.n_live_tup, "
        "'autovacuum_enabled=false' = ANY(c.reloptions) FROM pg_stat_user_tables s "
        "JOIN pg_class c ON c.oid = s.relid WHERE s.schemaname = 'sunledger' OR s.relid IN ("
        "SELECT inhrelid FROM pg_inherits JOIN pg_class p ON p.oid = inhparent "
        "WHERE p.relnamespace = 'sunledger'::regnamespace) ORDER BY 1"
    )
    for name, dead, live, switched_off in rows:
        if switched_off:
            yield f"{name}: autovacuum is switched off for it"
        if dead > max(_MANY_DEAD, live):
            yield f"{name}: {dead} dead rows beside {live}; `sunledger store vacuum` clears them"
