"""The counter fold: what is credited, what is set aside, and that nothing but time order matters."""

from hypothesis import given
from hypothesis import strategies as st

from sunledger.ledger.fold import FROZEN_AFTER_MS, NO_COUNT, POLL_MS, Shown, State, Step, fold
from sunledger.ledger.judgement import Reason

MINUTE = 60_000
START = 1_750_000_000_000


def reading(minute: float, total: int | None, today: int | None = None, power: int = 2000) -> Shown:
    return (START + round(minute * MINUTE), 1, 331, 604, power + round(minute), today, total)


def folded(*readings: Shown) -> Step:
    return fold(State(), readings)


def reasons(step: Step) -> list[Reason]:
    return [judgement.reason for judgement in step.judgements]


def test_the_first_reading_credits_nothing() -> None:
    assert folded(reading(0, 5_000_000)).energy == 0


def test_a_rising_counter_credits_its_rises() -> None:
    step = folded(reading(0, 100), reading(1, 105), reading(2, 105), reading(3, 112))
    assert (step.energy, step.judgements) == (12, ())


def test_a_reading_without_a_counter_changes_nothing() -> None:
    assert folded(reading(0, 100), reading(1, None), reading(2, 110)).energy == 10


def test_a_register_of_all_ones_is_no_counter() -> None:
    step = folded(reading(0, 100), reading(1, NO_COUNT), reading(2, NO_COUNT), reading(3, 110))
    assert (step.energy, step.judgements) == (10, ())


def test_zeros_between_good_readings_are_set_aside_however_many() -> None:
    zeros = [reading(minute, 0, 0) for minute in range(1, 10)]
    step = folded(reading(0, 5000), *zeros, reading(10, 5060))
    assert step.energy == 60
    assert reasons(step) == [Reason.IMPLAUSIBLE]
    assert (step.judgements[0].raw, step.judgements[0].repaired) == (0, 5000)


def test_a_spike_is_set_aside() -> None:
    step = folded(reading(0, 5000), reading(1, 900_000), reading(2, 5010))
    assert (step.energy, reasons(step)) == (10, [Reason.IMPLAUSIBLE])


def test_a_fall_that_counts_on_opens_a_segment_bridged_by_the_counter_of_today() -> None:
    step = folded(
        reading(0, 900_000, 1000),
        reading(1, 900_010, 1010),
        reading(2, 500_006, 1018),
        reading(3, 500_012, 1024),
    )
    assert step.energy == 10 + 8 + 6
    assert reasons(step) == [Reason.COUNTER_FALL]
    assert (step.judgements[0].raw, step.judgements[0].repaired) == (500_006, 900_018)


def test_a_fall_without_a_counter_of_today_credits_nothing_at_the_seam() -> None:
    step = folded(reading(0, 900_000), reading(1, 500_006), reading(2, 500_012))
    assert (step.energy, reasons(step)) == (6, [Reason.COUNTER_FALL])


def test_a_replaced_inverter_counts_from_zero() -> None:
    step = folded(reading(0, 900_000, 3000), reading(1, 4, 4), reading(2, 9, 9))
    assert step.energy == 9
    assert step.offset == 900_004 - 4


def test_a_new_inverter_that_shows_zeros_first_counts_from_zero() -> None:
    zeros = [reading(minute, 0, 0) for minute in range(1, 5)]
    assert folded(reading(0, 900_000, 3000), *zeros, reading(5, 3, 3), reading(6, 8, 8)).energy == 8


def test_the_counter_of_a_device_that_has_become_slow_has_not_jumped() -> None:
    """A port that gives 900 W: polls begin every 5 s, until it takes 12 s to answer."""
    step = folded(
        reading(0, 1000, 100),
        reading(5 / 60, 1001, 101),
        reading(10 / 60, 1005, 105),
        reading(22 / 60, 1008, 108),
        reading(34 / 60, 1011, 111),
    )
    assert (step.energy, step.judgements) == (11, ())


def test_a_jump_that_counts_on_opens_a_segment() -> None:
    step = folded(reading(0, 5000, 40), reading(1, 900_000, 45), reading(2, 900_006, 51))
    assert (step.energy, reasons(step)) == (11, [Reason.COUNTER_JUMP])


