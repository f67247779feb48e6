"""What every store does, whatever its engine."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from tests.store.answers import EVER, keep, recomputed, series_of, snapshot, totals
from tests.store.conftest import OpenStore
from tests.store.plants import START, WARSAW, day, faulty_day, inverter, poll, port, untidy

from sunledger.ledger.judgement import Reason
from sunledger.measurements import Poll
from sunledger.sitetime import Span, Step, milliseconds
from sunledger.sitetime.spans import day_span, periods
from sunledger.store.protocol import Accounting, Of, Store
from sunledger.store.records import Correction, Row
from sunledger.store.summaries import summaries

SERIAL = "114100000001"


async def answers_but_replacements(store: Store) -> tuple[object, ...]:
    energies, days, corrections, *rest = await snapshot(store)
    assert isinstance(corrections, list)
    return energies, days, [each for each in corrections if "REPLACED_VALUE" not in each], rest


async def test_an_empty_store_answers_with_nothing(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    assert await store.latest_time() is None
    assert await store.energy(None, EVER, None) == []
    assert (await store.readings(Of.PORT, None, EVER, limit=10)).rows == []
    assert (await store.statistics()).total_records == 0
    assert list((await store.latest()).ports) == []


async def test_a_poll_is_kept_as_it_came(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    given = poll(START, (100, 4_294_967_294))
    receipt = await store.commit(given)
    latest = await store.latest()
    assert (receipt.stored, receipt.repeated) == (3, 0)
    assert list(latest.ports) == list(given.ports)
    assert list(latest.inverters) == list(given.inverters)
    assert await store.latest_time() == START


async def test_the_same_poll_again_changes_nothing(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    await keep(store, *day(START, 30))
    before = await store.statistics()
    receipt = await store.commit(day(START, 30)[10])
    assert (receipt.stored, receipt.repeated) == (0, 3)
    assert (await store.statistics()).total_records == before.total_records
    assert await totals(store) == {1: 29 * 4, 2: 29 * 5}


async def test_another_value_replaces_and_the_earlier_one_is_a_correction(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    await keep(store, poll(START, (100, 200)))
    await keep(store, poll(START, (103, 200)))
    corrections, _ = await store.corrections(series_of(store, SERIAL), EVER, limit=10)
    assert [(each.port_number, each.field, each.reason, each.raw, each.repaired) for each in corrections] == [
        (1, "total_production", Reason.REPLACED_VALUE, 100, 103)
    ]
    assert next(iter((await store.latest()).ports)).total_production == 103
    assert (await store.statistics()).readings[Of.PORT] == 2


async def test_a_missing_value_stays_missing(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    reading = port(SERIAL, 1, START, None, power=None)
    await store.commit(Poll(dtu_name="roof", taken_at=START, inverters=[], ports=[reading]))
    (kept,) = (await store.latest()).ports
    assert (kept.pv_power, kept.total_production, kept.pv_voltage) == (None, None, 33.1)
    assert (await totals(store))[1] == 0


async def test_a_zero_glitch_is_stored_but_is_never_the_latest(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    good = poll(START, (100, 200))
    at = START + timedelta(minutes=1)
    zero = replace(
        good.ports[0], taken_at=at, pv_voltage=0.0, pv_current=0.0, pv_power=0.0, today_production=0,
        total_production=0,
    )  # fmt: skip
    await keep(store, good)
    await keep(
        store, Poll(dtu_name="roof", taken_at=at, inverters=[], ports=[zero, port(SERIAL, 2, at, 204)])
    )
    latest = {each.port_number: each for each in (await store.latest()).ports}
    assert latest[1].taken_at == START
    assert latest[2].taken_at == at
    corrections, _ = await store.corrections(None, EVER, limit=10)
    assert [(each.port_number, each.reason) for each in corrections] == [(1, Reason.ZERO_GLITCH)]
    assert len((await store.readings(Of.PORT, None, EVER, limit=10)).rows) == 4


async def test_readings_page_in_both_directions_without_gap_or_repeat(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    await keep(store, *day(START, 20))
    for newest_first in (False, True):
        seen: list[Row] = []
        after = None
        while True:
            page = await store.readings(Of.PORT, None, EVER, limit=7, after=after, newest_first=newest_first)
            seen += page.rows
            after = page.next
            if after is None:
                break
        assert [row[:2] for row in seen] == sorted((row[:2] for row in seen), reverse=newest_first)
        assert len(seen) == len(set(seen)) == 40


async def test_readings_of_one_series_within_a_span(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    await keep(store, *day(START, 60))
    number = next(key for key, each in store.series().items() if each.port_number == 2)
    span = Span(START + timedelta(minutes=10), START + timedelta(minutes=20))
    page = await store.readings(Of.PORT, [number], span, limit=100)
    assert [row[0] for row in page.rows] == [
        milliseconds(START) + minute * 60_000 for minute in range(10, 20)
    ]


async def test_energy_of_any_span_is_what_the_counter_rose_in_it(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    await keep(store, *day(START, 200))
    span = Span(START + timedelta(minutes=7), START + timedelta(minutes=131, seconds=30))
    assert await totals(store, span) == {1: 4 * (131 - 6), 2: 5 * (131 - 6)}
    short = Span(START + timedelta(minutes=3), START + timedelta(minutes=5))
    assert await totals(store, short) == {1: 8, 2: 10}


@pytest.mark.parametrize(
    ("zone", "date", "hours"),
    [
        ("Europe/Warsaw", datetime(2026, 3, 29, tzinfo=UTC), 23),
        ("Europe/Warsaw", datetime(2026, 10, 25, tzinfo=UTC), 25),
        ("Australia/Lord_Howe", datetime(2026, 10, 4, tzinfo=UTC), 23.5),
        ("Australia/Adelaide", datetime(2026, 4, 5, tzinfo=UTC), 25),
        ("America/Santiago", datetime(2026, 9, 6, tzinfo=UTC), 23),
    ],
)
async def test_quarters_hours_days_and_months_agree_over_dst(
    open_store: OpenStore, zone: str, date: datetime, hours: float
) -> None:
    accounting = Accounting(zone=ZoneInfo(zone))
    store = await open_store(accounting)
    local = day_span(date.date(), accounting.zone)
    assert (local.end - local.start) / timedelta(hours=1) == hours
    start = local.start - timedelta(hours=3)
    await keep(store, *day(start, 32 * 60, rise=3, step=2))
    expected = {1: 3 * int(hours * 30), 2: 4 * int(hours * 30)}
    for step in (None, Step.QUARTER, Step.HOUR, Step.DAY, Step.MONTH, Step.YEAR):
        assert await totals(store, local, step) == expected, step
    by_day = await store.energy([(SERIAL, 1)], EVER, Step.DAY)
    assert [each.energy for each in by_day if each.start == local.start] == [expected[1]]
    assert by_day[1].start == local.start
    assert by_day[1].end == local.end
    by_hour = await store.energy([(SERIAL, 1)], local, Step.HOUR)
    assert [Span(each.start, each.end) for each in by_hour] == list(
        periods(local, Step.HOUR, accounting.zone)
    )


async def test_energy_in_another_zone_is_cut_at_its_midnight(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    await keep(store, *day(START, 36 * 60, step=5))
    here = await store.energy([(SERIAL, 1)], EVER, Step.DAY)
    there = await store.energy([(SERIAL, 1)], EVER, Step.DAY, ZoneInfo("Australia/Adelaide"))
    assert sum(each.energy for each in here) == sum(each.energy for each in there)
    assert [each.start for each in here] != [each.start for each in there]


async def test_a_period_without_readings_has_no_energy_rather_than_zero(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    await keep(store, *day(START, 20), *day(START + timedelta(hours=5), 20, first=100_100))
    hours = await store.energy([(SERIAL, 1)], EVER, Step.HOUR)
    assert [each.start for each in hours] == [START, START + timedelta(hours=5)]


async def test_production_counts_from_the_hour_of_reset(open_store: OpenStore) -> None:
    store = await open_store(Accounting(zone=ZoneInfo("Europe/Warsaw"), reset_hour=23))
    reset = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)
    polls = day(reset - timedelta(minutes=30), 60)
    await keep(store, *polls[:30])
    receipt = await store.commit(polls[30])
    first = receipt.production[0]
    assert (first.today, first.since, first.total) == (4, reset, 100_120)
    await keep(store, *polls[31:])
    produced = {each.port_number: each for each in (await store.latest()).production}
    assert (produced[1].today, produced[1].total) == (30 * 4, 100_000 + 59 * 4)


async def test_lifetime_production_is_continuous_over_a_replacement(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    old, new = day(START, 10), day(START + timedelta(minutes=10), 10, first=0)
    await keep(store, *old, *new)
    (produced, *_) = (await store.latest()).production
    assert produced.total == 100_036 + 36
    assert (await totals(store))[1] == 72
    corrections, _ = await store.corrections(series_of(store, SERIAL), EVER, limit=10)
    assert {each.reason for each in corrections} == {Reason.COUNTER_FALL}


async def test_devices_know_their_dtu_ports_and_when_they_were_seen(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    await keep(
        store, *day(START, 10), poll(START + timedelta(minutes=20), (1,), serial="114100000002", dtu="barn")
    )
    first, second = await store.devices()
    assert (first.serial_number, first.dtu_name, first.ports) == (SERIAL, "roof", (1, 2))
    assert (first.first_seen, first.last_seen) == (START, START + timedelta(minutes=9))
    assert (second.dtu_name, second.ports, second.inverter_type) == ("barn", (1,), "hoymiles")


async def test_summaries_are_means_of_measured_values_and_the_last_codes(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    for minute in range(30):
        at = START + timedelta(minutes=minute)
        reading = replace(inverter(SERIAL, at, temperature=20 + minute), alarm_code=minute)
        ports = [port(SERIAL, 1, at, 10, power=100.0), port(SERIAL, 2, at, 10, power=50.0)]
        await store.commit(Poll(dtu_name="roof", taken_at=at, inverters=[reading], ports=ports))
    first, second = await summaries(store, SERIAL, EVER, Step.QUARTER)
    assert (first.start, first.inverter.temperature, first.pv_power) == (START, 27.0, 150.0)
    assert (second.inverter.temperature, second.inverter.alarm_code) == (42.0, 29)
    (hour,) = await summaries(store, SERIAL, EVER, Step.HOUR)
    assert (hour.inverter.temperature, hour.inverter.alarm_code) == (34.5, 29)


async def test_power_of_all_ports_at_given_times(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    await keep(store, *day(START, 5))
    ports = [key for key, each in store.series().items() if each.port_number]
    times = [milliseconds(START + timedelta(minutes=minute)) for minute in (1, 3, 9)]
    assert await store.port_power(ports, times) == {times[0]: 4000, times[1]: 4000}


async def test_frozen_values_are_one_growing_correction_a_quarter(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    await keep(store, *day(START, 59, rise=0))
    corrections, _ = await store.corrections(series_of(store, SERIAL), EVER, limit=20)
    frozen = [each for each in corrections if each.port_number == 1]
    assert [
        (each.reason, (each.at - START).seconds // 60, (each.until - START).seconds // 60) for each in frozen
    ] == [
        (Reason.FROZEN, 30, 44),
        (Reason.FROZEN, 45, 58),
    ]


async def suspect(open_store: OpenStore) -> Store:
    """A store with a correction of an inverter and one of its only port in each of seven minutes."""
    store = await open_store(WARSAW)
    for minute in range(7):
        at = START + timedelta(minutes=minute)
        await keep(store, replace(poll(at, (100 + minute,)), suspect_time=True))
    return store


@pytest.mark.parametrize("newest_first", [False, True])
async def test_corrections_page(open_store: OpenStore, *, newest_first: bool) -> None:
    store = await suspect(open_store)
    seen: list[Correction] = []
    after = None
    while True:
        page, after = await store.corrections(None, EVER, limit=3, after=after, newest_first=newest_first)
        seen += page
        if after is None:
            break
    whole, _ = await store.corrections(None, EVER, limit=100)
    assert len(seen) == 14
    assert seen == (whole[::-1] if newest_first else whole)
    assert sorted(whole, key=lambda each: each.at) == whole
    assert {each.reason for each in seen} == {Reason.SUSPECT_TIME}


async def test_corrections_are_of_the_series_asked_for(open_store: OpenStore) -> None:
    store = await suspect(open_store)
    (port_series,) = [each.id for each in store.series().values() if each.port_number == 1]
    found, _ = await store.corrections([port_series], EVER, limit=100)
    assert [each.port_number for each in found] == [1] * 7
    assert await store.corrections([], EVER, limit=100) == ([], None)


@pytest.mark.parametrize("seed", range(25))
async def test_late_doubled_and_shuffled_polls_give_the_same_as_sorted_ones(
    open_store: OpenStore, seed: int
) -> None:
    random = Random(seed)
    polls = faulty_day(random)
    sorted_ones, late_ones = await open_store(WARSAW), await open_store(WARSAW)
    await keep(sorted_ones, *polls)
    await keep(late_ones, *untidy(random, polls))
    assert await snapshot(late_ones) == await snapshot(sorted_ones)
    assert await totals(sorted_ones) == {number: recomputed(polls, number) for number in (1, 2)}


async def test_a_late_poll_does_not_move_an_inverter_to_the_dtu_it_had_then(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    await keep(store, poll(START, (1,), dtu="new"))
    await keep(store, replace(poll(START - timedelta(days=1), (1,), dtu="old"), inverter_type="other"))
    (device,) = await store.devices()
    assert (device.dtu_name, device.inverter_type) == ("new", "hoymiles")
    assert (device.first_seen, device.last_seen) == (START - timedelta(days=1), START)


@pytest.mark.parametrize("seed", range(15))
async def test_polls_that_came_with_other_values_first_count_as_they_came_last(
    open_store: OpenStore, seed: int
) -> None:
    random = Random(seed)
    polls = faulty_day(random)
    wrong = [
        replace(one, taken_at=other.taken_at) for one, other in zip(faulty_day(random), polls, strict=False)
    ]
    right, corrected = await open_store(WARSAW), await open_store(WARSAW)
    for each in polls:
        await right.commit(each)
    first = [random.choice([one, other]) for one, other in zip(polls, wrong, strict=False)]
    for each in [*first, *random.sample(polls, len(polls))]:
        await corrected.commit(each)
    assert await answers_but_replacements(corrected) == await answers_but_replacements(right)
