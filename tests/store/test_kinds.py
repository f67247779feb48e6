"""Readings of every kind: of energy flows, of the weather and of what has no driver, on every engine."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from tests.store.answers import EVER, found, history, keep, rolled_anew, series_of, snapshot
from tests.store.conftest import OpenStore
from tests.store.plants import START, WARSAW, faulty_day, poll, untidy

from sunledger.ledger.judgement import Reason
from sunledger.measurements import EnergyReading, Poll, TelemetryPoint, WeatherReading
from sunledger.sitetime import Span, Step
from sunledger.store.protocol import Of, Store
from sunledger.store.records import Correction, Entry, Receipt

KINDS = (Of.ENERGY, Of.WEATHER, Of.TELEMETRY)


def pushed(at: datetime, level: float = 41.5, **more: float) -> Poll:
    """What a hybrid inverter with a weather station and a boiler says at a moment.

    Of the boiler in whole fractions of two, whose sums are exact in any order.
    """
    energy = EnergyReading(
        device_id="goodwe",
        data_source="modbus",
        location="cellar",
        taken_at=at,
        battery_soc=level,
        battery_power=-1520.0,
        grid_power=-312.4,
        price=-0.01234,
        cumulative_import=9_007_199_254_740_993,
    )
    weather = WeatherReading(location="roof", taken_at=at, temperature=-12.3, irradiance=812.5)
    values = {"flow": level / 4, "pressure": 2.0, **more}
    points = [
        TelemetryPoint(device="boiler", data_type=name, taken_at=at, value=value)
        for name, value in values.items()
    ]
    return Poll(dtu_name="goodwe", taken_at=at, energy=[energy], weather=[weather], telemetry=points)


def pushes(count: int) -> list[Poll]:
    return [pushed(START + timedelta(minutes=7 * each), level=20 + each * 0.5) for each in range(count)]


async def test_a_reading_of_each_kind_is_kept_as_it_came(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    given = pushed(START)
    receipt = await store.commit(given)
    latest = await store.latest()
    assert (receipt.stored, receipt.repeated, list(receipt.production)) == (4, 0, [])
    assert list(latest.energy) == list(given.energy)
    assert list(latest.weather) == list(given.weather)
    assert sorted(latest.telemetry, key=lambda point: point.data_type) == list(given.telemetry)
    assert await store.latest_time() == START
    assert list(await store.devices()) == [], "these are no inverters"


async def test_what_names_a_series_is_its_kind_and_all_its_words(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    (reading,) = pushed(START).energy
    others = [reading, replace(reading, data_source="cloud"), replace(reading, location="")]
    await store.commit(Poll(dtu_name="goodwe", taken_at=START, energy=others))
    await store.commit(poll(START, (1, 2), serial="goodwe"))
    assert sorted((each.of.value, *map(str, each.identity)) for each in store.series().values()) == [
        ("energy", "goodwe", "cloud", "cellar"),
        ("energy", "goodwe", "modbus", ""),
        ("energy", "goodwe", "modbus", "cellar"),
        ("inverter", "goodwe"),
        ("port", "goodwe", "1"),
        ("port", "goodwe", "2"),
    ]
    assert len((await store.latest()).energy) == 3


async def test_the_same_again_is_nothing_and_another_value_is_a_correction(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    await keep(store, *pushes(3))
    again = await store.commit(pushes(3)[1])
    assert (again.stored, again.repeated) == (0, 4)
    changed = await store.commit(pushed(START, flow=0.1, level=20.0))
    assert [(each.field, each.reason, each.raw, each.repaired) for each in changed.corrections] == [
        ("value", Reason.REPLACED_VALUE, 5.0, 0.1)
    ]
    kept, _ = await store.corrections(series_of(store, "boiler"), EVER, limit=10)
    assert [(each.raw, each.repaired) for each in kept] == [(5.0, 0.1)]


async def test_numbers_without_a_resolution_are_kept_to_the_last_digit(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    values = {"tiny": 5e-324, "third": 1 / 3, "large": 1.7976931348623157e308, "whole": 3.0, "negative": -0.1}
    points = [
        TelemetryPoint(device="lab", data_type=name, taken_at=START, value=value)
        for name, value in values.items()
    ]
    await store.commit(Poll(dtu_name="lab", taken_at=START, telemetry=points))
    assert {each.data_type: each.value for each in (await store.latest()).telemetry} == values


@pytest.mark.parametrize("seed", range(3))
async def test_late_and_shuffled_pushes_roll_up_as_recomputing_does(open_store: OpenStore, seed: int) -> None:
    store = await open_store(WARSAW)
    await keep(store, *untidy(Random(seed), pushes(150)))
    for of in KINDS:
        for step in (Step.QUARTER, Step.HOUR, Step.DAY):
            assert await history(store, of, step) == await rolled_anew(store, of, step, WARSAW.zone)


async def test_the_extent_of_a_kind_is_that_of_its_readings(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    assert await store.extent(Of.WEATHER) is None
    await keep(store, *pushes(400))
    extent = await store.extent(Of.WEATHER)
    assert extent is not None
    assert START - timedelta(days=1) < extent.start <= START
    assert extent.end == START + timedelta(minutes=7 * 399)
    assert await store.extent(Of.PORT) is None


def told(corrections: Iterable[Sequence[Correction]]) -> set[str]:
    """All that were told, but for frozen runs, which grow."""
    return {repr(each) for some in corrections for each in some if each.reason is not Reason.FROZEN}


@pytest.mark.parametrize("seed", range(6))
async def test_polls_committed_together_are_as_those_committed_one_by_one(
    open_store: OpenStore, seed: int
) -> None:
    random = Random(seed)
    polls = untidy(random, faulty_day(random, 60)) + untidy(random, pushes(40))
    one_by_one, together = await open_store(WARSAW), await open_store(WARSAW)
    receipts = await keep(one_by_one, *polls)
    counted: list[Receipt] = []
    while polls:
        some = random.randint(1, 40)
        entries = [Entry(each, found(each)) for each in polls[:some]]
        counted += await together.commit_all(entries)
        polls = polls[some:]
    assert [(each.stored, each.repeated) for each in counted] == [
        (each.stored, each.repeated) for each in receipts
    ]
    assert await snapshot(together) == await snapshot(one_by_one)
    kept, _ = await together.corrections(None, EVER, limit=100_000)
    assert (
        told([kept])
        <= told(each.corrections for each in counted)
        <= told(each.corrections for each in receipts)
    )


@pytest.mark.parametrize("open_store", ["sqlite", "postgres"], indirect=True)
async def test_polls_together_are_kept_all_or_none(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    await keep(store, poll(START, (1, 2)))
    impossible = pushed(START + timedelta(minutes=2))
    (reading,) = impossible.energy
    impossible = replace(impossible, energy=[replace(reading, cumulative_import=2**70)])
    before = await snapshot(store)
    with pytest.raises((ValueError, OverflowError)):
        await store.commit_all([Entry(poll(START + timedelta(minutes=1), (5, 6))), Entry(impossible)])
    assert await snapshot(store) == before
    assert (await store.commit(poll(START + timedelta(minutes=3), (9, 10)))).stored == 3


async def answers_in_hours(store: Store, span: Span) -> dict[datetime, int]:
    return {each.start: each.energy for each in await store.energy(None, span, Step.HOUR, together=True)}


async def test_hours_of_the_whole_plant_are_the_sums_of_its_ports(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    await keep(store, *untidy(Random(5), faulty_day(Random(5), 90)))
    span = Span(START + timedelta(minutes=20), START + timedelta(days=3, minutes=50))
    sums: dict[datetime, int] = {}
    for each in await store.energy(None, span, Step.HOUR):
        sums[each.start] = sums.get(each.start, 0) + each.energy
    assert await answers_in_hours(store, span) == sums
    assert sum(sums.values()) == sum(each.energy for each in await store.energy(None, span, None))
    quarters: dict[datetime, int] = {}
    for each in await store.energy(None, span, Step.QUARTER):
        hour = max(each.start.astimezone(UTC).replace(minute=0), span.start)
        quarters[hour] = quarters.get(hour, 0) + each.energy
    assert quarters == sums
