"""Where the sun stands, against what almanacs say."""

from datetime import UTC, datetime

import pytest

from sunledger.sitetime import Place
from sunledger.sitetime.sun import elevation, is_dark

WARSAW, TROMSO, SYDNEY = Place(52.23, 21.01), Place(69.65, 18.96), Place(-33.87, 151.21)
GREENWICH, QUITO = Place(51.48, 0.0), Place(-0.18, -78.47)


@pytest.mark.parametrize(
    ("place", "at", "degrees"),
    [
        # culminations: 90° - |latitude - declination|, the declination at the solstices ±23.44°
        (WARSAW, "2026-06-21T10:38", 61.2),
        (WARSAW, "2026-12-21T10:34", 14.4),
        (SYDNEY, "2026-12-22T01:54", 79.6),
        (SYDNEY, "2026-06-21T01:57", 32.7),
        (TROMSO, "2026-06-21T10:46", 43.8),
        (QUITO, "2026-03-20T17:21", 89.8),
        # the midnight sun, and the polar night at noon
        (TROMSO, "2026-06-21T22:46", 3.3),
        (TROMSO, "2026-12-21T10:42", -3.1),
        # sunrise and sunset: -0.83° by geometry, 0.3° lifted by refraction to a disc half above the horizon
        (GREENWICH, "2026-03-20T06:03", -0.5),
        (GREENWICH, "2026-03-20T18:13", -0.5),
        # midnight at the equinox: latitude - 90°
        (GREENWICH, "2026-03-20T00:07", -38.6),
    ],
)
def test_the_elevation_is_the_almanacs_within_a_degree(place: Place, at: str, degrees: float) -> None:
    assert elevation(place, datetime.fromisoformat(at).replace(tzinfo=UTC)) == pytest.approx(degrees, abs=1)


def test_it_is_dark_when_no_panel_can_produce() -> None:
    assert is_dark(WARSAW, datetime(2026, 6, 21, 22, 30, tzinfo=UTC))
    assert not is_dark(WARSAW, datetime(2026, 6, 21, 10, 38, tzinfo=UTC))
    assert not is_dark(TROMSO, datetime(2026, 6, 21, 22, 46, tzinfo=UTC))
    assert is_dark(TROMSO, datetime(2026, 12, 21, 10, 42, tzinfo=UTC))
    assert not is_dark(GREENWICH, datetime(2026, 3, 20, 6, 3, tzinfo=UTC))
