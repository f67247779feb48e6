from datetime import timedelta
from itertools import permutations

import pytest
from tests.live.roof import LEFT, NOON, RIGHT, Counters, inverter, poll, port

from sunledger.ledger.judgement import Quality, Reason
from sunledger.live import Finding, LatestReadings
from sunledger.live.latest import SeriesKey
from sunledger.measurements import InverterReading
from sunledger.sitetime import ManualClock

MINUTE = timedelta(minutes=1)
WHOLE_GLITCH = {
    (LEFT, None): [Finding("*", Reason.ZERO_GLITCH)],
    (LEFT, 1): [Finding("*", Reason.ZERO_GLITCH)],
}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def latest(clock: ManualClock) -> LatestReadings:
    return LatestReadings(clock)


def on_port(*findings: Finding) -> dict[SeriesKey, list[Finding]]:
    return {(LEFT, 1): list(findings)}


def power_of_left(latest: LatestReadings) -> float | None:
    image = latest.get(LEFT)
    assert image is not None
    return image.ports[0].reading.pv_power


def test_nothing_is_known_before_the_first_poll(latest: LatestReadings) -> None:
    assert latest.get(LEFT) is None
    assert not latest.inverters()
    assert not latest.production()


def test_a_poll_becomes_one_image_per_inverter(latest: LatestReadings) -> None:
    taken = poll(
        inverters=[inverter(LEFT), inverter(RIGHT)], ports=[port(LEFT, 2), port(LEFT, 1), port(RIGHT, 1)]
    )
    images = latest.update(taken, {}, [Counters(LEFT, 1, NOON, 900, 81_000)])
    assert [image.serial_number for image in images] == [LEFT, RIGHT]
    left = images[0]
    assert left.dtu_name == "roof"
    assert left.reading == inverter(LEFT)
    assert [each.reading.port_number for each in left.ports] == [1, 2]
    assert left.ports[0].production == Counters(LEFT, 1, NOON, 900, 81_000)
    assert left.ports[1].production is None
    assert left.quality is Quality.GOOD


def test_the_power_of_an_inverter_is_the_sum_of_its_ports_at_their_resolution(latest: LatestReadings) -> None:
    ports = [port(number=n, pv_power=power) for n, power in ((1, 0.1), (2, 0.2), (3, None))]
    assert latest.update(poll(ports=ports), {}, [])[0].pv_power == 0.3


def test_no_power_is_known_where_no_port_says_it(latest: LatestReadings) -> None:
    assert latest.update(poll(ports=[port(pv_power=None)]), {}, [])[0].pv_power is None


def test_a_zero_that_nobody_measured_does_not_replace_a_good_reading(latest: LatestReadings) -> None:
    latest.update(poll(), {}, [])
    later = NOON + MINUTE
    zeros = poll(later, [inverter(at=later, grid_voltage=0)], [port(at=later, pv_power=0)])
    assert latest.update(zeros, WHOLE_GLITCH, []) == []
    image = latest.get(LEFT)
    assert image is not None
    assert image.reading == inverter()
    assert power_of_left(latest) == 200.4


def test_a_first_reading_that_is_set_aside_is_not_shown_at_all(latest: LatestReadings) -> None:
    assert latest.update(poll(), WHOLE_GLITCH, [Counters(LEFT, 1, NOON, 0, None)]) == []
    assert latest.get(LEFT) is None
    assert len(latest.production()) == 1


def test_implausible_values_are_missing_and_the_others_stay(latest: LatestReadings) -> None:
    findings = {
        (LEFT, None): [Finding("temperature", Reason.IMPLAUSIBLE)],
        (LEFT, 1): [Finding("pv_power", Reason.IMPLAUSIBLE)],
    }
    image = latest.update(poll(), findings, [])[0]
    assert image.reading is not None
    assert image.reading.temperature is None
    assert image.reading.grid_voltage == 230.1
    assert image.quality is Quality.IMPLAUSIBLE
    assert image.ports[0].reading.pv_power is None
    assert image.ports[0].reading.pv_voltage == 33.1
    assert image.ports[0].quality is Quality.IMPLAUSIBLE


def test_a_suspect_time_leaves_the_values_good(latest: LatestReadings) -> None:
    suspect = on_port(Finding("*", Reason.SUSPECT_TIME))
    assert latest.update(poll(suspect=True), suspect, [])[0].ports[0].quality is Quality.GOOD


def test_the_worst_of_several_findings_counts(latest: LatestReadings) -> None:
    found = on_port(*(Finding("pv_power", each) for each in (Reason.REPLACED_VALUE, Reason.FROZEN)))
    assert latest.update(poll(), found, [])[0].ports[0].quality is Quality.FROZEN


def test_a_late_poll_brings_no_readings_but_may_change_the_counters(latest: LatestReadings) -> None:
    latest.update(poll(NOON + MINUTE), {}, [Counters(LEFT, 1, NOON + MINUTE, 900, 81_000)])
    late = poll(NOON, ports=[port(pv_power=1.0)])
    assert latest.update(late, {}, [Counters(LEFT, 1, NOON + MINUTE, 950, 81_050)]) == []
    image = latest.get(LEFT)
    assert image is not None
    assert image.ports[0].reading.pv_power == 200.4
    assert image.ports[0].production == Counters(LEFT, 1, NOON + MINUTE, 950, 81_050)


