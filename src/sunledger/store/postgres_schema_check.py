"""Whether our schema in PostgreSQL is whole: tables, columns, keys, views, indexes and months."""

from collections.abc import Iterable, Iterator

from psycopg import Connection

from sunledger.store.postgres_beside import is_served
from sunledger.store.postgres_partitions import AHEAD, bounds_of, name_of
from sunledger.store.postgres_tables import LATEST, QUARTERS, READINGS, ROLLUPS, Table
from sunledger.store.postgres_views import postgres_views
from sunledger.store.tables import SERIES_COLUMNS

KNOWN = (*READINGS.values(), *ROLLUPS.values(), *LATEST.values(), QUARTERS)
OTHERS = {
    "series": SERIES_COLUMNS,
    "inverter": ("serial_number", "dtu_name", "inverter_type", "first_seen", "last_seen", "metadata"),
    "setting": ("key", "value", "last_updated"),
    "tally": ("name", "entries"),
    "energy_hour": ("start", "series", "energy"),
    "energy_day": ("day", "series", "energy"),
    "plant_hour": ("start", "energy"),
    "plant_day": ("day", "energy"),
    "judgement": (
        "number", "series", "at", "until", "field", "reason", "raw", "repaired", "decided_at", "folded",
    ),
    "record": ("kind", "id", "version", "active", "at", "document", "created_at", "updated_at"),
    "system_metric": ("at", "name", "tags", "value"),
    "access_user": (
        "key", "name", "role", "memberships", "password_hash", "disabled", "generation", "created_at",
        "updated_at",
    ),
    "access_session": ("id", "hash", "user_key", "created_at", "seen_at", "agent", "address"),
    "access_token": (
        "id", "hash", "name", "owner", "role", "sites", "scopes", "device", "created_by", "created_at",
        "expires_at", "last_used_at", "revoked_at",
    ),
    "access_key": ("kid", "secret", "created_at"),
    "access_setup": ("hash", "expires_at"),
    "audit": (
        "seq", "at", "kind", "who", "address", "action", "object_kind", "object_id", "before", "after",
        "outcome", "hash",
    ),
    "handover": ("number", "body", "refused"),
    "alembic_version": ("version_num",),
}  # fmt: skip
_OURS = "n.nspname = 'sunledger'"
_COLUMNS = (
    "SELECT c.relname, a.attname, t.typname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
    f"JOIN pg_type t ON t.oid = a.atttypid WHERE {_OURS} AND c.relkind IN ('r', 'p', 'v')"
)
_KEYS = (
    "SELECT c.relname, array_agg(a.attname::text ORDER BY k.place) FROM pg_constraint p "
    "JOIN pg_class c ON c.oid = p.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
    "CROSS JOIN LATERAL unnest(p.conkey) WITH ORDINALITY k (number, place) "
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number "
    f"WHERE {_OURS} AND p.contype = 'p' GROUP BY 1"
)
_INDEXES = (
    "SELECT c.relname, t.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
    "JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace "
    f"WHERE {_OURS} AND NOT (i.indisvalid AND i.indisready AND i.indislive) ORDER BY 1"
)
_PARTS = (
    "SELECT p.relname, c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_class p "
    "JOIN pg_namespace n ON n.oid = p.relnamespace LEFT JOIN pg_inherits i ON i.inhparent = p.oid "
    f"LEFT JOIN pg_class c ON c.oid = i.inhrelid WHERE {_OURS} AND p.relkind = 'p' ORDER BY 1, 2"
)
_NOW = (
    "SELECT (extract(year FROM m) * 12 + extract(month FROM m) - 1)::int "
    "FROM (SELECT now() AT TIME ZONE 'UTC' AS m) t"
)

Parts = dict[str, dict[str, str]]
"""The parts of each table of readings that is in months, and which times each holds."""


