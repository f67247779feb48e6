"""The state of a device, as a table."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.live.roof import LEFT, NOON, RIGHT, inverter, poll, port

from sunledger.ledger.judgement import Reason
from sunledger.live import DeviceStates, Finding, Health, LatestReadings, Patience, PollOutcome, State
from sunledger.live.state import Contact, Sight, device_state
from sunledger.sitetime import ManualClock, Place

MINUTE = Patience(query_period=60, offline_threshold=300)
KEPT, AWAITED, LOST = Contact.KEPT, Contact.AWAITED, Contact.LOST
YES, NO = True, False
WARSAW = Place(52.2, 21.0)


@pytest.mark.parametrize(
    ("age", "dtu", "linked", "dark", "frozen", "state"),
    [
        # fresh, by day
        (0, KEPT, YES, NO, NO, State.LIVE),
        (180, KEPT, YES, NO, NO, State.LIVE),
        (0, AWAITED, YES, NO, NO, State.LIVE),
        # old or standing still
        (181, KEPT, YES, NO, NO, State.STALE),
        (300, KEPT, YES, NO, NO, State.STALE),
        (0, KEPT, YES, NO, YES, State.STALE),
        # after a restart, before the DTU has answered
        (90_000, AWAITED, YES, NO, NO, State.STALE),
        # gone by day
        (301, KEPT, YES, NO, NO, State.OFFLINE),
        (0, KEPT, NO, NO, NO, State.OFFLINE),
        (0, AWAITED, NO, NO, NO, State.OFFLINE),
        (0, KEPT, NO, NO, YES, State.OFFLINE),
        # silence at night is no fault
        (0, KEPT, YES, YES, NO, State.NIGHT),
        (30_000, KEPT, YES, YES, NO, State.NIGHT),
        (0, KEPT, NO, YES, NO, State.NIGHT),
        (0, KEPT, YES, YES, YES, State.NIGHT),
        (30_000, AWAITED, YES, YES, NO, State.NIGHT),
        # but a DTU never sleeps
        (0, LOST, YES, NO, NO, State.OFFLINE),
        (400, LOST, YES, YES, NO, State.OFFLINE),
    ],
)
def test_the_state_follows_from_what_is_known(
    age: float, dtu: Contact, linked: bool, dark: bool, frozen: bool, state: State
) -> None:
    assert device_state(Sight(age=age, dtu=dtu, linked=linked, dark=dark, frozen=frozen), MINUTE) is state


@pytest.mark.parametrize(
    ("period", "threshold", "stale_after", "offline_after"),
    [(60, 300, 180, 300), (5, 300, 180, 300), (120, 300, 360, 360), (60, 3600, 180, 3600)],
)
def test_patience_grows_with_the_period(
    period: float, threshold: float, stale_after: float, offline_after: float
) -> None:
    patience = Patience(query_period=period, offline_threshold=threshold)
    assert (patience.stale_after, patience.offline_after) == (stale_after, offline_after)


class Roof:
    """Latest readings, health and states on a clock of their own."""

    def __init__(self, start: datetime = NOON, place: Place | None = None) -> None:
        self.clock = ManualClock(start)
        self.latest = LatestReadings(self.clock)
        self.health = Health(self.clock, ["roof"], MINUTE)
        self.states = DeviceStates(self.clock, self.latest, self.health, MINUTE, place)

    def read(self, *, dtu: str = "roof", **powers: float | None) -> None:
        """A poll that shows each inverter's only port with some power."""
        at, serials = self.clock.now(), {"left": LEFT, "right": RIGHT}
        taken = poll(
            at,
            [inverter(serials[name], at) for name in powers],
            [port(serials[name], 1, at, pv_power=power) for name, power in powers.items()],
            dtu=dtu,
        )
        self.latest.update(taken, {}, [])

    def answer(self, error: str | None = None) -> None:
        self.health.heard(
            PollOutcome(
                dtu_name="roof",
                started_at=self.clock.now(),
                seconds=1,
                error=error,
                error_type=error and "unreachable",
            )
        )

    def state(self, serial: str = LEFT) -> State:
        image = self.latest.get(serial)
        assert image is not None
        return self.states.of(image)


