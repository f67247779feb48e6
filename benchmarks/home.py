"""A home of ten inverters with two ports each over years: what benchmarks of size feed to the product.

It is polled every minute while the sun is up, and every quarter of an hour at night, when every port idles:
5.2 million port rows a year, 52 million in ten. Days are longer and stronger in summer, some are dull, clouds
pass over each port, counters rise as the power says. Every home ends at the same moment; two of the same seed
but of different ages tell the same of the days that both have seen, but for the counters' beginnings.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from math import cos, pi, sin
from zoneinfo import ZoneInfo

from sunledger.measurements import InverterReading, Poll, PortReading

INVERTERS = 10
PORTS_EACH = 2
PORTS = INVERTERS * PORTS_EACH
MODEL = "1164"
ZONE = ZoneInfo("Europe/Warsaw")
END = date(2025, 10, 1)
"""The UTC day that comes after the last one."""
DAYS_A_YEAR = 365.2425
DAY = 24 * 60
NIGHT_STEP = 15
NOON = 11 * 60

_WH = 600
"""Deciwatts for a minute that make a watt hour."""
_TENTHS = [value / 10 for value in range(10_000)]
_HUNDREDTHS = [value / 100 for value in range(10_000)]
_CLOUDS = 4096


def serials(model: str = MODEL) -> list[str]:
    """The serial numbers of its inverters."""
    return [f"{model}{index:08d}" for index in range(INVERTERS)]


class Home:
    """Its polls, a day at a time, from its first day on."""

    def __init__(self, days: int, model: str = MODEL, seed: int = 1) -> None:
        """`model` is what its inverters' serial numbers begin with."""
        rng = random.Random(seed)
        self._seed = seed
        self._serials = serials(model)
        self._keys = [(serial, port) for serial in self._serials for port in range(1, PORTS_EACH + 1)]
        self._first = END - timedelta(days=days)
        self._strengths = [rng.uniform(0.9, 1.0) for _ in range(PORTS)]
        self._clouds = [rng.uniform(0.7, 1.0) for _ in range(_CLOUDS + PORTS)]
        self._total = [(1_000_000 + 1000 * index) * _WH for index in range(PORTS)]

    def days(self) -> Iterator[list[Poll]]:
        """The polls of each day."""
        while self._first < END:
            yield self._day(self._first)
            self._first += timedelta(days=1)

    def _day(self, day: date) -> list[Poll]:
        rng = random.Random(f"{self._seed} {day}")
        season = cos((day.timetuple().tm_yday - 172) / DAYS_A_YEAR * 2 * pi)
        half = round(60 * (5.5 + 2.5 * season))
        peak = rng.uniform(0.15, 1.0) ** 0.5 * (3000 + 1000 * season)
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        morning, polls = list(self._total), []
        for minute in range(DAY):
            up = abs(minute - NOON) < half
            if up or minute % NIGHT_STEP == 0:
                power = peak * sin((minute - NOON + half) / (2 * half) * pi) if up else 0.0
                polls.append(self._poll(midnight + timedelta(minutes=minute), power, morning, rng))
        return polls

    def _poll(self, at: datetime, power: float, morning: list[int], rng: random.Random) -> Poll:
        noise = int(rng.random() * _CLOUDS)
        clouds = self._clouds[noise : noise + PORTS]
        powers = [int(power * cloud * each) for cloud, each in zip(clouds, self._strengths, strict=True)]
        self._total = [total + each for total, each in zip(self._total, powers, strict=True)]
        volts = [300 + each % 43 if power else 0 for each in powers]
        ports = [
            PortReading(
                serial_number=serial,
                port_number=port,
                taken_at=at,
                pv_voltage=_TENTHS[volt],
                pv_current=_HUNDREDTHS[each * 100 // volt] if volt else 0.0,
                pv_power=_TENTHS[each],
                today_production=(total - began) // _WH,
                total_production=total // _WH,
            )
            for (serial, port), volt, each, total, began in zip(
                self._keys, volts, powers, self._total, morning, strict=True
            )
        ]
        return Poll(
            dtu_name="roof",
            taken_at=at,
            inverters=self._inverters(at, powers, noise),
            ports=ports,
            inverter_type="hoymiles",
        )

    def _inverters(self, at: datetime, powers: list[int], noise: int) -> list[InverterReading]:
        volt, hertz = _TENTHS[2300 + noise % 61], _HUNDREDTHS[4990 + noise % 19]
        return [
            InverterReading(
                serial_number=serial,
                taken_at=at,
                grid_voltage=volt,
                grid_frequency=hertz,
                temperature=_TENTHS[150 + power // 12 + noise % 7],
                operating_status=3 if power else 1,
                alarm_code=0,
                alarm_count=0,
                link_status=1,
            )
            for serial, power in zip(self._serials, powers[::PORTS_EACH], strict=True)
        ]
