"""The checks of `checks.py` over a batch: whole columns first, then the polls in which anything is odd."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress

from sunledger.ledger.batching import polls
from sunledger.ledger.checks import Verdict, check
from sunledger.measurements import INVERTER, PORT, Batch, Columns, Measurement, Stored

_POWER = PORT.index("pv_power")


def check_batch(batch: Batch) -> list[Verdict]:
    """Judge the readings of a batch as `check` judges those of its polls."""
    judged = [each for each in batch.columns if each.kind in (INVERTER, PORT)]
    odd = {
        at for columns in judged for at in (columns.times if batch.suspect_time else _implausible(columns))
    }
    silent = {at for columns in judged for at in _silent(columns)}
    if silent:
        odd |= silent.intersection(_producing(judged))
    return [verdict for poll in polls(batch, odd) for verdict in check(poll)] if odd else []


def _implausible(columns: Columns) -> Iterator[int]:
    """The times of values that no working device can have measured."""
    for measurement, column in zip(columns.kind.measurements, columns.values, strict=True):
        if not _plausible(measurement, _ends(column)):
            times = zip(columns.times, column, strict=True)
            yield from (at for at, value in times if not _plausible(measurement, [value]))


def _ends(column: Sequence[Stored]) -> Sequence[Stored]:
    """The least and the greatest of a column, or all of one in which values are missing."""
    if None in column or not column:
        return column
    known: Sequence[int] = column  # type: ignore[assignment]  # none is missing
    return min(known), max(known)


def _plausible(measurement: Measurement, stored: Sequence[Stored]) -> bool:
    return measurement.all_plausible(map(measurement.decode, stored))


def _silent(columns: Columns) -> Iterable[int]:
    """The times at which there is nothing but zeros."""
    if any(map(all, columns.values)):
        return ()
    rows = zip(*columns.values, strict=True)
    return (at for at, row in zip(columns.times, rows, strict=True) if not any(row))


def _producing(judged: Iterable[Columns]) -> Iterator[int]:
    """The times at which a port has power."""
    for columns in judged:
        if columns.kind is PORT:
            yield from compress(columns.times, columns.values[_POWER])