async def test_a_roof_through_silence_and_back() -> None:
    roof = Roof()
    roof.read(left=200)
    roof.answer()
    assert roof.state() is State.LIVE
    await roof.clock.advance(200)
    assert roof.state() is State.STALE
    await roof.clock.advance(101)
    assert roof.state() is State.OFFLINE
    roof.read(left=200)
    assert roof.state() is State.LIVE, "the reading is proof enough, before the poll is told of"


async def test_an_inverter_that_is_missing_from_polls_by_day_goes_offline() -> None:
    roof = Roof()
    roof.read(left=200, right=200)
    for _ in range(6):
        await roof.clock.advance(60)
        roof.read(left=200)
        roof.answer()
    assert roof.state(LEFT) is State.LIVE
    assert roof.state(RIGHT) is State.OFFLINE


async def test_without_coordinates_it_is_night_when_every_port_of_an_answering_dtu_idles() -> None:
    roof = Roof()
    roof.read(left=0, right=0)
    roof.answer()
    assert (roof.state(LEFT), roof.state(RIGHT)) == (State.NIGHT, State.NIGHT)


@pytest.mark.parametrize("other", [3.1, None])
def test_one_idle_inverter_makes_no_night(other: float | None) -> None:
    roof = Roof()
    roof.read(left=0, right=other)
    assert roof.state(RIGHT) is (State.LIVE if other else State.NIGHT), "an unknown power is no contradiction"
    assert roof.state(LEFT) is (State.LIVE if other else State.NIGHT)


async def test_an_inverter_that_fell_asleep_early_does_not_keep_the_others_awake() -> None:
    roof = Roof()
    roof.read(left=1.2)
    await roof.clock.advance(181)
    roof.read(right=0)
    roof.answer()
    assert roof.state(RIGHT) is State.NIGHT


async def test_idle_ports_of_one_dtu_do_not_darken_another() -> None:
    roof = Roof()
    roof.read(dtu="barn", right=0)
    roof.read(left=0.5)
    assert roof.state(RIGHT) is State.NIGHT
    assert roof.state(LEFT) is State.LIVE


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (datetime(2026, 6, 21, 10, tzinfo=UTC), State.LIVE),
        (datetime(2026, 6, 21, 18, 50, tzinfo=UTC), State.LIVE),
        (datetime(2026, 6, 21, 22, tzinfo=UTC), State.NIGHT),
        (datetime(2026, 12, 21, 16, tzinfo=UTC), State.NIGHT),
    ],
)
def test_with_coordinates_the_sun_decides(at: datetime, state: State) -> None:
    roof = Roof(at, WARSAW)
    roof.read(left=0)
    roof.answer()
    assert roof.state() is state


async def test_the_sun_moves_on() -> None:
    roof = Roof(datetime(2026, 6, 21, 18, tzinfo=UTC), WARSAW)
    roof.read(left=20)
    roof.answer()
    assert roof.state() is State.LIVE
    await roof.clock.advance(3 * 3600)
    roof.answer()
    assert roof.state() is State.NIGHT


def test_frozen_ports_make_a_device_stale() -> None:
    roof = Roof()
    roof.latest.update(poll(), {(LEFT, 1): [Finding("pv_power", Reason.FROZEN)]}, [])
    assert roof.state() is State.STALE


async def test_readings_that_are_pushed_need_no_dtu() -> None:
    roof = Roof()
    roof.read(dtu="gateway", left=10)
    await roof.clock.advance(10)
    assert roof.state() is State.LIVE
    await roof.clock.advance(400)
    assert roof.state() is State.OFFLINE


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=1)])
async def test_a_jump_of_the_clock_changes_no_state(jump: timedelta) -> None:
    roof = Roof()
    roof.read(left=10)
    roof.answer()
    roof.clock.jump(jump)
    assert roof.state() is State.LIVE
