"""What crosses between processes arrives as it was sent, or is refused."""

import asyncio
from datetime import timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.live.roof import LEFT, NOON, RIGHT, Counters, inverter, poll, port

from sunledger.ledger.judgement import Quality, Reason
from sunledger.live import (
    BreakerState,
    Finding,
    Frame,
    LatestReadings,
    MeasuredEvent,
    PollOutcome,
    ReadingEvent,
    State,
    Stream,
    Subscription,
)
from sunledger.live.events import Event, relayed
from sunledger.live.latest import SeriesKey
from sunledger.live.measured import Measured
from sunledger.live.relay import Shown, Told, Unreadable, finished, read, shown, told
from sunledger.measurements import TELEMETRY, TelemetryPoint
from sunledger.sitetime import ManualClock

FLOW = Measured(TELEMETRY, TelemetryPoint(device="boiler", data_type="flow", value=4.25, taken_at=NOON))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON + timedelta(seconds=7))


def crossing(here: LatestReadings, there: LatestReadings, clock: ManualClock) -> None:
    """What is shown here is taken over there."""
    said = read(shown(here.inverters(), here.age, []))
    assert isinstance(said, Shown)
    for image in said.inverters:
        there.adopt(image._replace(heard=clock.monotonic() - image.heard))


@given(
    power=st.none() | st.floats(0, 5000),
    state=st.none() | st.integers(0, 1),
    total=st.none() | st.integers(0),
)
def test_an_image_is_the_same_in_another_process(
    power: float | None, state: int | None, total: int | None
) -> None:
    clock = ManualClock(NOON + timedelta(seconds=7))
    here, there = LatestReadings(clock), LatestReadings(clock)
    taken = poll(
        inverters=[inverter(LEFT, link_status=state)],
        ports=[port(LEFT, 2), port(LEFT, 1, pv_power=power), port(RIGHT)],
    )
    frozen: dict[SeriesKey, list[Finding]] = {(LEFT, 2): [Finding("pv_power", Reason.FROZEN)]}
    here.update(taken, frozen, [Counters(LEFT, 1, NOON, 900, None if total is None else total % 2**53)])
    crossing(here, there, clock)
    for serial in (LEFT, RIGHT):
        sent, came = here.get(serial), there.get(serial)
        assert sent is not None
        assert came is not None
        assert came._replace(ports=(), heard=0) == sent._replace(ports=(), heard=0)
        assert [port[:2] for port in came.ports] == [port[:2] for port in sent.ports]
        assert there.age(came) == pytest.approx(here.age(sent))
    assert [(each.today, each.total) for each in there.production()] == [
        (each.today, each.total) for each in here.production()
    ]


def test_what_stands_still_goes_on_to_in_a_process_that_did_not_see_it_begin(clock: ManualClock) -> None:
    here, there = LatestReadings(clock), LatestReadings(clock)
    here.update(poll(), {(LEFT, 1): [Finding("pv_power", Reason.FROZEN)]}, [])
    here.update(poll(NOON + timedelta(seconds=5)), {}, [])
    crossing(here, there, clock)
    image = there.get(LEFT)
    assert image is not None
    assert image.ports[0].quality is Quality.FROZEN


def test_what_is_known_here_already_is_not_taken_up_from_the_store(clock: ManualClock) -> None:
    latest = LatestReadings(clock)
    latest.update(poll(), {(LEFT, 1): [Finding("pv_power", Reason.FROZEN)]}, [])
    latest.restore([inverter()], [port()], [], {})
    image = latest.get(LEFT)
    assert image is not None
    assert image.ports[0].quality is Quality.FROZEN


def test_outcomes_and_other_readings_cross() -> None:
    outcome = PollOutcome(
        dtu_name="roof", started_at=NOON, seconds=0.5, ports=2, error_type="unreachable", error="no answer",
        breaker=BreakerState.HALF_OPEN, next_poll_in=55.5,
    )  # fmt: skip
    assert read(finished(outcome)) == outcome
    assert read(shown([], lambda _: 0.0, [FLOW])) == Shown([], [FLOW])


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"X{}",
        b"S{",
        b"S{}",
        b"O[]",
        b'O{"started_at": "noon"}',
        b"E{}",
        b'E{"events": [{"id": "1-1", "type": "reading"}]}',
    ],
)
def test_what_this_version_cannot_read_is_refused(message: bytes) -> None:
    with pytest.raises(Unreadable):
        read(message)


async def frames(clock: ManualClock, stream: Stream, subscription: Subscription, *events: Event) -> Frame:
    for event in events:
        stream.publish(event)
    await told_soon(clock)
    return await anext(subscription)


async def told_soon(clock: ManualClock) -> None:
    await asyncio.sleep(0)
    await clock.advance(0.1, settle=3)


async def relay(clock: ManualClock, frame: Frame, stream: Stream) -> None:
    said = read(told(frame))
    assert isinstance(said, Told)
    for event_id, event in said.events:
        stream.relay(event_id, event)
    await told_soon(clock)


async def test_events_have_the_same_ids_in_every_process(clock: ManualClock) -> None:
    here, there = Stream(clock), Stream(clock)
    clock.jump(timedelta(seconds=1))
    latest = LatestReadings(clock)
    (image,) = latest.update(poll(), {}, [])
    with here.subscribe() as at_home:
        sent = await frames(clock, here, at_home, ReadingEvent(image, State.LIVE), MeasuredEvent(*FLOW))
        await relay(clock, sent, there)
        assert there.last_id == here.last_id
        with there.subscribe(last_event_id=here.id_of(1), general=False) as resumed:
            (event,) = orjson.loads((await anext(resumed)).data)["events"]
        assert event == orjson.loads(sent.data)["events"][1]
        await relay(clock, sent, there)  # said twice
        assert there.last_id == here.last_id


async def test_who_has_missed_something_is_told_to_read_the_present_state(clock: ManualClock) -> None:
    here, there = Stream(clock), Stream(clock)
    with here.subscribe() as at_home, there.subscribe() as away:
        await relay(clock, await frames(clock, here, at_home, MeasuredEvent(*FLOW)), there)
        await anext(away)
        await frames(clock, here, at_home, MeasuredEvent(*FLOW))  # nobody hears of it
        await relay(clock, await frames(clock, here, at_home, MeasuredEvent(*FLOW)), there)
        heard = orjson.loads((await anext(away)).data)["events"]
        assert [event["type"] for event in heard] == ["resync", "telemetry"]
        assert there.last_id == here.last_id == here.id_of(3)


async def test_what_changes_without_an_event_is_told_as_such(clock: ManualClock) -> None:
    stream = Stream(clock)
    with stream.subscribe() as subscription:
        before = stream.last_id
        clock.jump(timedelta(seconds=1))
        waiting = asyncio.ensure_future(anext(subscription))
        await asyncio.sleep(0)
        stream.begin_anew()
        (event,) = orjson.loads((await waiting).data)["events"]
        assert event["type"] == "resync"
        assert event["id"] == stream.last_id != before


def test_a_relayed_event_concerns_whom_it_concerned() -> None:
    devices = [{"type": "reading", "serial_number": LEFT}, {"type": "weather", "location": "roof"}]
    assert [relayed(each).device for each in (*devices, {"type": "dtu"})] == [LEFT, "roof", None]
