"""What opening asks of a SQLite file besides its shelf."""

from collections.abc import Mapping, Sequence

from sunledger.store.records import Of
from sunledger.store.sqlite_shelf import SqliteReader, SqliteShelf
from sunledger.store.tables import LATEST_TABLES, READING_TABLES, ROLLUP_TABLES


class SqliteReadOpening(SqliteReader):
    """Restoring."""

    def ports_stood(self) -> Sequence[tuple[int, int, int, int, int]]:
        """Where each port stood."""
        return self.connection.execute(
            "SELECT series, open_start, today, today_since, lifetime_offset FROM port_latest"
        ).fetchall()

    def others_stood(self, of: Of) -> Sequence[tuple[int, int]]:
        """Where each other series stood."""
        return self.connection.execute(f"SELECT series, seen_at FROM {LATEST_TABLES[of]}").fetchall()

    def settings(self) -> Mapping[str, str]:
        """How days have been counted."""
        return dict(self.connection.execute("SELECT key, value FROM setting").fetchall())


class SqliteOpening(SqliteReadOpening, SqliteShelf):
    """Adopting another zone or hour of reset, too."""

    def extent_of_readings(self, of: Of) -> tuple[int, int] | None:
        """The first and last time."""
        return self._extent("at", READING_TABLES[of])

    def extent_of_quarters(self) -> tuple[int, int] | None:
        """The first and last start."""
        return self._extent("start", "energy_quarter")

    def _extent(self, column: str, table: str) -> tuple[int, int] | None:
        found = self.connection.execute(f"SELECT MIN({column}), MAX({column}) FROM {table}").fetchone()
        return None if found[0] is None else (found[0], found[1])

    def has_rollups(self, of: Of) -> bool:
        """Whether there is any rollup."""
        return self._has_any(ROLLUP_TABLES[of])

    def has_hours(self) -> bool:
        """Whether there is any energy by the hour."""
        return self._has_any("energy_hour")

    def _has_any(self, table: str) -> bool:
        return self.connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None

    def drop_hours(self) -> None:
        """Forget the hours."""
        self.connection.execute("DELETE FROM energy_hour")
        self.connection.execute("DELETE FROM plant_hour")

    def drop_days(self) -> None:
        """Forget the days."""
        self.connection.execute("DELETE FROM energy_day")
        self.connection.execute("DELETE FROM plant_day")

    def keep_settings(self, settings: Mapping[str, str], at: int) -> None:
        """Note how days are counted."""
        self.connection.executemany(
            "INSERT OR REPLACE INTO setting (key, value, last_updated) VALUES (?, ?, ?)",
            [(key, value, at) for key, value in settings.items()],
        )
