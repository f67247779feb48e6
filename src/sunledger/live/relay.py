"""What crosses between the processes of one Sunledger, as bytes.

Three kinds of messages, told apart by their first byte; after it comes JSON:

    S  what is shown now of some devices: whole images, so that it does not matter which ones were missed
    E  events as subscribers are told of them, `{"events": […]}`
    O  how a poll of a DTU ended

Another version of Sunledger may know more or less; who cannot read a message asks the database instead.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from sunledger.ledger.judgement import Quality
from sunledger.live.events import RelayedEvent, relayed
from sunledger.live.health import BreakerState, PollOutcome
from sunledger.live.latest import LatestInverter, LatestPort, Production
from sunledger.live.measured import Measured
from sunledger.live.stream import Frame
from sunledger.measurements import INVERTER, KINDS, PORT, ReadingKind

_SHOWN, _EVENTS, _OUTCOME = b"S", b"E", b"O"


class Unreadable(ValueError):
    """Bytes that this version cannot read."""


class RelayedProduction(NamedTuple):
    """Repaired counters; see `Production`."""

    serial_number: str
    port_number: int
    at: datetime
    today: int
    total: int | None


class Shown(NamedTuple):
    """What is known of some devices now; `heard` of the inverters is how many seconds ago."""

    inverters: Sequence[LatestInverter]
    measured: Sequence[Measured]


class Told(NamedTuple):
    """What subscribers are told, with the ids."""

    events: Sequence[tuple[str, RelayedEvent]]


Message = Shown | Told | PollOutcome


def shown(
    images: Iterable[LatestInverter], age: Callable[[LatestInverter], float], measured: Iterable[Measured]
) -> bytes:
    """What is known of some devices, as a message."""
    tree = {
        "inverters": [_image(image, age(image)) for image in images],
        "measured": [{"kind": each.kind.name, "reading": each.reading} for each in measured],
    }
    return _SHOWN + orjson.dumps(tree)


def told(frame: Frame) -> bytes:
    """What subscribers to everything are told, as a message."""
    return _EVENTS + frame.data


def finished(outcome: PollOutcome) -> bytes:
    """How a poll ended, as a message."""
    return _OUTCOME + orjson.dumps(outcome)


def read(message: bytes) -> Message:
    """What a message says. Raises `Unreadable`."""
    try:
        return _READERS[message[:1]](orjson.loads(message[1:]))
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error


def _image(image: LatestInverter, age: float) -> Mapping[str, Any]:
    return {
        **image._asdict(),
        "heard": age,
        "ports": [
            {
                "reading": port.reading,
                "quality": port.quality,
                "production": None if port.production is None else _counters(port.production),
            }
            for port in image.ports
        ],
    }


def _counters(production: Production) -> Mapping[str, Any]:
    return {name: getattr(production, name) for name in RelayedProduction._fields}


def _shown(tree: Mapping[str, Any]) -> Shown:
    measured = [
        Measured(KINDS[each["kind"]], _reading(KINDS[each["kind"]], each["reading"]))
        for each in tree["measured"]
    ]
    return Shown([_inverter(each) for each in tree["inverters"]], measured)


def _inverter(tree: Mapping[str, Any]) -> LatestInverter:
    ports = tuple(map(_port, tree["ports"]))
    reading = None if tree["reading"] is None else _reading(INVERTER, tree["reading"])
    known = {**tree, "reading": reading, "quality": Quality(tree["quality"]), "ports": ports}
    return LatestInverter(**known)


def _port(tree: Mapping[str, Any]) -> LatestPort:
    given = tree["production"]
    production = None if given is None else RelayedProduction(**{**given, "at": _moment(given["at"])})
    return LatestPort(_reading(PORT, tree["reading"]), Quality(tree["quality"]), production)


def _reading(kind: ReadingKind[Any], tree: Mapping[str, Any]) -> Any:
    return kind.reading(**{**tree, "taken_at": _moment(tree["taken_at"])})


def _told(tree: Mapping[str, Any]) -> Told:
    """The events; notices to the reader have no id, and what they tell shows in the ids of the others."""
    events = [each for each in tree["events"] if "id" in each and each["type"] != "resync"]
    return Told([(each["id"], relayed(each)) for each in events])


def _outcome(tree: Mapping[str, Any]) -> PollOutcome:
    known = {"started_at": _moment(tree["started_at"]), "breaker": BreakerState(tree["breaker"])}
    return PollOutcome(**{**tree, **known})


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


_READERS: Mapping[bytes, Callable[[Any], Message]] = {_SHOWN: _shown, _EVENTS: _told, _OUTCOME: _outcome}
