import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulator.raw_client import Port, port_of

from sunledger.simulator.plant import Family, Plant
from sunledger.simulator.settings import WARSAW
from sunledger.simulator.shares import split_shares, sunny_shares
from sunledger.simulator.sun import Sun
from sunledger.sitetime import Place

MIDNIGHT = datetime(2024, 5, 31, 22, tzinfo=UTC)
"""The beginning of 1 June in Warsaw."""
NOON = MIDNIGHT + timedelta(hours=12)


def sunny(
    start: datetime = MIDNIGHT,
    seed: int = 1,
    inverters: int = 3,
    zone: ZoneInfo = WARSAW,
    family: Family = Family.HM,
) -> Plant:
    source = Sun(Place(52.2, 21.0), 400, seed)
    return Plant(source, start, sunny_shares(seed, inverters * 2), seed=seed, zone=zone, family=family)


def shown(plant: Plant) -> list[Port]:
    return [port_of(plant.block(i)) for i in range(len(plant.meters))]


def through(plant: Plant, hours: float, every: timedelta) -> Iterator[datetime]:
    """Advance in steps, yielding each moment."""
    at, end = plant.start, plant.start + timedelta(hours=hours)
    while at < end:
        at += every
        plant.advance(at)
        yield at


def test_blocks_come_inverter_by_inverter_and_port_by_port() -> None:
    ports = shown(sunny())
    assert [port.number for port in ports] == [1, 2, 1, 2, 1, 2]
    assert len({port.serial for port in ports}) == 3
    assert all(port.serial.startswith("1141") for port in ports)


moments = st.lists(st.integers(0, 30 * 3600), min_size=1, max_size=12)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), moments, moments)
def test_what_is_shown_does_not_depend_on_who_asked_before(
    seed: int, one: list[int], other: list[int]
) -> None:
    end = NOON + timedelta(hours=31)
    plants = [sunny(NOON, seed, inverters=1), sunny(NOON, seed, inverters=1)]
    for plant, asked in zip(plants, (one, other), strict=True):
        for seconds in sorted(asked):
            plant.advance(NOON + timedelta(seconds=seconds))
        plant.advance(end)
    assert shown(plants[0]) == shown(plants[1])
    assert plants[0].truth() == plants[1].truth()


def test_another_seed_is_another_plant() -> None:
    assert shown(sunny(NOON, seed=1)) != shown(sunny(NOON, seed=2))


def test_truth_is_what_a_perfect_reader_of_the_counters_sums_up() -> None:
    plant = sunny()
    before = {port.key: port.total for port in shown(plant)}
    summed = dict.fromkeys(before, 0)
    for _ in through(plant, 24, timedelta(minutes=7)):
        for port in shown(plant):
            assert port.total >= before[port.key]
            summed[port.key] += port.total - before[port.key]
            before[port.key] = port.total
    assert summed == plant.truth().ports
    assert sum(summed.values()) > 1000


def test_counters_follow_the_shown_power() -> None:
    plant = sunny()
    energy = 0.0
    for _ in through(plant, 24, timedelta(seconds=10)):
        energy += shown(plant)[0].power / 10 * 10 / 3600
    assert plant.truth().ports[shown(plant)[0].key] == pytest.approx(energy, rel=0.001)


@pytest.mark.parametrize(("family", "per_ampere", "tolerance"), [(Family.HM, 100, 0.3), (Family.MI, 10, 2.0)])
def test_voltage_times_current_is_the_power(family: Family, per_ampere: int, tolerance: float) -> None:
    plant = sunny(family=family)
    producing = 0
    for _ in through(plant, 24, timedelta(minutes=10)):
        for port in shown(plant):
            watts = port.voltage / 10 * port.current / per_ampere
            assert watts == pytest.approx(port.power / 10, abs=tolerance)
            assert port.power < 10_000
            producing += port.power > 0
    assert producing > 100


