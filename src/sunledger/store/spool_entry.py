"""What the spool keeps of a poll: every reading as it came in, and what the check found of it.

An entry is one byte that says how it is written, then JSON under zlib: one list per field, named, so that a
later version with more measurements reads what an earlier one wrote. Floats are written with as many digits
as give the same float again, moments as microseconds since 1970.
"""

import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from sunledger.ledger.judgement import Judgement, Reason
from sunledger.measurements import KINDS, Poll, Reading, ReadingKind
from sunledger.store.records import Entry, Found

WRITING = b"\x01"
"""The way of writing described above; another one gets another byte."""

_FIELDS = {
    "inverter": "inverters",
    "port": "ports",
    "energy": "energy",
    "weather": "weather",
    "telemetry": "telemetry",
}
"""Where a poll has its readings of each kind; kinds that it has none of are left out."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FAST = 1
"""zlib's level: the next ones take three times as long for a tenth of the size."""

Columns = Mapping[str, Sequence[Any]]


class UnreadableEntry(ValueError):
    """Bytes that this version cannot read; the message says why."""


def encode(entry: Entry) -> bytes:
    """A poll with what was found, as bytes."""
    poll, found = entry
    tree = {
        "dtu_name": poll.dtu_name,
        "taken_at": _microseconds(poll.taken_at),
        "inverter_type": poll.inverter_type,
        "suspect_time": poll.suspect_time,
        **{
            name: _columns(KINDS[name], readings)
            for name, field in _FIELDS.items()
            if (readings := getattr(poll, field))
        },
        "found": [[*each[:2], [list(judgement) for judgement in each.judgements]] for each in found],
    }
    return WRITING + zlib.compress(orjson.dumps(tree), _FAST)


def decode(entry: bytes) -> Entry:
    """The poll of an entry. Raises `UnreadableEntry`."""
    if entry[:1] != WRITING:
        raise UnreadableEntry(
            f"written in a way that this version does not know (it begins with {entry[:1]!r})"
        )
    try:
        return _entry(orjson.loads(zlib.decompress(entry[1:])))
    except (zlib.error, orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise UnreadableEntry(f"{type(error).__name__}: {error}") from error


def _entry(tree: Mapping[str, Any]) -> Entry:
    readings: dict[str, Any] = {
        field: tuple(KINDS[name].reading(**row) for row in _rows(tree[name]))
        for name, field in _FIELDS.items()
        if name in tree
    }
    poll = Poll(
        dtu_name=tree["dtu_name"],
        taken_at=_moment(tree["taken_at"]),
        inverter_type=tree["inverter_type"],
        suspect_time=tree["suspect_time"],
        **readings,
    )
    return Entry(poll, tuple(_found(*each) for each in tree["found"]))


def _columns(kind: ReadingKind[Any], readings: Sequence[Reading]) -> Columns:
    """The readings as one list per field; fields that no reading has are left out."""
    columns = {name: [getattr(each, name) for each in readings] for name in (*kind.identity, *kind.columns)}
    given = {name: column for name, column in columns.items() if any(value is not None for value in column)}
    return {"taken_at": [_microseconds(each.taken_at) for each in readings], **given}


def _rows(columns: Columns) -> list[dict[str, Any]]:
    """The fields of each reading."""
    moments = map(_moment, columns["taken_at"])
    rows = zip(*(column for name, column in columns.items() if name != "taken_at"), strict=True)
    names = [name for name in columns if name != "taken_at"]
    return [
        {"taken_at": moment, **dict(zip(names, row, strict=True))}
        for moment, row in zip(moments, rows, strict=True)
    ]


def _found(serial_number: str, port_number: int | None, judgements: Sequence[Sequence[Any]]) -> Found:
    return Found(serial_number, port_number, tuple(_judgement(*each) for each in judgements))


def _judgement(at: int, until: int, field: str, reason: str, *rest: Any) -> Judgement:
    return Judgement(at, until, field, Reason(reason), *rest)


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _moment(microseconds: int) -> datetime:
    return _EPOCH + microseconds * _MICROSECOND
