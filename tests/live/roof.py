"""A small made-up roof for the tests of the live room."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sunledger.measurements import InverterReading, Poll, PortReading

NOON = datetime(2026, 6, 21, 12, 0, tzinfo=UTC)
LEFT, RIGHT = "114100000001", "114100000002"


@dataclass(frozen=True)
class Counters:
    """A port's repaired counters."""

    serial_number: str
    port_number: int
    at: datetime
    today: int
    total: int | None


def inverter(serial: str = LEFT, at: datetime = NOON, **values: float | None) -> InverterReading:
    fields = {"grid_voltage": 230.1, "temperature": 41.5, "link_status": 1, **values}
    return InverterReading(serial_number=serial, taken_at=at, **fields)  # type: ignore[arg-type]  # by name


def port(serial: str = LEFT, number: int = 1, at: datetime = NOON, **values: float | None) -> PortReading:
    fields = {"pv_voltage": 33.1, "pv_power": 200.4, "total_production": 81_000, **values}
    return PortReading(serial_number=serial, port_number=number, taken_at=at, **fields)  # type: ignore[arg-type]


def poll(
    at: datetime = NOON,
    inverters: Iterable[InverterReading] | None = None,
    ports: Iterable[PortReading] | None = None,
    *,
    dtu: str = "roof",
    suspect: bool = False,
) -> Poll:
    return Poll(
        dtu_name=dtu,
        taken_at=at,
        inverters=[inverter(at=at)] if inverters is None else list(inverters),
        ports=[port(at=at)] if ports is None else list(ports),
        suspect_time=suspect,
    )
