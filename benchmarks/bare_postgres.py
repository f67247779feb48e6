"""The least that PostgreSQL needs for readings: binary COPY into tables of the product's columns and key."""

import psycopg

from benchmarks.bare import BarePoll, Rows
from sunledger.store.postgres_tables import READINGS, Table
from sunledger.store.postgres_types import ADAPTERS, Milliseconds
from sunledger.store.records import Of

SITE = 1


class BarePostgres:
    """Tables of readings, not divided into months."""

    def __init__(self, conninfo: str) -> None:
        self._connection = psycopg.connect(conninfo, context=ADAPTERS)
        for table in (READINGS[Of.PORT], READINGS[Of.INVERTER]):
            columns = ", ".join(
                f"{name} {kind}" for name, kind in zip(table.columns, table.types, strict=True)
            )
            key = ", ".join(("site", *table.key))
            self._connection.execute(
                f"CREATE TABLE {table.name} (site int4, {columns}, PRIMARY KEY ({key}))".encode()
            )
        self._connection.commit()

    def put_rows(self, rows: BarePoll) -> None:
        """Keep rows by two COPYs in one transaction."""
        self._copy(READINGS[Of.PORT], rows.ports)
        self._copy(READINGS[Of.INVERTER], rows.inverters)
        self._connection.commit()

    def _copy(self, table: Table, rows: Rows) -> None:
        with self._connection.cursor().copy(table.copy) as copy:
            copy.set_types(table.copy_types)
            for at, *values in rows:
                copy.write_row((SITE, Milliseconds(at or 0), *values))

    def close(self) -> None:
        """Leave the server."""
        self._connection.close()
