"""Polls of small made-up plants, for the tests of stores."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sunledger.measurements import InverterReading, Poll, PortReading
from sunledger.store.protocol import Accounting

START = datetime(2026, 3, 28, 6, 0, tzinfo=UTC)
WARSAW = Accounting(zone=ZoneInfo("Europe/Warsaw"))


def port(
    serial: str, number: int, at: datetime, total: int | None, power: float | None = 200.0
) -> PortReading:
    """A port's reading with a counter and a power."""
    return PortReading(
        serial_number=serial,
        port_number=number,
        taken_at=at,
        pv_voltage=33.1,
        pv_current=6.04,
        pv_power=power,
        today_production=None,
        total_production=total,
    )


def inverter(serial: str, at: datetime, temperature: float = 21.4) -> InverterReading:
    """An inverter's reading."""
    return InverterReading(
        serial_number=serial,
        taken_at=at,
        grid_voltage=230.1,
        grid_frequency=49.98,
        temperature=temperature,
        operating_status=3,
        alarm_code=0,
        alarm_count=0,
        link_status=1,
    )


def poll(at: datetime, totals: Sequence[int | None], serial: str = "114100000001", dtu: str = "roof") -> Poll:
    """A poll of one inverter whose ports show these counters."""
    ports = [port(serial, number, at, total) for number, total in enumerate(totals, start=1)]
    return Poll(
        dtu_name=dtu, taken_at=at, inverters=[inverter(serial, at)], ports=ports, inverter_type="hoymiles"
    )


def day(start: datetime, minutes: int, rise: int = 4, first: int = 100_000, step: int = 1) -> list[Poll]:
    """Polls every `step` minutes whose two counters rise by `rise` and `rise + 1` each time."""
    return [
        poll(
            start + timedelta(minutes=minute),
            (first + minute // step * rise, 2 * first + minute // step * (rise + 1)),
        )
        for minute in range(0, minutes, step)
    ]