def test_a_counter_wraps_at_32_bits() -> None:
    top = 2**32
    step = folded(reading(0, top - 20), reading(1, top - 6), reading(2, 3), reading(3, 9))
    assert (step.energy, reasons(step)) == (29, [Reason.COUNTER_WRAP])


def test_a_counter_wraps_at_16_bits() -> None:
    assert folded(reading(0, 65_530), reading(1, 2), reading(2, 9)).energy == 15


def test_a_catch_up_after_frozen_values_is_energy_and_no_fault() -> None:
    frozen = [reading(minute, 5000) for minute in range(120)]
    step = folded(*frozen, reading(120, 5600), reading(121, 5605))
    assert step.energy == 605
    assert Reason.COUNTER_JUMP not in reasons(step)


def test_a_night_of_silence_is_bridged_by_the_counter_itself() -> None:
    step = folded(reading(0, 5000), reading(600, 5900), reading(601, 5905))
    assert (step.energy, step.judgements) == (905, ())


def test_a_counter_zeroed_every_night_comes_back() -> None:
    night = [reading(minute, 0, 0, power=0) for minute in range(1, 600, 10)]
    assert folded(reading(0, 5000), *night, reading(600, 5010), reading(601, 5015)).energy == 15


def test_a_counter_that_showed_only_zeros_so_far_begins_where_it_begins() -> None:
    step = folded(reading(0, 0), reading(1, 0), reading(2, 7_000_000), reading(3, 7_000_005))
    assert (step.energy, step.judgements) == (5, ())


def test_values_that_stand_still_for_long_are_frozen() -> None:
    same = [(START + minute * MINUTE, 1, 331, 604, 2000, 700, 5000) for minute in range(60)]
    frozen = [judgement for judgement in folded(*same).judgements if judgement.reason is Reason.FROZEN]
    assert [(each.at - START, each.until - START) for each in frozen] == [(FROZEN_AFTER_MS, 59 * MINUTE)]


def test_idle_values_at_night_are_not_frozen() -> None:
    night = [(START + minute * MINUTE, 1, 0, 0, 0, 700, 5000) for minute in range(600)]
    assert folded(*night).judgements == ()


counters = st.lists(
    st.tuples(st.integers(1, 240), st.one_of(st.none(), st.integers(0, 2**32 - 1), st.integers(0, 100_000))),
    max_size=40,
)


@given(counters)
def test_no_step_credits_less_than_nothing_or_more_than_the_nameplate(
    shown: list[tuple[int, int | None]],
) -> None:
    minute, state, since = 0, State(), START
    for elapsed, total in shown:
        minute += elapsed
        step = fold(state, [reading(minute, total)])
        state = step.state
        assert step.energy >= 0
        assert step.energy <= 1000 * (state.seen_at - since + POLL_MS) / 3_600_000 + 2
        if step.energy or state.accepted is None:
            since = state.changed_at if state.accepted else state.seen_at


@given(counters, st.integers(0, 40))
def test_folding_in_two_parts_is_folding_at_once(shown: list[tuple[int, int | None]], cut: int) -> None:
    minute, readings = 0, []
    for elapsed, total in shown:
        minute += elapsed
        readings.append(reading(minute, total))
    whole = folded(*readings)
    first = folded(*readings[:cut])
    second = fold(first.state, readings[cut:])
    assert second.state == whole.state
    assert first.energy + second.energy == whole.energy
    assert first.offset + second.offset == whole.offset


@given(st.lists(st.integers(0, 16), min_size=2, max_size=60), st.sets(st.integers(1, 58)))
def test_isolated_zero_glitches_never_change_the_energy(rises: list[int], glitches: set[int]) -> None:
    totals = [10_000]
    for rise in rises:
        totals.append(totals[-1] + rise)
    shown = [
        reading(minute, 0 if minute in glitches and minute < len(rises) else total, None)
        for minute, total in enumerate(totals)
    ]
    assert folded(*shown).energy == totals[-1] - totals[0]
