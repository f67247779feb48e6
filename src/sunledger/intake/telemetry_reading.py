"""One reading that a device pushes: a JSON object, and the reading of the catalogue that it is.

    {"battery_soc": 81, "grid_power": -1200}                          energy of the device itself
    {"location": "roof", "temperature": 21.5, "irradiance": 640}      the weather there
    {"serial_number": "X1", "port_number": 1, "pv_power": 312}        a port of an inverter
    {"serial_number": "X1", "grid_voltage": 230.1}                    the inverter
    {"data_type": "boiler", "value": 61.5}                            anything else

`kind` says what it is where the fields do not; `timestamp` when it was taken.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import Any

from sunledger.intake.telemetry_values import Ahead, Unfit, identifier, measured, moment, port_number, shown
from sunledger.measurements import (
    ENERGY,
    INVERTER,
    KINDS,
    PORT,
    TELEMETRY,
    WEATHER,
    Measurement,
    Reading,
    ReadingKind,
)

Complaint = tuple[str | None, str]
"""The field, or None for the reading as a whole; what is wrong with it, and the way out."""
Given = Mapping[str, object]

_OF_THE_DEVICE = ("device_id", "device")
"""Fields that can only repeat the device that the address names."""
_MEASUREMENTS: Mapping[str, Mapping[str, Measurement]] = {
    kind.name: {measurement.name: measurement for measurement in kind.measurements} for kind in KINDS.values()
}


def _needed(kind: ReadingKind[Any]) -> Sequence[str]:
    identity = [field for field in fields(kind.reading) if field.name in kind.identity]
    return ["timestamp", *(field.name for field in identity if field.default is MISSING)]


_NEEDED: Mapping[str, Mapping[str, None]] = {
    kind.name: dict.fromkeys(_needed(kind)) for kind in KINDS.values()
}
"""Fields to look at even where they are not given, in their order."""
_LONGEST_NAME = 64


class Wrong(Exception):
    """A reading that cannot be used, and everything that is wrong with it."""

    def __init__(self, *complaints: Complaint, ahead: bool = False) -> None:
        super().__init__(*complaints)
        self.complaints = complaints
        self.ahead = ahead
        """Whether it may become right with time, since it was taken later than now."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Which device sent a message, and what time it is."""

    device: str
    now: datetime
    came_at: datetime | None = None
    """When the message came, if that was earlier: what has no time of its own was taken then."""


def reading_of(given: object, sender: Sender) -> Reading:
    """The reading that a JSON value is. Raises Wrong."""
    if not isinstance(given, dict):
        raise Wrong((None, f'must be an object such as {{"grid_power": 250}}, not {shown(given)}'))
    kind = _kind(given)
    known: dict[str, Any] = {}
    complaints: list[Complaint] = []
    ahead = False
    for name in {**_NEEDED[kind.name], **given}:
        try:
            known |= _member(name, kind, given, sender)
        except Unfit as error:
            ahead = ahead or isinstance(error, Ahead)
            complaints.append((name[:_LONGEST_NAME], str(error)))
    if not complaints and not any(name in known for name in kind.columns):
        complaints.append((None, f"holds no value: give at least one of {', '.join(kind.columns)}"))
    if complaints:
        raise Wrong(*complaints, ahead=ahead)
    reading: Reading = kind.reading(**known)
    return reading


def _kind(given: Given) -> ReadingKind[Any]:
    """What kind of reading it is; what could be several is the energy of the device. Raises Wrong."""
    said = given.get("kind")
    if said is not None:
        if isinstance(said, str) and said in KINDS:
            return KINDS[said]
        raise Wrong(("kind", f"must be one of {', '.join(KINDS)}, not {shown(said)}"))
    if "data_type" in given or "value" in given:
        return TELEMETRY
    if "serial_number" in given:
        return PORT if "port_number" in given else INVERTER
    weather, energy = (sum(name in given for name in kind.columns) for kind in (WEATHER, ENERGY))
    return WEATHER if weather > energy else ENERGY


def _member(name: str, kind: ReadingKind[Any], given: Given, sender: Sender) -> Mapping[str, object]:
    """What a field says of the reading, nothing where it says nothing. Raises Unfit."""
    value = given.get(name)
    if name == "timestamp":
        now = sender.now if value is not None or sender.came_at is None else sender.came_at
        return {"taken_at": moment(value, now)}
    if name in _OF_THE_DEVICE:
        if value not in (None, sender.device):
            raise Unfit(f"{shown(value)} is not {sender.device}, which sends this: leave it out")
        return {name: sender.device} if name in kind.identity else {}
    measurement = _MEASUREMENTS[kind.name].get(name)
    if measurement is not None:
        return {} if value is None else {name: measured(measurement, value)}
    if name in kind.identity:
        return _identifying(name, kind, value)
    if name == "kind":
        return {}
    raise Unfit(f"is no field of a reading of kind {kind.name}: {_advice(name, value, kind)}")


def _identifying(name: str, kind: ReadingKind[Any], value: object) -> Mapping[str, object]:
    """A field that tells which inverter, port, place or source. Raises Unfit."""
    if value is not None:
        return {name: port_number(value) if name == "port_number" else identifier(value)}
    if name in _NEEDED[kind.name]:
        raise Unfit(f"is missing, and a reading of kind {kind.name} needs it")
    return {}


def _advice(name: str, value: object, kind: ReadingKind[Any]) -> str:
    """What to do about a field that a reading of its kind does not have."""
    others = [each.name for each in KINDS.values() if name in (*each.columns, *each.identity)]
    if others:
        return f'send it as a reading of its own, with "kind": "{"/".join(others)}"'
    near = difflib.get_close_matches(name, [*kind.columns, *kind.identity, "timestamp"], n=1, cutoff=0.75)
    if near:
        return f"did you mean {near[0]}?"
    if isinstance(value, int | float):
        return f'send it as {{"data_type": {shown(name[:_LONGEST_NAME])}, "value": {shown(value)}}}'
    return "leave it out"
