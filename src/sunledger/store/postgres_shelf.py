"""Reading and writing rows of one site in PostgreSQL: plain SQL, inside its caller's transaction."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import Any

from psycopg import Connection

from sunledger.ledger.fold import Shown, State
from sunledger.ledger.judgement import Judgement, Reason
from sunledger.measurements import PORT
from sunledger.store.postgres_partitions import Partitions, month_of
from sunledger.store.postgres_tables import LATEST, QUARTERS, READINGS, ROLLUPS, Table
from sunledger.store.postgres_types import Milliseconds
from sunledger.store.protocol import Of
from sunledger.store.records import Row, Series, position
from sunledger.store.shelf import InverterStanding, PortStanding, Quarter, Rolled, Tier, quarter_start
from sunledger.store.tables import (
    COLUMNS,
    QUARTER_COLUMNS,
    READING_TABLES,
    STATE_COLUMNS,
    inverter_latest_row,
    port_latest_row,
    quarter,
    quarter_row,
    rolled,
    rollup_row,
    state,
    summary_columns,
)

MANY = 1000
"""Rows from which on COPY is faster than a statement with arrays."""

_ROWS = {of: f"SELECT at, series, {', '.join(COLUMNS[of])} FROM {READING_TABLES[of]}" for of in Of}
_SHOWN = f"SELECT at, series, {', '.join(PORT.columns)} FROM port_reading"
_QUARTERS = f"SELECT {', '.join(QUARTER_COLUMNS)} FROM energy_quarter"
_STATE = f"SELECT {', '.join(STATE_COLUMNS)} FROM energy_quarter"
_DAY = "day - DATE '0001-01-01' + 1"
"""A date as the ordinal that days are counted by."""
_TALLY = {Of.INVERTER: "inverter_data", Of.PORT: "port_data"}


class PostgresReader:
    """Looking things up over a connection that is in a transaction, so that all answers are of one moment."""

    def __init__(self, connection: Connection, site: int) -> None:
        self.connection = connection
        self.site = site

    def ask(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """The rows of an answer, times in milliseconds."""
        return self.connection.execute(sql.encode(), parameters, binary=True).fetchall()

    def among(self, series: Sequence[int] | None) -> tuple[str, list[Any]]:
        """A condition on site and series: without series all of the site's, named so that the key is used."""
        if series is None:
            return "site = %s AND series = ANY(ARRAY(SELECT id FROM series WHERE site = %s))", [
                self.site,
                self.site,
            ]
        return "site = %s AND series = ANY(%s)", [self.site, list(series)]

    def row(self, of: Of, series: int, at: int) -> Row | None:
        """One stored row."""
        found = self.ask(
            f"{_ROWS[of]} WHERE site = %s AND series = %s AND at = %s", self.site, series, Milliseconds(at)
        )
        return found[0] if found else None

    def rows(self, of: Of, series: Sequence[int] | None, start: int, end: int) -> Sequence[Row]:
        """Stored rows within."""
        which, known = self.among(series)
        return self.ask(
            f"{_ROWS[of]} WHERE {which} AND at >= %s AND at < %s ORDER BY at, series",
            *known, Milliseconds(start), Milliseconds(end),
        )  # fmt: skip

    def rollups(
        self,
        of: Of,
        tier: Tier,
        series: Sequence[int] | None,
        start: int,
        end: int,
        measurements: Sequence[str] | None = None,
    ) -> Sequence[Rolled]:
        """Rollups within."""
        columns = ", ".join(("start", "series", "readings", *summary_columns(measurements or COLUMNS[of])))
        which, known = self.among(series)
        rows = self.ask(
            f"SELECT {columns} FROM {ROLLUPS[of].name} "
            f"WHERE {which} AND tier = %s AND start >= %s AND start < %s ORDER BY start, series",
            *known, int(tier), Milliseconds(start), Milliseconds(end),
        )  # fmt: skip
        return [rolled(row) for row in rows]

    def open_starts(self, of: Of, series: Sequence[int] | None) -> Sequence[tuple[int, int]]:
        """(start, series) of each open quarter."""
        which, known = self.among(series)
        rows = self.ask(f"SELECT seen_at, series FROM {LATEST[of].name} WHERE {which}", *known)
        return [(quarter_start(seen_at), number) for seen_at, number in rows]

    def shown(self, series: int, start: int, end: int) -> Sequence[Shown]:
        """A port's rows as the fold takes them."""
        return self.ask(
            f"{_SHOWN} WHERE site = %s AND series = %s AND at >= %s AND at < %s ORDER BY at",
            self.site, series, Milliseconds(start), Milliseconds(end),
        )  # fmt: skip

    def checkpoint(self, series: int, before: int) -> State:
        """The fold's state after the latest closed quarter that starts before."""
        found = self.ask(
            f"{_STATE} WHERE site = %s AND series = %s AND start < %s ORDER BY start DESC LIMIT 1",
            self.site, series, Milliseconds(before),
        )  # fmt: skip
        return state(found[0]) if found else State()

    def quarters(self, series: Sequence[int] | None, start: int, end: int) -> Sequence[Quarter]:
        """Closed quarters within."""
        which, known = self.among(series)
        rows = self.ask(
            f"{_QUARTERS} WHERE {which} AND start >= %s AND start < %s ORDER BY start, series",
            *known, Milliseconds(start), Milliseconds(end),
        )  # fmt: skip
        return [quarter(row) for row in rows]

    def energies(self, series: Sequence[int] | None, start: int, end: int) -> Iterable[tuple[int, int, int]]:
        """(start, series, Wh) of closed quarters within."""
        which, known = self.among(series)
        rows: Iterable[Any] = self.ask(
            "SELECT start, series, energy FROM energy_quarter "
            f"WHERE {which} AND start >= %s AND start < %s ORDER BY start, series",
            *known, Milliseconds(start), Milliseconds(end),
        )  # fmt: skip
        return rows

    def days(self, series: Sequence[int] | None, first: int, last: int) -> Iterable[tuple[int, int, int]]:
        """(day, series, Wh) of closed quarters."""
        which, known = self.among(series)
        rows: Iterable[Any] = self.ask(
            f"SELECT {_DAY}, series, energy FROM energy_day "
            f"WHERE {which} AND day >= %s AND day <= %s ORDER BY day, series",
            *known, date.fromordinal(first), date.fromordinal(last),
        )  # fmt: skip
        return rows

    def open_quarters(self, series: Sequence[int] | None) -> Sequence[Quarter]:
        """The open quarter of each port."""
        which, known = self.among(series)
        rows = self.ask(
            "SELECT series, open_start, open_energy, 0, open_readings FROM port_latest "
            f"WHERE {which} AND open_readings > 0",
            *known,
        )
        return [Quarter(*row) for row in rows]

    def all_series(self, after: int = 0) -> list[Series]:
        """Every series, or those with a greater id."""
        rows = self.ask(
            "SELECT id, serial_number, port_number FROM series WHERE site = %s AND id > %s ORDER BY id",
            self.site, after,
        )  # fmt: skip
        return [Series(number, serial, port or None) for number, serial, port in rows]

    def latest(self, of: Of) -> list[Row]:
        """The latest good row of each series."""
        return self.ask(
            f"SELECT at, series, {', '.join(COLUMNS[of])} FROM {LATEST[of].name} "
            "WHERE site = %s AND at IS NOT NULL ORDER BY series",
            self.site,
        )


