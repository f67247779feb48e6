"""Reading and writing rows of a SQLite file: plain SQL, inside its caller's transaction."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from sunledger.ledger.fold import Shown, State
from sunledger.ledger.judgement import Judgement, Reason
from sunledger.measurements import PORT
from sunledger.store.records import Identity, Of, Row, Series
from sunledger.store.shelf import (
    QUARTER_MS,
    TOGETHER,
    PortStanding,
    Quarter,
    Rolled,
    RollupRow,
    Standing,
    Tier,
)
from sunledger.store.tables import (
    BEGINS,
    COLUMNS,
    LATEST_COLUMNS,
    LATEST_TABLES,
    QUARTER_COLUMNS,
    READING_TABLES,
    ROLLUP_COLUMNS,
    ROLLUP_TABLES,
    SERIES_COLUMNS,
    STATE_COLUMNS,
    TALLIES,
    Stretch,
    growth,
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


def insert(table: str, columns: Sequence[str], rows: int = 1) -> str:
    """An INSERT OR REPLACE of some rows with a placeholder per column."""
    row = f"({', '.join('?' * len(columns))})"
    return f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"


def among(series: Sequence[int] | None) -> str:
    """A condition on the series, by IN and never by BETWEEN, which SQLite plans badly here."""
    return "" if series is None else f" AND series IN ({', '.join(str(int(each)) for each in series)})"


def _energies(stretch: Stretch, series: Sequence[int] | None, *, together: bool) -> str:
    """The question for hours or days from a first to a last one: each port's, or all together as series 0."""
    begins = BEGINS[stretch]
    where = f"WHERE {begins} >= ? AND {begins} <= ?{among(series)}"
    if together and series is None:
        return f"SELECT {begins}, {TOGETHER}, energy FROM plant_{stretch} {where} ORDER BY 1"
    if together:
        return f"SELECT {begins}, {TOGETHER}, SUM(energy) FROM energy_{stretch} {where} GROUP BY 1 ORDER BY 1"
    return f"SELECT {begins}, series, energy FROM energy_{stretch} {where} ORDER BY 1, 2"


SUM_UP: Mapping[Stretch, str] = {
    stretch: f"INSERT OR REPLACE INTO plant_{stretch} SELECT {begins}, SUM(energy) FROM energy_{stretch}"
    for stretch, begins in BEGINS.items()
}
"""Puts the sums of all ports for the hours or days that its user names."""
_TOGETHER = 32
"""Readings in a statement, which takes little more than half the time of as many statements."""
_ROW_COLUMNS = {of: ("at", "series", *columns) for of, columns in COLUMNS.items()}
_PUT_ROWS = {of: insert(table, _ROW_COLUMNS[of]) for of, table in READING_TABLES.items()}
_PUT_MANY_ROWS = {of: insert(table, _ROW_COLUMNS[of], _TOGETHER) for of, table in READING_TABLES.items()}
_PUT_QUARTERS = insert("energy_quarter", QUARTER_COLUMNS)
_PUT_LATEST = {of: insert(table, LATEST_COLUMNS[of]) for of, table in LATEST_TABLES.items()}
_PUT_ROLLUPS = {of: insert(table, ROLLUP_COLUMNS[of]) for of, table in ROLLUP_TABLES.items()}
_GROW_ROLLUPS = {
    of: f"INSERT INTO {table} ({', '.join(ROLLUP_COLUMNS[of])}) "
    f"VALUES ({', '.join('?' * len(ROLLUP_COLUMNS[of]))}) "
    f"ON CONFLICT (tier, start, series) DO UPDATE SET {growth(of, 'MIN', 'MAX')}"
    for of, table in ROLLUP_TABLES.items()
}
_QUARTERS = f"SELECT {', '.join(QUARTER_COLUMNS)} FROM energy_quarter"
_SHOWN = f"SELECT at, series, {', '.join(PORT.columns)} FROM port_reading"
_SERIES = f"SELECT {', '.join(SERIES_COLUMNS)} FROM series"


