"""A plant of 37 inverters with two ports each, polled every minute: what benchmarks feed to the product."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import pi, sin
from zoneinfo import ZoneInfo

from sunledger.measurements import InverterReading, Poll, PortReading

INVERTERS = 37
PORTS_EACH = 2
PORTS = INVERTERS * PORTS_EACH
SERIALS = [f"1141{index:08d}" for index in range(INVERTERS)]
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
ZONE = ZoneInfo("Europe/Warsaw")
START = datetime(2026, 5, 1, tzinfo=UTC)


class Plant:
    """Makes its polls one after another. The sun shines from 4 to 18 h UTC; every value has its noise.

    Counters are kept in whole mWh so that they rise as the power says.
    """

    def __init__(self, start: datetime = START, seed: int = 1) -> None:
        self._at = start
        self._rng = random.Random(seed)
        self._total = [(1_000_000 + 1000 * index) * 1000 for index in range(PORTS)]
        self._today = [0] * PORTS

    def polls(self, count: int) -> Iterator[Poll]:
        """The next polls."""
        for _ in range(count):
            yield self._poll()
            self._at += MINUTE

    def _poll(self) -> Poll:
        if (self._at.hour, self._at.minute) == (0, 0):
            self._today = [0] * PORTS
        peak = round(4000 * max(0.0, sin((self._at.hour + self._at.minute / 60 - 4) / 14 * pi)))
        return Poll(
            dtu_name="roof",
            taken_at=self._at,
            inverters=[self._inverter(serial, peak) for serial in SERIALS],
            ports=[self._port(index, peak) for index in range(PORTS)],
            inverter_type="hoymiles",
        )

    def _inverter(self, serial: str, peak: int) -> InverterReading:
        integer = self._rng.randrange
        return InverterReading(
            serial_number=serial,
            taken_at=self._at,
            grid_voltage=(2300 + integer(60)) / 10,
            grid_frequency=(4990 + integer(20)) / 100,
            temperature=(150 + peak // 12 + integer(20)) / 10,
            operating_status=3 if peak else 1,
            alarm_code=0,
            alarm_count=0,
            link_status=1,
        )

    def _port(self, index: int, peak: int) -> PortReading:
        decivolts, deciwatts = (
            self._rng.randrange(310, 350),
            peak and peak - self._rng.randrange(peak // 4 + 1),
        )
        self._total[index] += deciwatts * 100 // 60
        self._today[index] += deciwatts * 100 // 60
        return PortReading(
            serial_number=SERIALS[index // PORTS_EACH],
            port_number=1 + index % PORTS_EACH,
            taken_at=self._at,
            pv_voltage=(decivolts if peak else 0) / 10,
            pv_current=deciwatts * 100 // decivolts / 100,
            pv_power=deciwatts / 10,
            today_production=self._today[index] // 1000,
            total_production=self._total[index] // 1000,
        )
