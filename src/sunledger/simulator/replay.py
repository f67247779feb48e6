"""Recorded PV power as a production source: a CSV file, plain or gzipped, with a time and a power column."""

import csv
import gzip
import math
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from pathlib import Path

from sunledger.sitetime import instant

_POWER_COLUMNS = {"pv_w": 1000, "pv_power": 1000, "pv_kw": 1_000_000, "GG": 1_000_000}
"""Columns known to hold PV power, and the mW in their unit; GG is the name in Ausgrid's household data."""


@dataclass(frozen=True)
class Recording:
    """A production source: the whole plant's power in mW, constant from one row to the next."""

    seconds: tuple[int, ...]
    """When each row begins, in seconds since 1970, rising."""
    powers: tuple[int, ...]
    """mW; 0 where the recording has a gap, for what nobody measured nobody produced."""
    interval: int
    """Seconds that a row stands for; a longer distance to the next row is a gap."""

    @property
    def start(self) -> datetime:
        """When the first row begins."""
        return instant(self.seconds[0] * 1000)

    @property
    def end(self) -> datetime:
        """When the last row's interval is over."""
        return instant((self.seconds[-1] + self.interval) * 1000)

    @property
    def peak(self) -> int:
        """The highest power in mW."""
        return max(self.powers)

    def milliwatts(self, second: int) -> int:
        """The plant's power in mW at a second since 1970; 0 before, after and in gaps."""
        row = bisect_right(self.seconds, second) - 1
        if row < 0 or second >= self.seconds[row] + self.interval:
            return 0
        return self.powers[row]


def load(path: Path, column: str | None = None, zone: tzinfo = UTC) -> Recording:
    """Read a recording; `zone` is that of times without an offset, `column` the power column, in W.

    Without `column` it is one of pv_w, pv_power (W), pv_kw, GG (kW). The time is in a column `utc`, `time` or
    `timestamp`, else in the first. Raises ValueError naming the file, the line and the fault.
    """
    with gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="") as lines:
        rows = csv.reader(lines)
        try:
            return _recording(_rows(rows, column, zone))
        except (ValueError, EOFError, csv.Error, zlib.error) as error:
            raise ValueError(f"{path}, line {rows.line_num}: {error}") from error


def _rows(rows: Iterator[list[str]], column: str | None, zone: tzinfo) -> Iterator[tuple[int, int]]:
    header = next(rows, [])
    power, unit = _power_column(header, column)
    times = next((header.index(name) for name in ("utc", "time", "timestamp") if name in header), 0)
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"{len(row)} cells under {len(header)} columns")
        yield _second(row[times], zone), _milliwatts(row[power], unit)


def _power_column(header: list[str], column: str | None) -> tuple[int, int]:
    """The index of the power column, and the mW in its unit."""
    wanted = [column] if column is not None else list(_POWER_COLUMNS)
    for name in wanted:
        if name in header:
            return header.index(name), _POWER_COLUMNS.get(name, 1000)
    raise ValueError(
        f"no column {' or '.join(wanted)} among {', '.join(header) or 'none'}; name the power column"
    )


def _second(text: str, zone: tzinfo) -> int:
    at = datetime.fromisoformat(text)
    return int((at if at.tzinfo else at.replace(tzinfo=zone)).timestamp())


def _milliwatts(text: str, unit: int) -> int:
    """The power in mW; an empty cell, or the few watts that an inverter draws at night, are none."""
    if not text.strip():
        return 0
    power = float(text)
    if not math.isfinite(power):
        raise ValueError(f"{text!r} is no power; a gap is an empty cell")
    return max(0, round(power * unit))


def _recording(rows: Iterable[tuple[int, int]]) -> Recording:
    seconds: list[int] = []
    powers: list[int] = []
    for second, power in rows:
        if seconds and second <= seconds[-1]:
            raise ValueError(
                "the time does not rise; times without offset need one without DST, as Etc/GMT-10"
            )
        seconds.append(second)
        powers.append(power)
    if len(seconds) < 2:
        raise ValueError("a recording needs at least two rows")
    interval = min(after - before for before, after in pairwise(seconds))
    return Recording(tuple(seconds), tuple(powers), interval)