class SqliteReader:
    """Looking things up over a connection that is in a transaction, so that all answers are of one moment."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def row(self, of: Of, series: int, at: int) -> Row | None:
        """One stored row."""
        select = f"SELECT at, series, {', '.join(COLUMNS[of])} FROM {READING_TABLES[of]}"
        found = self.connection.execute(f"{select} WHERE at = ? AND series = ?", (at, series)).fetchone()
        return None if found is None else tuple(found)

    def rows(self, of: Of, series: Sequence[int] | None, start: int, end: int) -> Sequence[Row]:
        """Stored rows within."""
        select = f"SELECT at, series, {', '.join(COLUMNS[of])} FROM {READING_TABLES[of]}"
        return self.connection.execute(
            f"{select} WHERE at >= ? AND at < ?{among(series)} ORDER BY at, series", (start, end)
        ).fetchall()

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
        select = f"SELECT {columns} FROM {ROLLUP_TABLES[of]}"
        rows = self.connection.execute(
            f"{select} WHERE tier = ? AND start >= ? AND start < ?{among(series)} ORDER BY start, series",
            (tier, start, end),
        )
        return [rolled(row) for row in rows]

    def shown(self, series: int, start: int, end: int) -> Sequence[Shown]:
        """A port's rows as the fold takes them."""
        rows = self.connection.execute(
            f"{_SHOWN} WHERE at >= ? AND at < ? AND series = ? ORDER BY at", (start, end, series)
        )
        return rows.fetchall()

    def checkpoint(self, series: int, before: int) -> State:
        """The fold's state after the latest closed quarter that starts before."""
        found = self.connection.execute(
            f"SELECT {', '.join(STATE_COLUMNS)} FROM energy_quarter "
            "WHERE start < ? AND series = ? ORDER BY start DESC LIMIT 1",
            (before, series),
        ).fetchone()
        return State() if found is None else state(found)

    def quarters(self, series: Sequence[int] | None, start: int, end: int) -> Sequence[Quarter]:
        """Closed quarters within."""
        rows = self.connection.execute(
            f"{_QUARTERS} WHERE start >= ? AND start < ?{among(series)} ORDER BY start, series", (start, end)
        )
        return [quarter(row) for row in rows]

    def quarters_of(self, series: int, start: int, end: int, most: int) -> Sequence[Quarter]:
        """The first closed quarters of a port within."""
        rows = self.connection.execute(
            f"{_QUARTERS} WHERE start >= ? AND start < ? AND series = ? ORDER BY start LIMIT ?",
            (start, end, series, most),
        )
        return [quarter(row) for row in rows]

    def energies(self, series: Sequence[int] | None, start: int, end: int) -> Iterable[tuple[int, int, int]]:
        """(start, series, Wh) of closed quarters within."""
        return self.connection.execute(
            "SELECT start, series, energy FROM energy_quarter "
            f"WHERE start >= ? AND start < ?{among(series)} ORDER BY start, series",
            (start, end),
        )

    def hours(
        self, series: Sequence[int] | None, start: int, end: int, *, together: bool
    ) -> Iterable[tuple[int, int, int]]:
        """(start, series, Wh) of closed quarters, by local hour."""
        return self.connection.execute(_energies("hour", series, together=together), (start, end - 1))

    def days(
        self, series: Sequence[int] | None, first: int, last: int, *, together: bool
    ) -> Iterable[tuple[int, int, int]]:
        """(day, series, Wh) of closed quarters."""
        return self.connection.execute(_energies("day", series, together=together), (first, last))

    def open_starts(self, of: Of, series: Sequence[int] | None) -> Sequence[tuple[int, int]]:
        """(start, series) of each open quarter."""
        return self.connection.execute(
            f"SELECT seen_at - seen_at % {QUARTER_MS}, series FROM {LATEST_TABLES[of]} WHERE 1{among(series)}"
        ).fetchall()

    def open_quarters(self, series: Sequence[int] | None) -> Sequence[Quarter]:
        """The open quarter of each port."""
        rows = self.connection.execute(
            "SELECT series, open_start, open_energy, 0, open_readings FROM port_latest "
            f"WHERE open_readings > 0{among(series)}"
        )
        return [Quarter(*row) for row in rows]

    def all_series(self, after: int = 0) -> list[Series]:
        """Every series, or those with a greater id."""
        return [series(row) for row in self.connection.execute(f"{_SERIES} WHERE id > ?", (after,))]

    def latest(self, of: Of) -> list[Row]:
        """The latest good row of each series."""
        return self.connection.execute(
            f"SELECT at, series, {', '.join(COLUMNS[of])} FROM {LATEST_TABLES[of]} "
            "WHERE at IS NOT NULL ORDER BY series"
        ).fetchall()


