"""Sums of one inverter's readings per quarter of an hour, made by SQLite."""

import sqlite3
from collections.abc import Sequence

from sunledger.measurements import INVERTER, PORT
from sunledger.sitetime import Span, milliseconds
from sunledger.store.records import Series
from sunledger.store.shelf import QUARTER_MS
from sunledger.store.sqlite_shelf import among
from sunledger.store.summaries import Mean, Sums

_BUCKET = f"at - at % {QUARTER_MS}"


def sums_of(connection: sqlite3.Connection, series: Sequence[Series], span: Span) -> Sums:
    """The sums of an inverter and its ports over a span."""
    bounds = (milliseconds(span.start), milliseconds(span.end))
    sums = Sums()
    _add_inverter(connection, [each.id for each in series if each.port_number is None], bounds, sums)
    _add_power(connection, [each.id for each in series if each.port_number is not None], bounds, sums)
    return sums


def _add_inverter(
    connection: sqlite3.Connection, series: Sequence[int], bounds: tuple[int, int], sums: Sums
) -> None:
    # with a bare MAX(at), SQLite takes the other bare columns from that latest row
    values = ", ".join(f"SUM({name}), COUNT({name}), {name}" for name in INVERTER.columns)
    rows = connection.execute(
        f"SELECT {_BUCKET}, MAX(at), {values} FROM inverter_reading "
        f"WHERE at >= ? AND at < ?{among(series)} GROUP BY 1",
        bounds,
    )
    for start, last_at, *columns in rows:
        for column in range(len(INVERTER.columns)):
            total, count, last = columns[3 * column : 3 * column + 3]
            if count:
                sums.inverter[start, column] = Mean(total, count, last, last_at)


def _add_power(
    connection: sqlite3.Connection, series: Sequence[int], bounds: tuple[int, int], sums: Sums
) -> None:
    column = PORT.columns[PORT.index("pv_power")]
    rows = connection.execute(
        f"SELECT {_BUCKET}, series, SUM({column}), COUNT({column}) FROM port_reading "
        f"WHERE at >= ? AND at < ?{among(series)} GROUP BY 1, 2",
        bounds,
    )
    for start, number, total, count in rows:
        if count:
            sums.power[start, number] = Mean(total, count)
