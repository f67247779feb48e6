"""The views that people query: the names of old systems over our tables, made from the catalogue.

In SQLite `timestamp` is ISO text; beside it stands `at`, the integer milliseconds that the index knows.
"""

from typing import Any

from sunledger.measurements import PORT, ReadingKind
from sunledger.store.record_views import record_views
from sunledger.store.records import Of
from sunledger.store.shelf import QUARTER_MS
from sunledger.store.tables import READING_TABLES

_ISO = "strftime('%Y-%m-%dT%H:%M:%fZ', ({}) / 1000.0, 'unixepoch')"
_QUARTERS = (
    "SELECT start, series, energy, power_sum, power_count FROM energy_quarter UNION ALL "
    "SELECT l.open_start, l.series, l.open_energy, SUM(r.pv_power), COUNT(r.pv_power) "
    "FROM port_latest l JOIN port_reading r ON r.series = l.series "
    f"AND r.at >= l.open_start AND r.at < l.open_start + {QUARTER_MS} GROUP BY l.series"
)
"""The closed quarters and, from its readings, the open one of each port."""


def sqlite_views() -> dict[str, str]:
    """The SELECT of each view for SQLite, by name."""
    return {
        "inverters": (
            f"SELECT serial_number, dtu_name, {_iso('first_seen')} AS first_seen, "
            f"{_iso('last_seen')} AS last_seen, inverter_type, metadata FROM inverter"
        ),
        **{
            of.kind.table: (
                f"SELECT {identity(of)}, {_iso('r.at')} AS timestamp, {values(of.kind, 'REAL')}, r.at "
                f"FROM {READING_TABLES[of]} r JOIN series s ON s.id = r.series"
            )
            for of in Of
        },
        "production_cache": (
            f"SELECT {identity(Of.PORT)}, l.today AS today_production, "
            f"l.lifetime AS total_production, {_iso('l.seen_at')} AS last_updated "
            "FROM port_latest l JOIN series s ON s.id = l.series"
        ),
        "config_cache": f"SELECT key, value, {_iso('last_updated')} AS last_updated FROM setting",
        "hourly_production": (
            f"SELECT {_iso('q.start - q.start % 3600000')} AS hour, {identity(Of.PORT)}, "
            f"SUM(q.power_sum) / {power_scale()}.0 / NULLIF(SUM(q.power_count), 0) AS avg_power, "
            "SUM(q.energy) AS production, q.start - q.start % 3600000 AS at "
            f"FROM ({_QUARTERS}) q JOIN series s ON s.id = q.series GROUP BY q.start / 3600000, q.series"
        ),
        "system_metrics": (
            f"SELECT {_iso('at')} AS timestamp, name AS metric_name, value AS metric_value, tags, at "
            "FROM system_metric"
        ),
        **record_views(_iso, _member),
    }


def _iso(column: str) -> str:
    return _ISO.format(column)


def _member(name: str) -> str:
    return f"json_extract(r.document, '$.{name}')"


def identity(of: Of) -> str:
    """What names the series `s` of a kind, as users know it."""
    words = ("device", "port_number") if of is Of.PORT else ("device", "part", "place")
    return ", ".join(f"s.{word} AS {name}" for word, name in zip(words, of.kind.identity, strict=False))


def values(kind: ReadingKind[Any], real: str) -> str:
    """The columns of a reading `r`, divided back into their units; `real` is the engine's type for that."""
    return ", ".join(
        f"r.{measurement.name}"
        if measurement.quantity.scale == 1
        else f"r.{measurement.name} / CAST({measurement.quantity.scale} AS {real}) AS {measurement.name}"
        for measurement in kind.measurements
    )


def power_scale() -> int:
    """What `pv_power` of a port is divided by."""
    return PORT.measurements[PORT.index("pv_power")].quantity.scale