def test_the_inverters_own_values_are_repeated_alike_for_each_of_its_ports() -> None:
    plant = sunny(NOON)
    ports = shown(plant)
    for one, other in zip(ports[::2], ports[1::2], strict=True):
        assert (one.grid_voltage, one.grid_frequency, one.temperature, one.operating_status) == (
            other.grid_voltage,
            other.grid_frequency,
            other.temperature,
            other.operating_status,
        )


def test_values_move_by_day_from_one_step_to_the_next() -> None:
    plant = sunny(NOON)
    before = shown(plant)
    plant.advance(NOON + timedelta(minutes=1))
    assert all(a.values != b.values for a, b in zip(before, shown(plant), strict=True))


def test_at_night_the_ports_idle_and_keep_their_counters() -> None:
    plant = sunny()
    plant.advance(MIDNIGHT + timedelta(hours=23))
    for port in shown(plant):
        assert (port.power, port.voltage, port.current, port.operating_status) == (0, 0, 0, 0)
        assert port.total > 0
        assert port.today > 0


def test_winter_nights_are_below_zero() -> None:
    assert shown(sunny(datetime(2024, 1, 15, 2, tzinfo=UTC)))[0].temperature < 0


def test_a_plant_that_starts_at_noon_has_produced_all_morning_but_its_truth_starts_now() -> None:
    plant = sunny(NOON)
    assert all(port.today > 100 for port in shown(plant))
    assert plant.truth().total == 0


@pytest.mark.parametrize(
    ("zone", "start", "hours"),
    [
        (WARSAW, datetime(2024, 3, 30, 23, tzinfo=UTC), 23),
        (WARSAW, datetime(2024, 10, 26, 22, tzinfo=UTC), 25),
        (ZoneInfo("America/Santiago"), datetime(2024, 9, 8, 4, tzinfo=UTC), 23),
        (ZoneInfo("Asia/Kathmandu"), datetime(2024, 6, 1, 18, 15, tzinfo=UTC), 24),
    ],
)
def test_today_is_reset_at_local_midnight_however_long_the_day(
    zone: ZoneInfo, start: datetime, hours: int
) -> None:
    plant = sunny(start, zone=zone)
    end = start + timedelta(hours=hours)
    plant.advance(end - timedelta(seconds=10))
    today = {port.key: port.today for port in shown(plant)}
    local = (end - timedelta(seconds=10)).astimezone(zone).date()
    assert plant.truth().day(local) == today
    assert all(today.values())
    plant.advance(end)
    assert not any(port.today for port in shown(plant))


def test_the_days_add_up_to_the_whole() -> None:
    plant = sunny(NOON)
    plant.advance(NOON + timedelta(days=5))
    truth = plant.truth()
    assert set(truth.days) == {date(2024, 6, day) for day in range(1, 7)}
    for key, wh in truth.ports.items():
        assert sum(day[key] for day in truth.days.values()) == wh
    assert sum(truth.inverters.values()) == truth.total


def test_a_clock_that_goes_back_undoes_nothing() -> None:
    plant = sunny(NOON)
    plant.advance(NOON + timedelta(hours=2))
    truth, ports = plant.truth(), shown(plant)
    plant.advance(NOON)
    assert (plant.truth(), shown(plant)) == (truth, ports)


def test_shares_of_a_recording_are_the_whole_of_it() -> None:
    assert sum(split_shares(seed=3, count=7)) == 1_000_000
    assert min(split_shares(seed=3, count=7)) > 100_000


def test_a_cover_hides_what_is_until_it_is_taken_away() -> None:
    plant = sunny(NOON)
    before = shown(plant)
    first = plant.meters[0]
    plant.cover("a", {first: plant.image(first)._replace(power=7)})
    plant.cover("b", {first: plant.image(first)._replace(power=8)})
    assert shown(plant) == [dataclasses.replace(before[0], power=8), *before[1:]]
    plant.uncover("b")
    assert shown(plant)[0].power == 7
    plant.uncover("a")
    assert shown(plant) == before