class PostgresShelf(PostgresReader):
    """Writing, too."""

    def __init__(self, connection: Connection, site: int) -> None:
        super().__init__(connection, site)
        self.partitions = Partitions(connection, READING_TABLES.values())

    def in_one_go(self, rows: int) -> AbstractContextManager[object]:
        """Send statements without waiting for the answer to each; COPY, for many rows, cannot be sent so."""
        return nullcontext() if rows >= MANY else self.connection.pipeline()

    def new_series(self, serial_number: str, port_number: int | None) -> Series:
        """Open a series; ids count up without gaps, as only one server writes for a site."""
        ((number,),) = self.ask(
            "INSERT INTO series (site, id, serial_number, port_number) SELECT %s::int4, "
            "COALESCE(MAX(id), 0) + 1, %s, %s FROM series WHERE site = %s RETURNING id",
            self.site, serial_number, port_number or 0, self.site,
        )  # fmt: skip
        return Series(number, serial_number, port_number)

    def put_rows(self, of: Of, rows: Sequence[Row], *, new: int) -> None:
        """Store rows and count them; many that are all new go in by COPY."""
        for month in sorted({month_of(position(row).at) for row in rows}):
            self.partitions.make(month)
        if len(rows) >= MANY and new == len(rows):
            self._copy(READINGS[of], rows)
        else:
            self._put(READINGS[of], rows)
        self.connection.execute(
            "INSERT INTO tally (site, name, entries) VALUES (%s, %s, %s) "
            "ON CONFLICT (site, name) DO UPDATE SET entries = tally.entries + EXCLUDED.entries",
            (self.site, _TALLY[of], new),
        )

    def put_quarters(self, quarters: Sequence[Quarter]) -> None:
        """Store closed quarters."""
        self._put(QUARTERS, list(map(quarter_row, quarters)))

    def add_to_days(self, energies: Iterable[tuple[int, int, int]]) -> None:
        """Add to the days."""
        sums: dict[tuple[int, int], int] = {}
        for day, series, energy in energies:
            sums[day, series] = sums.get((day, series), 0) + energy
        self.connection.execute(
            "INSERT INTO energy_day (site, day, series, energy) "
            "SELECT %s::int4, u.* FROM unnest(%s::date[], %s::int4[], %s::int8[]) AS u "
            "ON CONFLICT (site, series, day) DO UPDATE SET energy = energy_day.energy + EXCLUDED.energy",
            (
                self.site,
                [date.fromordinal(day) for day, _ in sums],
                [series for _, series in sums],
                list(sums.values()),
            ),
        )

    def put_rollups(self, of: Of, tier: Tier, rollups: Sequence[Rolled]) -> None:
        """Store rollups."""
        self._put(ROLLUPS[of], [rollup_row(tier, each) for each in rollups])

    def drop_rollups(self, of: Of, tiers: Sequence[Tier]) -> None:
        """Remove tiers."""
        self.connection.execute(
            f"DELETE FROM {ROLLUPS[of].name} WHERE site = %s AND tier = ANY(%s)".encode(),
            (self.site, [int(tier) for tier in tiers]),
        )

    def put_judgements(self, series: int, judgements: Iterable[Judgement], *, folded: bool) -> None:
        """Store judgements."""
        rows = [
            (
                self.site, series, Milliseconds(each.at), Milliseconds(each.until), each.field,
                each.reason.value, each.raw, each.repaired, Milliseconds(each.decided_at), folded,
            )
            for each in judgements
        ]  # fmt: skip
        if rows:
            self.connection.cursor().executemany(
                "INSERT INTO judgement "
                "(site, series, at, until, field, reason, raw, repaired, decided_at, folded) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                rows,
            )

    def drop_folded(self, series: int, start: int, end: int) -> None:
        """Remove the fold's judgements decided within."""
        self.connection.execute(
            "DELETE FROM judgement "
            "WHERE site = %s AND series = %s AND decided_at >= %s AND decided_at < %s AND folded",
            (self.site, series, Milliseconds(start), Milliseconds(end)),
        )

    def drop_frozen(self, series: int, at: int) -> None:
        """Remove the judgement on a frozen run."""
        self.connection.execute(
            "DELETE FROM judgement WHERE site = %s AND series = %s AND at = %s AND reason = %s AND folded",
            (self.site, series, Milliseconds(at), Reason.FROZEN.value),
        )

    def put_ports(self, standings: Sequence[PortStanding]) -> None:
        """Store where ports stand."""
        self._put(LATEST[Of.PORT], list(map(port_latest_row, standings)))

    def put_inverters(self, standings: Sequence[InverterStanding]) -> None:
        """Store where inverters stand."""
        self._put(LATEST[Of.INVERTER], list(map(inverter_latest_row, standings)))

    def put_seen(self, dtu_name: str, inverter_type: str, serial_numbers: Sequence[str], at: int) -> None:
        """Note which inverters a DTU showed."""
        self.connection.execute(
            "INSERT INTO inverter (site, serial_number, dtu_name, inverter_type, first_seen, last_seen) "
            "SELECT %s::int4, u.*, %s, %s, %s::timestamptz, %s::timestamptz FROM unnest(%s::text[]) AS u "
            "ON CONFLICT (site, serial_number) DO UPDATE SET "
            "dtu_name = CASE WHEN EXCLUDED.last_seen >= inverter.last_seen "
            "THEN EXCLUDED.dtu_name ELSE inverter.dtu_name END, "
            "inverter_type = CASE WHEN EXCLUDED.last_seen >= inverter.last_seen "
            "THEN EXCLUDED.inverter_type ELSE inverter.inverter_type END, "
            "first_seen = LEAST(inverter.first_seen, EXCLUDED.first_seen), "
            "last_seen = GREATEST(inverter.last_seen, EXCLUDED.last_seen)",
            (self.site, dtu_name, inverter_type, Milliseconds(at), Milliseconds(at), list(serial_numbers)),
        )

    def _put(self, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            self.connection.execute(table.upsert, (self.site, *table.arrays(rows)))

    def _copy(self, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        with self.connection.cursor().copy(table.copy) as copy:
            copy.set_types(table.copy_types)
            for row in zip(*table.arrays(rows), strict=True):
                copy.write_row((self.site, *row))
