"""Where the sun stands, by astral's implementation of the NOAA equations."""

from dataclasses import dataclass
from datetime import datetime

DARK_BELOW = -2.0
"""Degrees of elevation below which no panel gives power that an inverter could count."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the earth in degrees, north and east positive."""

    latitude: float
    longitude: float


def elevation(place: Place, at: datetime) -> float:
    """The sun's elevation in degrees at an aware moment, refraction included."""
    from astral import Observer  # noqa: PLC0415  imported only where a place is known
    from astral.sun import elevation as solar_elevation  # noqa: PLC0415

    return float(solar_elevation(Observer(place.latitude, place.longitude), at))


def is_dark(place: Place, at: datetime) -> bool:
    """Whether the sun is too low for any panel to produce."""
    return elevation(place, at) < DARK_BELOW
