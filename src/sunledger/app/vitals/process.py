"""What this process takes of its machine."""

import os
from pathlib import Path

_MEMORY = Path("/proc/self/statm")
"""Sizes of this process in pages, the resident one second: man 5 proc."""


def cpu_seconds() -> float:
    """The time that processors have worked for us since the start."""
    times = os.times()
    return times.user + times.system


def resident_bytes() -> int | None:
    """The memory that we take up; None where the system does not say."""
    try:
        _, pages, *_ = _MEMORY.read_text().split()
    except OSError:
        return None
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
