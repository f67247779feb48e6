from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from sunledger.simulator.noise import noise, smooth
from sunledger.simulator.sun import Sun, clear_sky, clouds
from sunledger.sitetime import Place

WARSAW = Place(52.2, 21.0)
seconds = st.integers(1_577_836_800, 2_000_000_000)
seeds = st.integers(0, 2**32)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@given(seeds, st.integers(0, 2**48), seconds)
def test_noise_stays_within_one_and_repeats(seed: int, channel: int, second: int) -> None:
    assert -1 <= noise(seed, channel, second) < 1
    assert noise(seed, channel, second) == noise(seed, channel, second)


@given(seeds, seconds)
def test_smooth_noise_takes_no_steps(seed: int, second: int) -> None:
    assert abs(smooth(seed, 1, second, 600) - smooth(seed, 1, second + 1, 600)) < 0.01


@given(seeds, seconds)
def test_clouds_let_something_through(seed: int, second: int) -> None:
    assert 0.149 <= clouds(seed, second) <= 1


@given(st.floats(-90, 90), st.floats(-90, 90))
def test_a_higher_sun_gives_no_less(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= clear_sky(low) <= clear_sky(high) <= 1


@given(seeds, seconds)
def test_power_does_not_depend_on_what_was_asked_before(seed: int, second: int) -> None:
    asked = Sun(WARSAW, 400, seed)
    asked.milliwatts(second - 30)
    asked.milliwatts(second + 3600)
    assert asked.milliwatts(second) == Sun(WARSAW, 400, seed).milliwatts(second)


def test_the_sun_shines_by_day_and_less_in_winter() -> None:
    sun = Sun(WARSAW, 400, seed=1)
    june = sum(sun.milliwatts(at("2024-06-01T00:00") + s) for s in range(0, 30 * 86400, 600))
    december = sum(sun.milliwatts(at("2024-12-01T00:00") + s) for s in range(0, 30 * 86400, 600))
    assert sun.milliwatts(at("2024-06-01T23:00")) == 0
    assert 0 < sun.milliwatts(at("2024-06-01T10:30")) <= 400_000
    assert june > 4 * december > 0
