"""What subscribers are told, as JSON objects.

A device's latest readings, once per inverter and poll (fields as in the catalogue, missing ones null):

    {"id": "1795000000000-17", "type": "reading", "serial_number": "116180001234", "dtu_name": "roof",
     "timestamp": "2026-06-21T10:00:00Z", "state": "live", "quality": "good",
     "grid_voltage": 230.1, …, "link_status": 1, "pv_power": 612.4,
     "ports": [{"port_number": 1, "timestamp": "2026-06-21T10:00:00Z", "quality": "good",
                "pv_voltage": 33.1, …, "total_production": 812345,
                "repaired": {"today_production": 1204, "total_production": 812345}}]}

`repaired` holds the counters over falls, jumps, wraps and replacements; null before they are known.
`timestamp` is null where only ports have been heard. A DTU whose status or breaker has changed:

    {"id": …, "type": "dtu", "dtu_name": "roof", "status": "error", "breaker": "closed",
     "last_successful_query": "2026-06-21T10:00:00Z", "consecutive_failures": 1, "last_error": "…"}

A reading of another kind, named as in the catalogue (`energy`, `weather` or `telemetry`):

    {"id": …, "type": "telemetry", "device": "boiler", "data_type": "flow",
     "timestamp": "2026-06-21T10:00:00Z", "value": 4.25}

A correction, with the values in the unit of their field:

    {"id": …, "type": "correction", "serial_number": "116180001234", "port_number": 1,
     "at": "2026-06-21T10:00:00Z", "until": "2026-06-21T10:00:00Z", "field": "total_production",
     "reason": "counter_fall", "raw": 12, "repaired": 812345, "decided_at": "2026-06-21T10:01:00Z"}
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from sunledger.ledger.judgement import Reason
from sunledger.live.health import DtuHealth
from sunledger.live.latest import LatestInverter, LatestPort
from sunledger.live.state import State
from sunledger.measurements import INVERTER, KINDS, PORT, ReadingKind

Json = Mapping[str, object]
"""A JSON object whose values orjson can write; times are datetimes."""


class Event(Protocol):
    """Something that subscribers are told. It is put into words only when somebody listens."""

    @property
    def device(self) -> str | None:
        """What it concerns, by serial number or name; None when it concerns every subscriber."""

    def body(self) -> Json:
        """The event without its id."""


class ReadingEvent(NamedTuple):
    """An inverter has new readings."""

    inverter: LatestInverter
    state: State

    @property
    def device(self) -> str:
        """The inverter's serial number."""
        return self.inverter.serial_number

    def body(self) -> Json:
        """See the module."""
        inverter, reading = self.inverter, self.inverter.reading
        values = (None,) * len(INVERTER.columns) if reading is None else INVERTER.values(reading)
        return {
            "type": "reading",
            "serial_number": inverter.serial_number,
            "dtu_name": inverter.dtu_name,
            "timestamp": None if reading is None else reading.taken_at,
            "state": self.state,
            "quality": inverter.quality,
            **dict(zip(INVERTER.columns, values, strict=True)),
            "pv_power": inverter.pv_power,
            "ports": [_port(port) for port in inverter.ports],
        }


class MeasuredEvent(NamedTuple):
    """There is a new reading of what is no inverter."""

    kind: ReadingKind[Any]
    reading: Any
    """Of that kind."""

    @property
    def device(self) -> str:
        """The device, or the place of a weather reading."""
        return str(getattr(self.reading, self.kind.identity[0]))

    def body(self) -> Json:
        """See the module."""
        identity = {name: getattr(self.reading, name) for name in self.kind.identity}
        values = dict(zip(self.kind.columns, self.kind.values(self.reading), strict=True))
        return {"type": self.kind.name, **identity, "timestamp": self.reading.taken_at, **values}


@dataclass(frozen=True, slots=True)
class DtuEvent:
    """A DTU's status or breaker has changed."""

    health: DtuHealth

    @property
    def device(self) -> None:
        """It concerns everybody."""
        return

    def body(self) -> Json:
        """See the module."""
        return {
            "type": "dtu",
            "dtu_name": self.health.dtu_name,
            "status": self.health.status,
            "breaker": self.health.breaker,
            "last_successful_query": self.health.last_successful_query,
            "consecutive_failures": self.health.consecutive_failures,
            "last_error": self.health.last_error,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionEvent:
    """Something was found out about a stored reading."""

    serial_number: str
    port_number: int | None
    at: datetime
    until: datetime
    field: str
    reason: Reason
    raw: float | int | None
    repaired: float | int | None
    decided_at: datetime

    @property
    def device(self) -> str:
        """The inverter's serial number."""
        return self.serial_number

    def body(self) -> Json:
        """See the module."""
        return {"type": "correction", **asdict(self)}


class RelayedEvent(NamedTuple):
    """An event that another process has told."""

    device: str | None
    told: Mapping[str, Any]
    """As it was read there, with its id."""

    def body(self) -> Json:
        """The same again."""
        return self.told


def relayed(told: Mapping[str, Any]) -> RelayedEvent:
    """An event as it was read; it concerns what the field of its type names. Raises KeyError."""
    field = _DEVICE_IN.get(told["type"])
    return RelayedEvent(None if field is None else str(told[field]), told)


_DEVICE_IN = {
    "reading": "serial_number",
    "correction": "serial_number",
    **{kind.name: kind.identity[0] for kind in KINDS.values()},
}


def _port(port: LatestPort) -> Json:
    reading, production = port.reading, port.production
    return {
        "port_number": reading.port_number,
        "timestamp": reading.taken_at,
        "quality": port.quality,
        **dict(zip(PORT.columns, PORT.values(reading), strict=True)),
        "repaired": None
        if production is None
        else {"today_production": production.today, "total_production": production.total},
    }