class SqliteShelf(SqliteReader):
    """Writing, too."""

    def new_series(self, of: Of, identity: Identity) -> Series:
        """Open a series."""
        found = self.connection.execute(
            "INSERT INTO series (kind, device, port_number, part, place) VALUES (?, ?, ?, ?, ?) RETURNING id",
            series_row(of, identity),
        ).fetchone()
        return Series(found[0], of, identity)

    def put_rows(self, of: Of, rows: Sequence[Row], *, new: int) -> None:
        """Store rows and count them."""
        many = len(rows) - len(rows) % _TOGETHER
        values = list(chain.from_iterable(rows[:many]))
        width = _TOGETHER * len(_ROW_COLUMNS[of])
        together = (values[begin : begin + width] for begin in range(0, len(values), width))
        self.connection.executemany(_PUT_MANY_ROWS[of], together)
        self.connection.executemany(_PUT_ROWS[of], rows[many:])
        self.connection.execute(
            "INSERT INTO tally (name, entries) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET entries = entries + excluded.entries",
            (TALLIES[of], new),
        )

    def put_quarters(self, quarters: Sequence[Quarter]) -> None:
        """Store closed quarters."""
        self.connection.executemany(_PUT_QUARTERS, map(quarter_row, quarters))

    def add_quarters(self, quarters: Sequence[Quarter]) -> None:
        """Store closed quarters that are new."""
        self.put_quarters(quarters)

    def add_to_hours(self, energies: Iterable[tuple[int, int, int]]) -> None:
        """Add to the hours."""
        self._add("hour", list(energies))

    def add_to_days(self, energies: Iterable[tuple[int, int, int]]) -> None:
        """Add to the days."""
        self._add("day", list(energies))

    def _add(self, stretch: Stretch, energies: Sequence[tuple[int, int, int]]) -> None:
        begins = BEGINS[stretch]
        self.connection.executemany(
            f"INSERT INTO energy_{stretch} ({begins}, series, energy) VALUES (?, ?, ?) "
            f"ON CONFLICT ({begins}, series) DO UPDATE SET energy = energy + excluded.energy",
            energies,
        )
        self.connection.executemany(
            f"{SUM_UP[stretch]} WHERE {begins} = ? GROUP BY {begins}", {(at,) for at, _, _ in energies}
        )

    def put_rollups(self, of: Of, tier: Tier, rollups: Sequence[Rolled]) -> None:
        """Store rollups."""
        self.add_rollups(of, [rollup_row(tier, each) for each in rollups])

    def add_rollups(self, of: Of, rows: Sequence[RollupRow]) -> None:
        """Store rollups that are new."""
        self.connection.executemany(_PUT_ROLLUPS[of], rows)

    def grow_rollups(self, of: Of, rows: Sequence[RollupRow]) -> None:
        """Join rollups to those that are stored."""
        self.connection.executemany(_GROW_ROLLUPS[of], rows)

    def drop_rollups(self, of: Of, tiers: Sequence[Tier]) -> None:
        """Remove tiers."""
        self.connection.executemany(
            f"DELETE FROM {ROLLUP_TABLES[of]} WHERE tier = ?", [(tier,) for tier in tiers]
        )

    def put_judgements(self, series: int, judgements: Iterable[Judgement], *, folded: bool) -> None:
        """Store judgements."""
        self.connection.executemany(
            "INSERT INTO judgement (series, at, until, field, reason, raw, repaired, decided_at, folded) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(series, *judgement, folded) for judgement in judgements],
        )

    def drop_folded(self, series: int, start: int, end: int) -> None:
        """Remove the fold's judgements decided within."""
        self.connection.execute(
            "DELETE FROM judgement WHERE series = ? AND decided_at >= ? AND decided_at < ? AND folded = 1",
            (series, start, end),
        )

    def drop_frozen(self, series: int, at: int) -> None:
        """Remove the judgement on a frozen run."""
        self.connection.execute(
            "DELETE FROM judgement WHERE series = ? AND at = ? AND reason = ? AND folded = 1",
            (series, at, Reason.FROZEN),
        )

    def put_ports(self, standings: Sequence[PortStanding]) -> None:
        """Store where ports stand."""
        self.connection.executemany(_PUT_LATEST[Of.PORT], map(port_latest_row, standings))

    def put_standings(self, of: Of, standings: Sequence[Standing]) -> None:
        """Store where series stand that nothing is folded of."""
        self.connection.executemany(_PUT_LATEST[of], [latest_row(of, each) for each in standings])

    def put_seen(self, dtu_name: str, inverter_type: str, seen: Mapping[str, tuple[int, int]]) -> None:
        """Note which inverters a DTU showed."""
        self.connection.executemany(
            "INSERT INTO inverter (serial_number, dtu_name, inverter_type, first_seen, last_seen) "
            "VALUES (?, ?, ?, ?, ?) ON CONFLICT (serial_number) DO UPDATE SET "
            "dtu_name = IIF(excluded.last_seen >= last_seen, excluded.dtu_name, dtu_name), "
            "inverter_type = IIF(excluded.last_seen >= last_seen, excluded.inverter_type, inverter_type), "
            "first_seen = MIN(first_seen, excluded.first_seen), "
            "last_seen = MAX(last_seen, excluded.last_seen)",
            [(serial, dtu_name, inverter_type, *each) for serial, each in seen.items()],
        )
