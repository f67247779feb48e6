"""Pages of readings: of each series as many as the page can hold, by its key, and of those the first ones.

So a page costs the same however long the span is. Ordering the whole span by time would read all of it, as
the key has the series before the time.
"""

from collections.abc import Sequence
from typing import Any

from sunledger.sitetime import Span, milliseconds
from sunledger.store.postgres_shelf import PostgresReader
from sunledger.store.postgres_types import Milliseconds
from sunledger.store.records import Of, Position, Row, position
from sunledger.store.tables import COLUMNS, READING_TABLES


def page_of(
    reader: PostgresReader,
    of: Of,
    series: Sequence[int] | None,
    span: Span,
    limit: int,
    after: Position | None,
    *,
    newest_first: bool,
) -> tuple[list[Row], Position | None]:
    """A page of stored rows by (time, series), and where to go on."""
    order = "DESC" if newest_first else "ASC"
    which, parameters = _series(reader, of, series)
    bounds, moments = _bounds(span, after, newest_first=newest_first)
    sql = (
        f"SELECT r.* FROM {which} s CROSS JOIN LATERAL ("
        f"SELECT at, series, {', '.join(COLUMNS[of])} FROM {READING_TABLES[of]} "
        f"WHERE site = %s AND series = s.id AND {bounds} ORDER BY at {order} LIMIT %s) r "
        f"ORDER BY at {order}, series {order} LIMIT %s"
    )
    rows = reader.ask(sql, *parameters, reader.site, *moments, limit + 1, limit + 1)
    return rows[:limit], position(rows[limit - 1]) if len(rows) > limit else None


def _series(reader: PostgresReader, of: Of, series: Sequence[int] | None) -> tuple[str, list[Any]]:
    if series is None:
        return "(SELECT id FROM series WHERE site = %s AND kind = %s)", [reader.site, of.value]
    return "(SELECT unnest(%s::int4[]) AS id)", [list(series)]


def _bounds(span: Span, after: Position | None, *, newest_first: bool) -> tuple[str, list[Any]]:
    start, end = milliseconds(span.start), milliseconds(span.end)
    if after is None:
        return "at >= %s AND at < %s", [Milliseconds(start), Milliseconds(end)]
    if newest_first:
        end = min(end, after.at + 1)
    else:
        start = max(start, after.at)
    beyond = "<" if newest_first else ">"
    return f"at >= %s AND at < %s AND (at, s.id) {beyond} (%s, %s)", [
        Milliseconds(start),
        Milliseconds(end),
        Milliseconds(after.at),
        after.series,
    ]