def incomplete(connection: Connection) -> Iterator[str]:
    """What is missing, or is not what it should be."""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(_COLUMNS):
        found.setdefault(table, {})[column] = kind
    keys: dict[str, list[str]] = dict(connection.execute(_KEYS).fetchall())
    for known in KNOWN:
        yield from _unlike(known, found.get(known.name), keys.get(known.name))
    for name, columns in OTHERS.items():
        yield from _missing(name, columns, found.get(name))
    for name in postgres_views():
        if name not in found:
            yield f"the view {name} is missing; the next start of the server makes it"
    for index, table in connection.execute(_INDEXES):
        yield f"the index {index} of {table} is not valid; `REINDEX INDEX sunledger.{index}` mends it"


def _unlike(table: Table, columns: dict[str, str] | None, key: list[str] | None) -> Iterator[str]:
    yield from _missing(table.name, table.columns, columns)
    for name, wanted in zip(table.columns, table.types, strict=True):
        kind = (columns or {}).get(name, wanted)
        if kind != wanted:
            yield f"{table.name}: {name} is of type {kind}, not {wanted}"
    if columns is not None and key != ["site", *table.key]:
        yield f"{table.name}: the primary key is not (site, {', '.join(table.key)})"


def _missing(table: str, wanted: Iterable[str], columns: dict[str, str] | None) -> Iterator[str]:
    if columns is None:
        yield f"the table {table} is missing"
        return
    gone = [name for name in wanted if name not in columns]
    if gone:
        yield f"{table}: missing {', '.join(gone)}"


def parts(connection: Connection) -> Parts:
    """The months of all tables of readings that have any; hypertables have none."""
    found: Parts = {}
    for table, part, bounds in connection.execute(_PARTS):
        months = found.setdefault(table, {})
        if part is not None:
            months[part] = bounds
    return found


def misplaced(connection: Connection, known: Parts) -> Iterator[str]:
    """Months that hold other times than theirs, or are seen by no question."""
    for table, months in known.items():
        for part, bounds in months.items():
            month = _month_of(table, part)
            if month is None:
                yield f"{part} is a part of {table} that Sunledger has not made; {bounds} belongs into months"
            elif bounds != bounds_of(month):
                yield f"{part}: holds {bounds.lower()}, not its month"
        yield from _detached(connection, table, months)


def _detached(connection: Connection, table: str, months: Iterable[str]) -> Iterator[str]:
    rows = connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        f"WHERE {_OURS} AND c.relkind = 'r' AND c.relname LIKE %s ORDER BY 1".encode(),
        (table.replace("_", r"\_") + r"\_____\___",),
    )
    for (name,) in rows:
        month = _month_of(table, name)
        if month is not None and name not in set(months):
            yield (
                f"{name} is no part of {table}, so that nobody sees its rows; "
                f"`ALTER TABLE sunledger.{table} ATTACH PARTITION sunledger.{name} {bounds_of(month)}` "
                "mends it"
            )


def _month_of(table: str, part: str) -> int | None:
    """The month that the name of a part says."""
    year, _, month = part.removeprefix(f"{table}_").partition("_")
    if not (year.isdigit() and month.isdigit()):
        return None
    number = int(year) * 12 + int(month) - 1
    return number if name_of(table, number) == part else None


def unprepared(connection: Connection, known: Parts) -> tuple[list[str], list[str]]:
    """Months from now on that are not there: (those that keep a server from writing, those made in time)."""
    ((now,),) = connection.execute(_NOW)
    served = is_served(connection)
    months = [
        (month, name_of(table, month))
        for table in known
        for month in range(now, now + AHEAD + 1)
        if name_of(table, month) not in known[table]
    ]
    urgent = [
        f"{name} is missing, which readings of now go into; start the server again, which makes it"
        for month, name in months
        if served and month == now
    ]
    later = [
        f"{name} is not there yet; it is made in time by the server"
        for month, name in months
        if not (served and month == now)
    ]
    return urgent, later
