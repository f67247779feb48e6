"""What opening asks of a site in PostgreSQL besides its shelf."""

from collections.abc import Mapping, Sequence
from typing import Any

from sunledger.store.postgres_shelf import PostgresReader, PostgresShelf
from sunledger.store.postgres_site import ends
from sunledger.store.postgres_types import Milliseconds
from sunledger.store.records import Of
from sunledger.store.tables import LATEST_TABLES, READING_TABLES, ROLLUP_TABLES


class PostgresReadOpening(PostgresReader):
    """Restoring."""

    def ports_stood(self) -> Sequence[tuple[Any, ...]]:
        """Where each port stood."""
        return self.ask(
            "SELECT series, open_start, today, today_since, lifetime_offset FROM port_latest WHERE site = %s",
            self.site,
        )

    def others_stood(self, of: Of) -> Sequence[tuple[Any, ...]]:
        """Where each other series stood."""
        return self.ask(f"SELECT series, seen_at FROM {LATEST_TABLES[of]} WHERE site = %s", self.site)

    def settings(self) -> Mapping[str, str]:
        """How days have been counted."""
        return dict(self.ask("SELECT key, value FROM setting WHERE site = %s", self.site))


class PostgresOpening(PostgresReadOpening, PostgresShelf):
    """Adopting another zone or hour of reset, too."""

    def extent_of_readings(self, of: Of) -> tuple[int, int] | None:
        """The first and last time."""
        return self._extent("at", READING_TABLES[of])

    def extent_of_quarters(self) -> tuple[int, int] | None:
        """The first and last start."""
        return self._extent("start", "energy_quarter")

    def _extent(self, column: str, table: str) -> tuple[int, int] | None:
        ((first, last),) = self.ask(ends(table, column), self.site)
        return None if first is None else (first, last)

    def has_rollups(self, of: Of) -> bool:
        """Whether there is any rollup."""
        return self._has_any(ROLLUP_TABLES[of])

    def has_hours(self) -> bool:
        """Whether there is any energy by the hour."""
        return self._has_any("energy_hour")

    def _has_any(self, table: str) -> bool:
        return bool(self.ask(f"SELECT 1 FROM {table} WHERE site = %s LIMIT 1", self.site))

    def drop_hours(self) -> None:
        """Forget the hours."""
        self.connection.execute("DELETE FROM energy_hour WHERE site = %s", (self.site,))
        self.connection.execute("DELETE FROM plant_hour WHERE site = %s", (self.site,))

    def drop_days(self) -> None:
        """Forget the days."""
        self.connection.execute("DELETE FROM energy_day WHERE site = %s", (self.site,))
        self.connection.execute("DELETE FROM plant_day WHERE site = %s", (self.site,))

    def keep_settings(self, settings: Mapping[str, str], at: int) -> None:
        """Note how days are counted."""
        for key, value in settings.items():
            self.connection.execute(
                "INSERT INTO setting (site, key, value, last_updated) VALUES (%s, %s, %s, %s) "
                "ON CONFLICT (site, key) DO UPDATE SET "
                "value = EXCLUDED.value, last_updated = EXCLUDED.last_updated",
                (self.site, key, value, Milliseconds(at)),
            )
