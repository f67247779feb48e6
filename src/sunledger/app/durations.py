"""Durations as people write them on a command line."""

import argparse
import re

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def duration(text: str) -> float:
    """The seconds of `90s`, `20m`, `24h` or `7d`; a bare number means seconds."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no duration; write it as 90s, 20m, 24h or 7d")
    return float(match[1]) * _UNITS[match[2] or "s"]
