"""Readings of one inverter summed up by period."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sunledger.measurements import INVERTER, PORT, Kind
from sunledger.measurements.catalogue import inverter_reading
from sunledger.sitetime import Span, Step, instant
from sunledger.sitetime.spans import period_of
from sunledger.store.protocol import Of
from sunledger.store.records import PowerSummary, Row, position
from sunledger.store.shelf import POWER, quarter_start


@dataclass(slots=True)
class Mean:
    """A sum of stored integers and how many they were; codes keep the last one."""

    total: int = 0
    count: int = 0
    last: int | None = None
    last_at: int = -1

    def add(self, total: int, count: int, last: int | None = None, last_at: int = -1) -> None:
        """Join other values to these."""
        self.total += total
        self.count += count
        if last is not None and last_at > self.last_at:
            self.last, self.last_at = last, last_at


@dataclass(slots=True)
class Sums:
    """Sums per quarter of an hour, of the inverter's columns and of each port's power."""

    inverter: dict[tuple[int, int], Mean] = field(default_factory=dict)
    """By (start of quarter, column)."""
    power: dict[tuple[int, int], Mean] = field(default_factory=dict)
    """By (start of quarter, series)."""

    def add(self, of: Of, rows: Iterable[Row]) -> None:
        """Add rows of one series."""
        for row in rows:
            at, series = position(row)
            start = quarter_start(at)
            if of is Of.PORT:
                power = row[POWER]
                if power is not None:
                    self.power.setdefault((start, series), Mean()).add(power, 1)
                continue
            for column, value in enumerate(row[2:]):
                if value is not None:
                    self.inverter.setdefault((start, column), Mean()).add(value, 1, value, at)


def summarise(serial_number: str, sums: Sums, step: Step, zone: ZoneInfo) -> list[PowerSummary]:
    """Compose quarters into periods: means of measured values, the last of each code."""
    columns: dict[datetime, dict[int, Mean]] = {}
    powers: dict[datetime, dict[int, Mean]] = {}
    period: Span | None = None
    for target, source in ((columns, sums.inverter), (powers, sums.power)):
        for (start, key), mean in sorted(source.items(), key=lambda item: item[0]):
            at = instant(start)
            if period is None or at not in period:
                period = period_of(at, step, zone)
            into = target.setdefault(period.start, {}).setdefault(key, Mean())
            into.add(mean.total, mean.count, mean.last, mean.last_at)
    return [
        _summary(serial_number, start, columns.get(start, {}), powers.get(start, {}))
        for start in sorted(columns.keys() | powers.keys())
    ]


def _summary(
    serial_number: str, start: datetime, columns: dict[int, Mean], powers: dict[int, Mean]
) -> PowerSummary:
    values = [_column(number, columns.get(number)) for number in range(len(INVERTER.measurements))]
    means = [mean.total / mean.count for mean in powers.values()]
    power = round(sum(means)) / PORT.measurements[PORT.index("pv_power")].quantity.scale if means else None
    return PowerSummary(start, inverter_reading(serial_number, start, values), power)


def _column(number: int, mean: Mean | None) -> int | None:
    if mean is None:
        return None
    code = INVERTER.measurements[number].quantity.kind is Kind.CODE
    return mean.last if code else round(mean.total / mean.count)
