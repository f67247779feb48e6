"""Telemetry that devices push: a message in, polls out, and a fault for everything that cannot be used.

A message is JSON, a reading or a list of readings; or NDJSON, a reading on each line. What a reading looks
like is told in `telemetry_reading.py`. Nothing here waits, keeps or raises: what is wrong is told.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from sunledger.intake.telemetry_reading import Sender, Wrong, reading_of
from sunledger.measurements import (
    ENERGY,
    INVERTER,
    KINDS,
    PORT,
    TELEMETRY,
    WEATHER,
    Poll,
    Reading,
    ReadingKind,
)

LONGEST_MESSAGE = 1 << 20
"""Bytes of a message."""
MOST_READINGS = 10_000
"""Readings in a message."""
MOST_FAULTS = 100
"""Faults that are told of a message."""

_KINDS: Mapping[type[Reading], ReadingKind[Any]] = {kind.reading: kind for kind in KINDS.values()}
_PLACES = {
    INVERTER.name: "inverters",
    PORT.name: "ports",
    ENERGY.name: "energy",
    WEATHER.name: "weather",
    TELEMETRY.name: "telemetry",
}
"""Where a poll has readings of a kind."""


class Fault(NamedTuple):
    """What is wrong with a reading of a message."""

    line: int
    """Which reading, from 1: the item of a list, or the line."""
    field: str | None
    """None where it is the reading as a whole."""
    detail: str
    """What is wrong, and the way out."""

    def __str__(self) -> str:
        where = f"line {self.line}" if self.field is None else f"line {self.line}, {self.field}"
        return f"{where}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Telemetry:
    """What a message says."""

    polls: Sequence[Poll]
    """By time. Of several readings of one series and moment each is in a poll of its own, in their order."""
    faults: Sequence[Fault]
    """At most `MOST_FAULTS`."""
    readings: int
    """How many are in the polls."""
    refused: int
    """How many are not."""
    ahead: bool = False
    """Whether some are refused because they were taken later than now."""


def read(message: bytes, sender: Sender, *, by_line: bool = False) -> Telemetry:
    """What a message of a device says; with `by_line` it is NDJSON."""
    readings: list[Reading] = []
    faults: list[Fault] = []
    refused = 0
    ahead = False
    for line, given in _items(message, by_line=by_line):
        try:
            readings.append(reading_of(_loaded(given), sender))
        except Wrong as error:
            refused += 1
            ahead = ahead or error.ahead
            found = [Fault(line, *complaint) for complaint in error.complaints]
            faults += found[: MOST_FAULTS - len(faults)]
    return Telemetry(_polls(sender.device, readings), faults, len(readings), refused, ahead)


def _items(message: bytes, *, by_line: bool) -> Sequence[tuple[int, object]]:
    """The readings with their numbers, those of NDJSON still in bytes; or what is wrong with the message."""
    if len(message) > LONGEST_MESSAGE:
        return _unusable(1, f"the message is longer than {LONGEST_MESSAGE} bytes: send several")
    items = _lines(message) if by_line else _listed(message)
    if len(items) > MOST_READINGS:
        return _unusable(MOST_READINGS + 1, f"more than {MOST_READINGS} readings: send several messages")
    return items


def _unusable(line: int, why: str) -> Sequence[tuple[int, object]]:
    return [(line, Wrong((None, why)))]


def _lines(message: bytes) -> Sequence[tuple[int, object]]:
    return [(number, line) for number, line in enumerate(message.split(b"\n"), 1) if line.strip()]


def _listed(message: bytes) -> Sequence[tuple[int, object]]:
    try:
        tree = _loaded(message)
    except Wrong as error:
        return [(1, error)]
    return list(enumerate(tree if isinstance(tree, list) else [tree], 1))


def _loaded(given: object) -> object:
    """A reading as it was sent, out of its line where it is one. Raises Wrong."""
    if isinstance(given, Wrong):
        raise given
    if not isinstance(given, bytes):
        return given
    try:
        return orjson.loads(given)
    except orjson.JSONDecodeError as error:
        raise Wrong((None, f"is not JSON ({error})")) from None


def _polls(device: str, readings: Iterable[Reading]) -> Sequence[Poll]:
    """The readings by moment; the second one of a series and moment goes into a second poll, and so on."""
    seen: Counter[object] = Counter()
    rounds: dict[tuple[datetime, int], dict[str, list[Reading]]] = {}
    for reading in readings:
        kind = _KINDS[type(reading)]
        series = (kind.name, reading.taken_at, *(getattr(reading, name) for name in kind.identity))
        poll = rounds.setdefault((reading.taken_at, seen[series]), {})
        poll.setdefault(_PLACES[kind.name], []).append(reading)
        seen[series] += 1
    return [_poll(device, at, rounds[at, number]) for at, number in sorted(rounds)]


def _poll(device: str, taken_at: datetime, parts: Mapping[str, Any]) -> Poll:
    return Poll(dtu_name=device, taken_at=taken_at, **parts)
