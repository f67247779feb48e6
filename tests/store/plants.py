"""Polls of small made-up plants, for the tests of stores."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sunledger.measurements import InverterReading, Poll, PortReading
from sunledger.measurements.catalogue import port_reading
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


GAPS = (1, 1, 1, 1, 5, 40, 300)
"""Minutes from one poll of a faulty day to the next."""


def faulty_day(random: Random, count: int | None = None, gaps: Sequence[int] = GAPS) -> list[Poll]:
    """Polls of two counters with glitches, falls, jumps, wraps, gaps, frozen hours and replacements."""
    polls, counters, at = [], [random.choice([5000, 2**32 - 3000]), 70_000], START
    shift, still = [0, 0], 0
    for _ in range(count or random.randint(2, 90)):
        still = still - 1 if still > 0 else random.choice([0] * 60 + [40])
        at += timedelta(minutes=1 if still else random.choice(gaps))
        for number in (0, 1):
            counters[number] += 0 if still else random.choice([0, 3, 8, 16])
            shift[number] += _misfortune(random, counters[number] + shift[number])
        shown = [_shown(random, (counter + by) % 2**32) for counter, by in zip(counters, shift, strict=True)]
        polls.append(_glitched(poll(at, shown)) if random.random() < 0.04 else poll(at, shown))
    return polls


def _misfortune(random: Random, counter: int) -> int:
    """By how much a counter falls for good: nothing mostly, a little, or all of it."""
    event = random.random()
    return -random.randint(1, 4000) if event < 0.03 else -counter if event < 0.05 else 0


def _shown(random: Random, counter: int) -> int | None:
    """What the register shows: the counter mostly, zero, nothing or nonsense."""
    glitch = random.random()
    return 0 if glitch < 0.05 else None if glitch < 0.07 else counter * 3 if glitch < 0.09 else counter


def _glitched(healthy: Poll) -> Poll:
    """The poll with nothing but zeros from its second port."""
    first, second = healthy.ports
    zeros = port_reading(second.serial_number, second.port_number, healthy.taken_at, [0] * 5)
    return replace(healthy, ports=[first, zeros])


def untidy(random: Random, polls: Sequence[Poll]) -> list[Poll]:
    """The same polls late, doubled and shuffled; the first stays first, as series are numbered by sight."""
    shuffled = [*polls[1:], *random.sample(polls, len(polls) // 2)]
    for index in range(len(shuffled)):
        other = min(len(shuffled) - 1, index + random.choice([0, 0, 1, 3, 20]))
        shuffled[index], shuffled[other] = shuffled[other], shuffled[index]
    return [polls[0], *shuffled]
