"""Stamps: never backward, whatever the wall clock does."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sunledger.sitetime import ManualClock, Stamp, Stamps, instant

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
START = datetime(2026, 6, 21, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def stamps_every(stamps: Stamps, clock: ManualClock, minutes: float, count: int) -> list[Stamp]:
    given = []
    for _ in range(count):
        await clock.advance(minutes * 60, settle=0)
        given.append(stamps.stamp())
    return given


async def test_a_clock_that_runs_well_is_believed() -> None:
    clock = ManualClock(START)
    stamps = Stamps(clock)
    given = await stamps_every(stamps, clock, 1, 5)
    assert given == [Stamp(START + minute * MINUTE, suspect=False) for minute in range(1, 6)]


async def test_drift_that_is_corrected_is_no_step() -> None:
    clock = ManualClock(START)
    stamps = Stamps(clock)
    for seconds in (20, -15, 30, -40):
        clock.jump(timedelta(seconds=seconds))
        (stamp,) = await stamps_every(stamps, clock, 1, 1)
        assert stamp == Stamp(clock.now(), suspect=False)


async def test_a_clock_an_hour_back_is_slewed_at_half_speed_and_suspect_until_it_has_caught_up() -> None:
    clock = ManualClock(START)
    stamps = Stamps(clock)
    before = stamps.stamp()
    clock.jump(-HOUR)
    slewed = await stamps_every(stamps, clock, 10, 11)
    assert [stamp.at - before.at for stamp in slewed] == [5 * MINUTE * turn for turn in range(1, 12)]
    assert all(stamp.suspect for stamp in slewed)
    caught_up = await stamps_every(stamps, clock, 10, 3)
    assert [stamp.at for stamp in caught_up] == [START + HOUR + turn * 10 * MINUTE for turn in range(3)]
    assert not any(stamp.suspect for stamp in caught_up)


async def test_a_clock_a_day_ahead_is_adopted_and_suspect_for_ten_minutes() -> None:
    clock = ManualClock(START)
    stamps = Stamps(clock)
    stamps.stamp()
    clock.jump(timedelta(days=1))
    ahead = await stamps_every(stamps, clock, 1, 15)
    assert [stamp.at for stamp in ahead] == [
        START + timedelta(days=1) + minute * MINUTE for minute in range(1, 16)
    ]
    # the step is seen with the first stamp after it
    assert [stamp.suspect for stamp in ahead] == [True] * 10 + [False] * 5


async def test_a_machine_that_boots_in_1970_marks_its_stamps_until_the_time_is_known() -> None:
    clock = ManualClock(EPOCH)
    stamps = Stamps(clock)
    first = await stamps_every(stamps, clock, 1, 3)
    assert [stamp.at for stamp in first] == [
        datetime(1970, 1, 1, 0, minute, tzinfo=UTC) for minute in (1, 2, 3)
    ]
    assert all(stamp.suspect for stamp in first)
    clock.jump(START - clock.now())
    adopted = await stamps_every(stamps, clock, 1, 12)
    assert [stamp.at for stamp in adopted] == [START + minute * MINUTE for minute in range(1, 13)]
    assert [stamp.suspect for stamp in adopted] == [True] * 10 + [False] * 2


async def test_a_machine_that_boots_in_1970_goes_on_after_what_is_stored() -> None:
    clock = ManualClock(EPOCH)
    stamps = Stamps(clock, floor=START)
    slewed = await stamps_every(stamps, clock, 1, 4)
    assert [stamp.at for stamp in slewed] == [START + timedelta(seconds=30 * turn) for turn in range(1, 5)]
    assert all(stamp.suspect for stamp in slewed)
    clock.jump(START + HOUR - clock.now())
    (stamp,) = await stamps_every(stamps, clock, 1, 1)
    assert stamp == Stamp(START + HOUR + MINUTE, suspect=True)


def test_stamps_at_one_moment_are_told_apart_by_a_millisecond() -> None:
    stamps = Stamps(ManualClock(START), floor=START - HOUR)
    given = [stamps.stamp().at - START for _ in range(4)]
    assert given == [timedelta(milliseconds=turn) for turn in range(4)]


@given(
    st.timedeltas(timedelta(), timedelta(days=30_000)).map(EPOCH.__add__),
    st.none() | st.integers(1_577_836_800_000, 2_208_988_800_000).map(instant),
    st.lists(
        st.tuples(
            st.floats(0, 1e6, allow_nan=False),
            st.just(timedelta()) | st.timedeltas(timedelta(days=-4000), timedelta(days=4000)),
        ),
        max_size=30,
    ),
)
async def test_stamps_rise_in_whole_milliseconds_whatever_the_wall_clock_does(
    start: datetime, floor: datetime | None, events: list[tuple[float, timedelta]]
) -> None:
    clock = ManualClock(start)
    stamps = Stamps(clock, floor)
    last = floor
    for seconds, jump in events:
        await clock.advance(seconds, settle=0)
        clock.jump(max(jump, EPOCH - clock.now()))
        stamp = stamps.stamp()
        assert last is None or stamp.at > last
        assert stamp.at.microsecond % 1000 == 0
        assert stamp.suspect or abs(stamp.at - clock.now()) <= MINUTE
        last = stamp.at
