"""Polls as batches, and batches as the polls that they are made of."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sunledger.measurements import ENERGY, INVERTER, PORT, TELEMETRY, WEATHER, Batch, Columns, Poll
from sunledger.measurements.catalogue import ReadingKind, Stored
from sunledger.sitetime import instant, milliseconds

_FIELDS: Mapping[str, ReadingKind[Any]] = {
    "ports": PORT,
    "inverters": INVERTER,
    "energy": ENERGY,
    "weather": WEATHER,
    "telemetry": TELEMETRY,
}
"""Where a poll has its readings of each kind."""

_Source = tuple[str, str, bool]
_Rows = list[tuple[int, Sequence[Stored]]]


@dataclass
class _Gathered:
    """The polls of a batch to be."""

    source: _Source
    polls: dict[int, Poll] = field(default_factory=dict)

    def batch(self) -> Batch:
        dtu_name, inverter_type, suspect_time = self.source
        rows: dict[tuple[str, tuple[str | int, ...]], _Rows] = {}
        for at in sorted(self.polls):
            for name, kind in _FIELDS.items():
                readings = getattr(self.polls[at], name)
                for reading, values in zip(readings, kind.encode_all(readings), strict=True):
                    identity = tuple(getattr(reading, part) for part in kind.identity)
                    rows.setdefault((name, identity), []).append((at, values))
        shared: dict[tuple[int, ...], list[int]] = {}
        columns = [_columns(_FIELDS[name], identity, each, shared) for (name, identity), each in rows.items()]
        return Batch(
            dtu_name=dtu_name, columns=columns, inverter_type=inverter_type, suspect_time=suspect_time
        )


def _columns(
    kind: ReadingKind[Any],
    identity: tuple[str | int, ...],
    rows: _Rows,
    shared: dict[tuple[int, ...], list[int]],
) -> Columns:
    times = tuple(at for at, _ in rows)
    values = [list(column) for column in zip(*(values for _, values in rows), strict=True)]
    return Columns(kind=kind, identity=identity, times=shared.setdefault(times, list(times)), values=values)


def batches(polls: Iterable[Poll]) -> list[Batch]:
    """Polls as few batches; where a moment of a DTU comes again, it is in a later one.

    Raises ValueError for a poll that has two readings of the same series.
    """
    done: list[_Gathered] = []
    latest: dict[str, _Gathered] = {}
    for poll in polls:
        source = poll.dtu_name, poll.inverter_type, poll.suspect_time
        at = milliseconds(poll.taken_at)
        gathered = latest.get(poll.dtu_name)
        if gathered is None or gathered.source != source or at in gathered.polls:
            gathered = latest[poll.dtu_name] = _Gathered(source)
            done.append(gathered)
        gathered.polls[at] = poll
    return [each.batch() for each in done]


def polls(batch: Batch, times: Collection[int] | None = None) -> list[Poll]:
    """The polls of a batch by their times; or only those of some times."""
    found: dict[int, dict[str, list[Any]]] = {}
    for name, kind in _FIELDS.items():
        for columns in batch.columns:
            if columns.kind is kind:
                for at, reading in _readings(columns, times):
                    found.setdefault(at, {}).setdefault(name, []).append(reading)
    return [
        Poll(
            dtu_name=batch.dtu_name,
            taken_at=instant(at),
            inverter_type=batch.inverter_type,
            suspect_time=batch.suspect_time,
            **found[at],
        )
        for at in sorted(found)
    ]


def _readings(columns: Columns, times: Collection[int] | None) -> Iterable[tuple[int, Any]]:
    kind = columns.kind
    named = dict(zip(kind.identity, columns.identity, strict=True))
    for at, *stored in zip(columns.times, *columns.values, strict=True):
        if times is None or at in times:
            yield at, kind.reading(**named, taken_at=instant(at), **kind.decode(stored))
