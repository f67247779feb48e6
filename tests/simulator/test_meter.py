from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from sunledger.simulator.meter import PARTS, WAKES_AT, Meter
from sunledger.simulator.truth import truth_of

DAY = date(2024, 6, 1)
powers = st.lists(st.integers(0, 999_000), max_size=200)


def meter(share: int = PARTS) -> Meter:
    return Meter("114100000001", 1, share, 1000)


@given(powers)
def test_the_counter_is_the_floor_of_the_exact_energy(mw: list[int]) -> None:
    port = meter()
    for power in mw:
        port.run(power, 10, DAY)
    exact = sum(power * 10 for power in mw if power >= WAKES_AT) // 3_600_000
    assert (port.counted, port.total, port.today) == (exact, 1000 + exact, exact)


@given(powers, st.integers(1, 400_000))
def test_a_fallen_counter_does_not_touch_the_truth(mw: list[int], by: int) -> None:
    port, sound = meter(), meter()
    for i, power in enumerate(mw):
        if i == len(mw) // 2:
            port.fall(by)
        for each in (port, sound):
            each.run(power, 10, DAY)
    assert truth_of([port]) == truth_of([sound])
    assert port.today == sound.today
    assert port.total >= 0


@given(powers, powers)
def test_a_new_device_counts_from_zero_and_the_truth_counts_both(old: list[int], new: list[int]) -> None:
    port = meter()
    for power in old:
        port.run(power, 10, DAY)
    before = port.counted
    port.renew()
    for power in new:
        port.run(power, 10, DAY)
    assert port.counted == before + port.total
    assert port.total == port.today


def test_truth_is_kept_by_local_day() -> None:
    port = meter()
    port.run(900_000, 3600, DAY)
    port.run(500_000, 3600, date(2024, 6, 2))
    truth = truth_of([port])
    assert truth.day(DAY) == {("114100000001", 1): 900}
    assert truth.day(date(2024, 6, 3)) == {}
    assert truth.inverters == {"114100000001": 1400}
    assert truth.total == 1400


def test_a_shaded_port_gives_nothing_until_every_shade_is_gone() -> None:
    port = meter()
    port.shades += 2
    port.shades -= 1
    assert port.power(500_000) == 0
    port.shades -= 1
    assert port.power(500_000) == 500_000
