"""The views that people query in PostgreSQL: names of old systems over our tables, from the catalogue.

They live in our schema, and in `public` where a name is free there. Ours are known by their comment, which
also says of which text they were made.
"""

import hashlib

from psycopg import Connection, errors

from sunledger.store.protocol import StoreUnusable
from sunledger.store.record_views import record_views
from sunledger.store.records import Of
from sunledger.store.tables import READING_TABLES
from sunledger.store.views import identity, power_scale, values

_ON_SERIES = "JOIN sunledger.series s ON s.site = {0}.site AND s.id = {0}.series"
_QUARTERS = (
    "SELECT site, start, series, energy, power_sum, power_count FROM sunledger.energy_quarter UNION ALL "
    "SELECT l.site, l.open_start, l.series, l.open_energy, SUM(r.pv_power), COUNT(r.pv_power) "
    "FROM sunledger.port_latest l JOIN sunledger.port_reading r ON r.site = l.site AND r.series = l.series "
    "AND r.at >= l.open_start AND r.at < l.open_start + INTERVAL '15 minutes' "
    "GROUP BY l.site, l.series"
)
"""The closed quarters and, from its readings, the open one of each port."""


def postgres_views() -> dict[str, str]:
    """The SELECT of each view, by name."""
    return {
        "inverters": (
            "SELECT serial_number, dtu_name, first_seen, last_seen, inverter_type, metadata "
            "FROM sunledger.inverter"
        ),
        **{
            of.kind.table: (
                f"SELECT {identity(of)}, r.at AS timestamp, {values(of.kind, 'float8')} "
                f"FROM sunledger.{READING_TABLES[of]} r {_ON_SERIES.format('r')}"
            )
            for of in Of
        },
        "production_cache": (
            f"SELECT {identity(Of.PORT)}, l.today AS today_production, "
            "l.lifetime AS total_production, l.seen_at AS last_updated "
            f"FROM sunledger.port_latest l {_ON_SERIES.format('l')}"
        ),
        "config_cache": "SELECT key, value, last_updated FROM sunledger.setting",
        "hourly_production": (
            f"SELECT date_trunc('hour', q.start, 'UTC') AS hour, {identity(Of.PORT)}, "
            f"(SUM(q.power_sum) / NULLIF(SUM(q.power_count), 0) / {power_scale()})::float8 AS avg_power, "
            "SUM(q.energy)::int8 AS production "
            f"FROM ({_QUARTERS}) q {_ON_SERIES.format('q')} GROUP BY 1, 2, 3"
        ),
        "system_metrics": (
            "SELECT at AS timestamp, name AS metric_name, value AS metric_value, tags::jsonb AS tags "
            "FROM sunledger.system_metric"
        ),
        **record_views(lambda column: column, _member),
    }


_MEMBERS = {
    "value": "r.document -> 'value'",
    "report_data": "r.document -> 'report_data'",
    "report_date": "(r.document ->> 'report_date')::date",
    "end_time": "(r.document ->> 'end_time')::timestamptz",
    **{name: f"r.document ->> '{name}'" for name in ("report_type", "currency", "status")},
}


def _member(name: str) -> str:
    return _MEMBERS.get(name, f"(r.document ->> '{name}')::float8")


def refresh_views(connection: Connection) -> None:
    """Make our views anew where the catalogue has changed them; what others have made stays.

    In the caller's transaction. Raises `StoreUnusable` when a user's view stands in the way.
    """
    for name, select in postgres_views().items():
        _refresh(connection, f"sunledger.{name}", select)
    if _may_create_in_public(connection):
        for name in postgres_views():
            _refresh(connection, f"public.{name}", f"SELECT * FROM sunledger.{name}")


def _may_create_in_public(connection: Connection) -> bool:
    found = connection.execute(
        "SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = 'public'"
    ).fetchone()
    return found is not None and bool(found[0])


def _refresh(connection: Connection, name: str, select: str) -> None:
    mark = f"{_MARK} ({hashlib.sha256(_shown(select).encode()).hexdigest()[:16]})"
    known = _comment(connection, name)
    if known == mark or (known is not None and not known.startswith(_MARK)):
        return
    try:
        with connection.transaction():
            connection.execute(f"CREATE OR REPLACE VIEW {name} AS {select}".encode())
    except errors.InvalidTableDefinition:
        _replace(connection, name, select)
    connection.execute(f"COMMENT ON VIEW {name} IS '{mark}'".encode())


_MARK = "made by Sunledger"


def _comment(connection: Connection, name: str) -> str | None:
    """The comment on whatever has this name, empty when it has none; None when the name is free."""
    found = connection.execute(
        "SELECT COALESCE(obj_description(oid, 'pg_class'), '') FROM pg_class WHERE oid = to_regclass(%s)",
        (name,),
    ).fetchone()
    return None if found is None else str(found[0])


def _replace(connection: Connection, name: str, select: str) -> None:
    """Make a view anew whose columns have changed, and before it ours in `public` that shows it."""
    outer = name.replace("sunledger.", "public.")
    try:
        if outer != name and (_comment(connection, outer) or "").startswith(_MARK):
            connection.execute(f"DROP VIEW {outer}".encode())
        connection.execute(f"DROP VIEW {name}".encode())
    except errors.DependentObjectsStillExist as error:
        raise StoreUnusable(
            f"the view {name} has to be made anew, but something of yours uses it "
            f"({' '.join(str(error.diag.message_detail).split())}); drop that, start once, and make it again"
        ) from error
    connection.execute(f"CREATE VIEW {name} AS {select}".encode())


def _shown(select: str) -> str:
    """What a view shows, for its mark: one in `public` changes with the one that it is made of."""
    return select if "*" not in select else f"{select}: {postgres_views()}"
