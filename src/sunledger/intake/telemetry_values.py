"""The values within a pushed reading: numbers, moments and names, each as it has to be, or a clear no."""

import json
import math
import re
from datetime import UTC, datetime, timedelta

from sunledger.measurements import Kind, Measurement

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""A device that names an earlier time does not know what time it is."""
LEEWAY = timedelta(minutes=5)
"""How far the clock of a device may be ahead of ours."""

_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MILLISECONDS_FROM = 100_000_000_000
"""A number since 1970 from which on it counts milliseconds: as seconds this is in the year 5138."""
_MOST_PORTS = 255
_WIDEST = 63
"""Bits of the widest whole number that a database keeps, without its sign."""


class Unfit(ValueError):
    """A value that cannot be used; the message says why, and the way out."""


class Ahead(Unfit):
    """A moment that lies in the future, as far as we know what time it is."""


def is_identifier(given: object) -> bool:
    """Whether something can name a device, a place or what a value means."""
    return isinstance(given, str) and _IDENTIFIER.fullmatch(given) is not None


def identifier(given: object) -> str:
    """A name that people or devices choose. Raises Unfit."""
    if not isinstance(given, str) or not is_identifier(given):
        raise Unfit(f"must be 1 to 64 letters, digits, _ and -, not {shown(given)}")
    return given


def port_number(given: object) -> int:
    """The number of a port, from 1. Raises Unfit."""
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= _MOST_PORTS:
        raise Unfit(f"must be a whole number from 1 to {_MOST_PORTS}, not {shown(given)}")
    return given


def measured(measurement: Measurement, given: object) -> float | int | None:
    """A value of the catalogue, at its resolution; null is a missing one.

    Raises Unfit for what no working device measures, or no column holds.
    """
    if given is None:
        return None
    number = _number(given)
    quantity = measurement.quantity
    if not measurement.plausible(number) and quantity.plausible is not None:
        least, most = quantity.plausible
        raise Unfit(f"{shown(given)} cannot be: from {least:g} to {most:g} {quantity.unit.symbol}".rstrip())
    if quantity.resolution is None:
        return float(number)
    if quantity.kind is Kind.CODE and number != math.floor(number):
        raise Unfit(f"must be a whole number, not {shown(given)}")
    _require_room(measurement, number)
    return measurement.decode(measurement.encode(number))


def _number(given: object) -> float | int:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise Unfit(f"must be a number, not {shown(given)}; leave it out or send null where it is unknown")
    if not math.isfinite(given):
        raise Unfit("is too large for a number")
    return given


def _require_room(measurement: Measurement, number: float) -> None:
    """Raise Unfit unless the number can be kept at its resolution."""
    quantity = measurement.quantity
    bits = min(_WIDEST, quantity.bits - 1 if quantity.signed else quantity.bits)
    most = 2**bits - 1
    scaled = number * quantity.scale
    if not math.isfinite(scaled) or not -quantity.signed * most <= round(scaled) <= most:
        least = -most / quantity.scale if quantity.signed else 0
        raise Unfit(f"{shown(number)} cannot be: from {least:g} to {most / quantity.scale:g}")


def moment(given: object, now: datetime) -> datetime:
    """When a reading was taken, in whole milliseconds: ISO 8601 with its offset, or a number since 1970.

    None is now. Raises Unfit.
    """
    if given is None:
        return _whole(now)
    at = _told(given)
    if at < EARLIEST:
        raise Unfit(f"{shown(given)} is before {EARLIEST.year}: leave it out until the device knows the time")
    if at > now + LEEWAY:
        ahead = f"more than {LEEWAY.seconds // 60} minutes ahead of us ({now:%Y-%m-%dT%H:%M:%SZ})"
        raise Ahead(f"{shown(given)} is {ahead}: set the clock, or leave it out")
    return _whole(at)


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _told(given: object) -> datetime:
    try:
        if isinstance(given, int | float) and not isinstance(given, bool):
            seconds = given / 1000 if abs(given) >= _MILLISECONDS_FROM else given
            return datetime.fromtimestamp(seconds, UTC)
        at = datetime.fromisoformat(given) if isinstance(given, str) else None
        if at is not None and at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        at = None
    if at is not None:
        raise Unfit(f"{shown(given)} could be anywhere: add Z for UTC, or its offset such as +02:00")
    form = "write ISO 8601 such as 2026-03-29T12:00:00Z, or seconds or milliseconds since 1970"
    raise Unfit(f"{shown(given)} is no time: {form}")


def shown(given: object) -> str:
    """A value as it stands in a message, shortened; text without what could disturb a log."""
    text = json.dumps(given) if isinstance(given, str) else _plain(given)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


_SHOWN = 40


def _plain(given: object) -> str:
    if given is None or isinstance(given, bool):
        return {None: "null", True: "true", False: "false"}[given]
    if isinstance(given, dict):
        return "an object"
    return "a list" if isinstance(given, list) else f"{given}"
