"""Durations and moments as people write them on a command line."""

import argparse
import re
from datetime import datetime

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def duration(text: str) -> float:
    """The seconds of `90s`, `20m`, `24h` or `7d`; a bare number means seconds."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no duration; write it as 90s, 20m, 24h or 7d")
    return float(match[1]) * _UNITS[match[2] or "s"]


def moment(text: str) -> datetime:
    """The aware moment of an ISO 8601 text; one without an offset could be anywhere and is refused."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}; write it as 2026-06-21T00:00+02:00") from None
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"{text} has no offset; write it as {at.isoformat()}Z or {at.isoformat()}+02:00"
        )
    return at
