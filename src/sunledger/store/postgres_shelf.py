"""Reading and writing rows of one site in PostgreSQL: plain SQL, inside its caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from psycopg import Connection
from psycopg.pq import PipelineStatus

from sunledger.ledger.fold import Shown, State
from sunledger.ledger.judgement import Judgement, Reason
from sunledger.measurements import PORT
from sunledger.store.postgres_energies import add, kept
from sunledger.store.postgres_packing import packed_rows
from sunledger.store.postgres_partitions import Partitions, month_of
from sunledger.store.postgres_site import PostgresSite
from sunledger.store.postgres_tables import GROW_ROLLUPS, LATEST, QUARTERS, READINGS, ROLLUPS, Table
from sunledger.store.postgres_types import Milliseconds
from sunledger.store.records import Identity, Of, Row, Series
from sunledger.store.shelf import (
    PortStanding,
    Quarter,
    Rolled,
    RollupRow,
    Standing,
    Tier,
    quarter_start,
)
from sunledger.store.tables import (
    COLUMNS,
    QUARTER_COLUMNS,
    READING_TABLES,
    SERIES_COLUMNS,
    STATE_COLUMNS,
    TALLIES,
    latest_row,
    port_latest_row,
    quarter,
    quarter_row,
    rolled,
    rollup_row,
    series,
    series_row,
    state,
    summary_columns,
)

MANY = 1000
"""Readings from which on statements are not sent in one go, so that there can be a COPY."""
_COPIED = 100
"""New rows from which on a COPY is faster than a statement with arrays."""

_ROWS = {of: f"SELECT at, series, {', '.join(COLUMNS[of])} FROM {READING_TABLES[of]}" for of in Of}
_SHOWN = f"SELECT at, series, {', '.join(PORT.columns)} FROM port_reading"
_QUARTERS = f"SELECT {', '.join(QUARTER_COLUMNS)} FROM energy_quarter"
_STATE = f"SELECT {', '.join(STATE_COLUMNS)} FROM energy_quarter"
_SERIES = f"SELECT {', '.join(SERIES_COLUMNS)} FROM series"
_NEW_SERIES = ", ".join(SERIES_COLUMNS[1:])


class PostgresReader(PostgresSite):
    """Looking things up: all answers are of one moment."""

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
        names = COLUMNS[of] if measurements is None else measurements
        columns = ", ".join(("start", "series", "readings", *summary_columns(names)))
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

    def quarters_of(self, series: int, start: int, end: int, most: int) -> Sequence[Quarter]:
        """The first closed quarters of a port within."""
        rows = self.ask(
            f"{_QUARTERS} WHERE site = %s AND series = %s AND start >= %s AND start < %s "
            "ORDER BY start LIMIT %s",
            self.site, series, Milliseconds(start), Milliseconds(end), most,
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

    def hours(
        self, series: Sequence[int] | None, start: int, end: int, *, together: bool
    ) -> Iterable[tuple[int, int, int]]:
        """(start, series, Wh) of closed quarters, by local hour."""
        return kept(self, "hour", series, (start, end - 1), together=together)

    def days(
        self, series: Sequence[int] | None, first: int, last: int, *, together: bool
    ) -> Iterable[tuple[int, int, int]]:
        """(day, series, Wh) of closed quarters."""
        return kept(self, "day", series, (first, last), together=together)

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
        rows = self.ask(f"{_SERIES} WHERE site = %s AND id > %s ORDER BY id", self.site, after)
        return [series(row) for row in rows]

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

    def new_series(self, of: Of, identity: Identity) -> Series:
        """Open a series; ids count up without gaps, as only one server writes for a site."""
        ((number,),) = self.ask(
            f"INSERT INTO series (site, id, {_NEW_SERIES}) SELECT %s::int4, "
            "COALESCE(MAX(id), 0) + 1, %s, %s, %s, %s, %s FROM series WHERE site = %s RETURNING id",
            self.site, *series_row(of, identity), self.site,
        )  # fmt: skip
        return Series(number, of, identity)

    def put_rows(self, of: Of, rows: Sequence[Row], *, new: int) -> None:
        """Store rows and count them; many that are all new go in by COPY."""
        for month in sorted({month_of(at) for at in {row[0] for row in rows} if at is not None}):
            self.partitions.make(month)
        if new == len(rows):
            self._add_rows(READINGS[of], rows)
        else:
            self._put(READINGS[of], rows)
        self.connection.execute(
            "INSERT INTO tally (site, name, entries) VALUES (%s, %s, %s) "
            "ON CONFLICT (site, name) DO UPDATE SET entries = tally.entries + EXCLUDED.entries",
            (self.site, TALLIES[of], new),
        )

    def put_quarters(self, quarters: Sequence[Quarter]) -> None:
        """Store closed quarters."""
        self._put(QUARTERS, list(map(quarter_row, quarters)))

    def add_quarters(self, quarters: Sequence[Quarter]) -> None:
        """Store closed quarters that are new."""
        self._add_rows(QUARTERS, list(map(quarter_row, quarters)))

    def add_to_hours(self, energies: Iterable[tuple[int, int, int]]) -> None:
        """Add to the hours."""
        add(self, "hour", energies)

    def add_to_days(self, energies: Iterable[tuple[int, int, int]]) -> None:
        """Add to the days."""
        add(self, "day", energies)

    def put_rollups(self, of: Of, tier: Tier, rollups: Sequence[Rolled]) -> None:
        """Store rollups."""
        self._put(ROLLUPS[of], [rollup_row(tier, each) for each in rollups])

    def add_rollups(self, of: Of, rows: Sequence[RollupRow]) -> None:
        """Store rollups that are new."""
        self._add_rows(ROLLUPS[of], rows)

    def grow_rollups(self, of: Of, rows: Sequence[RollupRow]) -> None:
        """Join rollups to those that are stored."""
        if rows:
            self.connection.execute(GROW_ROLLUPS[of], (self.site, *ROLLUPS[of].arrays(rows)))

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

    def put_standings(self, of: Of, standings: Sequence[Standing]) -> None:
        """Store where series stand that nothing is folded of."""
        self._put(LATEST[of], [latest_row(of, each) for each in standings])

    def put_seen(self, dtu_name: str, inverter_type: str, seen: Mapping[str, tuple[int, int]]) -> None:
        """Note which inverters a DTU showed."""
        self.connection.execute(
            "INSERT INTO inverter (site, serial_number, dtu_name, inverter_type, first_seen, last_seen) "
            "SELECT %s::int4, u.serial, %s, %s, u.first, u.last "
            "FROM unnest(%s::text[], %b::timestamptz[], %b::timestamptz[]) AS u (serial, first, last) "
            "ON CONFLICT (site, serial_number) DO UPDATE SET "
            "dtu_name = CASE WHEN EXCLUDED.last_seen >= inverter.last_seen "
            "THEN EXCLUDED.dtu_name ELSE inverter.dtu_name END, "
            "inverter_type = CASE WHEN EXCLUDED.last_seen >= inverter.last_seen "
            "THEN EXCLUDED.inverter_type ELSE inverter.inverter_type END, "
            "first_seen = LEAST(inverter.first_seen, EXCLUDED.first_seen), "
            "last_seen = GREATEST(inverter.last_seen, EXCLUDED.last_seen)",
            (
                self.site, dtu_name, inverter_type, list(seen),
                [Milliseconds(first) for first, _ in seen.values()],
                [Milliseconds(last) for _, last in seen.values()],
            ),
        )  # fmt: skip

    def _put(self, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            self.connection.execute(table.upsert, (self.site, *table.arrays(rows)))

    def _add_rows(self, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        """Put rows that are all new; many by COPY, which cannot be sent among statements in one go."""
        if len(rows) < _COPIED or self.connection.info.pipeline_status != PipelineStatus.OFF:
            self._put(table, rows)
            return
        with self.connection.cursor().copy(table.copy) as copy:
            copy.write(packed_rows(table.copy_types, [(self.site, *row) for row in rows]))