def test_the_order_of_arrival_does_not_matter(clock: ManualClock) -> None:
    polls = [poll(at, ports=[port(at=at, pv_power=100.0 + n)])
             for n in range(4) for at in [NOON + n * MINUTE]]  # fmt: skip
    for order in permutations(polls):
        latest = LatestReadings(clock)
        for each in order:
            latest.update(each, {}, [])
        assert power_of_left(latest) == 103.0


def test_the_same_reading_with_other_values_replaces_the_first(latest: LatestReadings) -> None:
    latest.update(poll(), {}, [])
    latest.update(poll(ports=[port(pv_power=7.0)]), {}, [])
    assert power_of_left(latest) == 7.0


def test_frozen_lasts_for_as_long_as_the_values_stand_still(latest: LatestReadings) -> None:
    moments = [NOON + n * MINUTE for n in range(4)]
    latest.update(poll(moments[0]), {}, [])
    found = on_port(Finding("pv_power", Reason.FROZEN))
    assert latest.update(poll(moments[1]), found, [])[0].frozen
    assert latest.update(poll(moments[2]), {}, [])[0].frozen
    moved = poll(moments[3], ports=[port(at=moments[3], pv_power=200.5)])
    assert not latest.update(moved, {}, [])[0].frozen


async def test_age_is_that_of_the_reading_and_no_jump_of_the_clock_changes_it(
    clock: ManualClock, latest: LatestReadings
) -> None:
    image = latest.update(poll(NOON - 2 * MINUTE), {}, [])[0]
    assert latest.age(image) == 120
    clock.jump(timedelta(days=1))
    assert latest.age(image) == 120
    await clock.advance(30)
    assert latest.age(image) == 150


def test_a_reading_whose_time_cannot_be_trusted_is_as_old_as_its_arrival(latest: LatestReadings) -> None:
    image = latest.update(poll(NOON - timedelta(days=20_000), suspect=True), {}, [])[0]
    assert latest.age(image) == 0


def test_a_reading_from_the_future_is_new(latest: LatestReadings) -> None:
    assert latest.age(latest.update(poll(NOON + MINUTE), {}, [])[0]) == 0


@pytest.mark.parametrize(("link_status", "linked"), [(1, True), (0, False), (None, True)])
def test_the_link_of_an_inverter_is_what_its_dtu_says(
    latest: LatestReadings, link_status: int | None, linked: bool
) -> None:
    assert latest.update(poll(inverters=[inverter(link_status=link_status)]), {}, [])[0].linked is linked


def test_an_inverter_of_zeros_with_counters_that_stand_is_lost_and_not_glitched(
    latest: LatestReadings,
) -> None:
    latest.update(poll(), {}, [])
    later = NOON + MINUTE
    lost = poll(
        later, [inverter(at=later, grid_voltage=0, link_status=0)], [port(at=later, pv_voltage=0, pv_power=0)]
    )
    image = latest.update(lost, {(LEFT, None): [Finding("*", Reason.ZERO_GLITCH)]}, [])[0]
    assert not image.linked
    assert image.reading == inverter(), "what it measured last"


def test_what_a_store_knows_is_taken_up_at_start(clock: ManualClock, latest: LatestReadings) -> None:
    yesterday = NOON - timedelta(days=1)
    latest.restore(
        [inverter(LEFT, yesterday, temperature=6553.5), inverter(RIGHT, NOON)],
        [port(LEFT, 1, yesterday)],
        [Counters(LEFT, 1, yesterday, 900, 81_000)],
        {LEFT: "roof", RIGHT: "barn"},
    )
    left, right = latest.get(LEFT), latest.get(RIGHT)
    assert left is not None
    assert right is not None
    assert left.reading == InverterReading(
        serial_number=LEFT, taken_at=yesterday, grid_voltage=230.1, link_status=1
    ), "an implausible value is missing after a restart too"
    assert left.quality is Quality.IMPLAUSIBLE
    assert (left.dtu_name, right.dtu_name) == ("roof", "barn")
    assert left.ports[0].production == Counters(LEFT, 1, yesterday, 900, 81_000)
    assert (latest.age(left), latest.age(right)) == (86_400, 0)


def test_what_a_store_knows_does_not_replace_what_came_meanwhile() -> None:
    latest = LatestReadings(ManualClock(NOON))
    latest.update(poll(), {}, ())
    early = NOON - timedelta(hours=1)
    counters = Counters(LEFT, 1, early, 40, 81_000)
    latest.restore([inverter(at=early)], [port(at=early), port(number=2, at=early)], [counters], {})
    image = latest.get(LEFT)
    assert image is not None
    assert image.reading == inverter()
    assert [each.reading.taken_at for each in image.ports] == [NOON, early]
    assert image.ports[0].production == counters
