"""The views that people query: the names of old systems over our tables, made from the catalogue.

In SQLite `timestamp` is ISO text; beside it stands `at`, the integer milliseconds that the index knows.
"""

from sunledger.measurements import INVERTER, PORT, ReadingKind
from sunledger.measurements.readings import InverterReading, PortReading
from sunledger.store.record_views import record_views
from sunledger.store.shelf import QUARTER_MS

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
        INVERTER.table: (
            f"SELECT s.serial_number, {_iso('r.at')} AS timestamp, {_values(INVERTER)}, r.at "
            "FROM inverter_reading r JOIN series s ON s.id = r.series"
        ),
        PORT.table: (
            f"SELECT s.serial_number, s.port_number, {_iso('r.at')} AS timestamp, {_values(PORT)}, r.at "
            "FROM port_reading r JOIN series s ON s.id = r.series"
        ),
        "production_cache": (
            "SELECT s.serial_number, s.port_number, l.today AS today_production, "
            f"l.lifetime AS total_production, {_iso('l.seen_at')} AS last_updated "
            "FROM port_latest l JOIN series s ON s.id = l.series"
        ),
        "config_cache": f"SELECT key, value, {_iso('last_updated')} AS last_updated FROM setting",
        "hourly_production": (
            f"SELECT {_iso('q.start - q.start % 3600000')} AS hour, s.serial_number, s.port_number, "
            f"SUM(q.power_sum) / {_power_scale()}.0 / NULLIF(SUM(q.power_count), 0) AS avg_power, "
            "SUM(q.energy) AS production, q.start - q.start % 3600000 AS at "
            f"FROM ({_QUARTERS}) q JOIN series s ON s.id = q.series GROUP BY q.start / 3600000, q.series"
        ),
        **record_views(_iso, _member),
    }


def _iso(column: str) -> str:
    return _ISO.format(column)


def _member(name: str) -> str:
    return f"json_extract(r.document, '$.{name}')"


def _values(kind: ReadingKind[InverterReading] | ReadingKind[PortReading]) -> str:
    """The columns of a reading, divided back into their units."""
    return ", ".join(
        f"r.{measurement.name}"
        if measurement.integral
        else f"r.{measurement.name} / {measurement.quantity.scale}.0 AS {measurement.name}"
        for measurement in kind.measurements
    )


def _power_scale() -> int:
    return PORT.measurements[PORT.index("pv_power")].quantity.scale
