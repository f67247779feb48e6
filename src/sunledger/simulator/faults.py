"""The faults by name, and how they are written on a command line."""

import re
from datetime import time, timedelta

from sunledger.simulator.fault import ALL_DAY, Fault
from sunledger.simulator.plant import STEP
from sunledger.simulator.plant_faults import (
    CounterDrop,
    Frozen,
    Night,
    OfflineInverter,
    ReplacedInverter,
    TodayNotReset,
    TodayResetEarly,
    Wrap,
    ZeroGlitch,
)
from sunledger.simulator.wire_faults import (
    Flapping,
    Garbage,
    RefusedConnection,
    Silent,
    Slow,
    StepTwenty,
    Truncated,
    WrongByteCount,
)

FAULTS: dict[str, type[Fault]] = {
    kind.name: kind
    for kind in (
        Slow,
        ZeroGlitch,
        WrongByteCount,
        Truncated,
        Silent,
        RefusedConnection,
        CounterDrop,
        Wrap,
        OfflineInverter,
        ReplacedInverter,
        Frozen,
        Flapping,
        Garbage,
        TodayResetEarly,
        Night,
        TodayNotReset,
        StepTwenty,
    )
}
"""Every fault by its name, in the order of their default times: one after another through a day."""

_WRITTEN = re.compile(
    r"(?P<name>[^@+]+)(?:@(?P<hour>\d\d?):(?P<minute>\d\d)(?:\+(?P<lasts>\d+)(?P<unit>[smh]))?)?"
)
_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}


def fault(text: str) -> Fault:
    """The fault written as NAME, NAME@HH:MM or NAME@HH:MM+DURATION, such as `silent@10:00+20m`.

    The time is the plant's local time, the duration in s, m or h; without them a fault has times of its own.
    24h or more mean from the start and for good. Raises ValueError naming what is wrong.
    """
    written = _WRITTEN.fullmatch(text.strip())
    if written is None:
        raise ValueError(f"fault {text!r}: write NAME, NAME@HH:MM or NAME@HH:MM+DURATION (20m, 90s, 2h)")
    if written["name"] not in FAULTS:
        raise ValueError(f"fault {written['name']!r} is unknown; there are {', '.join(FAULTS)}")
    try:
        at = time(int(written["hour"]), int(written["minute"])) if written["hour"] else None
    except ValueError:
        raise ValueError(f"fault {text!r}: no clock shows {written['hour']}:{written['minute']}") from None
    return FAULTS[written["name"]](at, _duration(text, written["lasts"], written["unit"]))


def _duration(text: str, lasts: str | None, unit: str | None) -> timedelta | None:
    if lasts is None or unit is None:
        return None
    duration = min(ALL_DAY.total_seconds(), int(lasts) * _UNITS[unit].total_seconds())
    if duration == 0 or duration % STEP:
        raise ValueError(f"fault {text!r}: the duration goes in steps of {STEP} seconds")
    return timedelta(seconds=duration)


def menu() -> list[str]:
    """One line for each fault: its name, its default time and what it does."""
    return [f"{kind.name:18}{_when(kind())}  {kind.description}" for kind in FAULTS.values()]


def _when(some: Fault) -> str:
    if some.at is None:
        return f"{'always':12}"
    minutes = f"+{int(some.lasts.total_seconds()) // 60}m" if some.lasts else ""
    return f"{some.at:%H:%M}{minutes:7}"
