import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from structlog.testing import capture_logs

from sunledger.intake import Intake
from sunledger.ledger.batching import batches
from sunledger.ledger.judgement import Quality, Reason
from sunledger.live import DeviceStates, Health, LatestInverter, LatestReadings, Patience, Stream
from sunledger.measurements import InverterReading, Poll, PortReading
from sunledger.sitetime import ManualClock, Span
from sunledger.sitetime.turns import AT_ONCE
from sunledger.store.keeper import SpooledReceipt
from sunledger.store.memory import MemoryStore
from sunledger.store.protocol import Accounting, Of, StoreError
from sunledger.store.records import Entry, Receipt

NOON = datetime(2026, 6, 21, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LEFT, RIGHT = "114100000001", "114100000002"
ALWAYS = Span(NOON - timedelta(days=1), NOON + timedelta(days=1))


def inverter(serial: str, at: datetime, voltage: float = 230.1) -> InverterReading:
    return InverterReading(serial_number=serial, taken_at=at, grid_voltage=voltage)


def port(serial: str, at: datetime, power: float = 240.0, total: int = 81_000) -> PortReading:
    return PortReading(
        serial_number=serial, port_number=1, taken_at=at, pv_power=power, total_production=total
    )


def poll(at: datetime, *ports: PortReading, suspect: bool = False) -> Poll:
    """A poll of some ports, each of an inverter of its own that is zero when its port is."""
    return Poll(
        dtu_name="roof",
        taken_at=at,
        inverters=[inverter(each.serial_number, at, 230.1 if any_value(each) else 0) for each in ports],
        ports=list(ports),
        inverter_type="hoymiles",
        suspect_time=suspect,
    )


def any_value(reading: PortReading) -> bool:
    return bool(reading.pv_power or reading.total_production)


class FullDisk(MemoryStore):
    """A store that cannot keep anything."""

    async def commit_all(self, entries: Sequence[Entry]) -> Sequence[Receipt]:
        raise StoreError("the disk is full; free some space")


class Spooling(MemoryStore):
    """A store that is away, behind a keeper with a spool."""

    async def commit_all(self, entries: Sequence[Entry]) -> Sequence[Receipt]:
        return [SpooledReceipt(poll, 0, 0, (), ()) for poll, _ in entries]


class House:
    """An intake with everything it needs."""

    def __init__(self, store: MemoryStore | None = None) -> None:
        self.clock = ManualClock(NOON)
        self.store = store or MemoryStore(Accounting(zone=ZoneInfo("Europe/Warsaw")))
        self.latest = LatestReadings(self.clock)
        self.stream = Stream(self.clock, bundle=0)
        self.commits: list[tuple[str, str, float]] = []
        patience = Patience()
        states = DeviceStates(self.clock, self.latest, Health(self.clock, [], patience), patience)
        self.intake = Intake(
            self.clock,
            self.store,
            self.latest,
            self.stream,
            states,
            lambda operation, table, seconds: self.commits.append((operation, table, seconds)),
        )

    def image(self, serial: str = LEFT) -> LatestInverter:
        image = self.latest.get(serial)
        assert image is not None
        return image

    async def published(self, *polls: Poll) -> list[dict[str, Any]]:
        """What a subscriber is told of some polls."""
        with self.stream.subscribe() as subscription:
            for each in polls:
                await self.intake.accept(each)
            frame = await anext(subscription)
        events: list[dict[str, Any]] = orjson.loads(frame.data)["events"]
        return events


async def test_a_poll_is_kept_then_shown_then_published() -> None:
    house = House()
    (event,) = await house.published(poll(NOON, port(LEFT, NOON)))
    assert (await house.store.statistics()).total_records == 2
    assert house.image().ports[0].reading == port(LEFT, NOON)
    assert (event["type"], event["serial_number"], event["state"]) == ("reading", LEFT, "live")
    assert event["ports"][0]["repaired"] == {"today_production": 0, "total_production": 81_000}


async def test_the_receipt_tells_what_was_stored() -> None:
    house = House()
    taken = poll(NOON, port(LEFT, NOON), port(RIGHT, NOON))
    assert (await house.intake.accept(taken)).stored == 4
    again = await house.intake.accept(taken)
    assert (again.stored, again.repeated) == (0, 4)


async def test_what_cannot_be_kept_is_told_to_nobody() -> None:
    house = House(FullDisk(Accounting(zone=ZoneInfo("UTC"))))
    with house.stream.subscribe() as subscription:
        with pytest.raises(StoreError, match="free some space"):
            await house.intake.accept(poll(NOON, port(LEFT, NOON)))
        assert house.latest.get(LEFT) is None
        told = asyncio.ensure_future(anext(subscription))
        await house.clock.advance(1)
        assert not told.done()
        told.cancel()


async def test_a_zero_glitch_is_kept_and_marked_but_not_shown() -> None:
    house = House()
    await house.intake.accept(poll(NOON, port(LEFT, NOON), port(RIGHT, NOON)))
    at = NOON + MINUTE
    with capture_logs() as logs:
        events = await house.published(poll(at, port(LEFT, at, power=0, total=0), port(RIGHT, at)))
    assert [event["serial_number"] for event in events if event["type"] == "reading"] == [RIGHT]
    assert house.image(LEFT).ports[0].reading == port(LEFT, NOON)
    kept = await house.store.readings(Of.PORT, None, ALWAYS, limit=10)
    assert len(kept.rows) == 4, "nothing is dropped"
    corrections = [event for event in events if event["type"] == "correction"]
    assert [(c["port_number"], c["reason"]) for c in corrections] == [
        (1, "zero_glitch"),
        (None, "zero_glitch"),
    ]
    assert [log["port_number"] for log in logs if log["event"] == "zero_glitch_set_aside"] == [1, None]


async def test_an_implausible_value_is_not_shown() -> None:
    house = House()
    await house.intake.accept(poll(NOON, port(LEFT, NOON, power=6553.5)))
    assert house.image().ports[0].reading.pv_power is None
    assert house.image().ports[0].quality is Quality.IMPLAUSIBLE


async def test_a_counter_that_fell_is_repaired_published_and_logged() -> None:
    house = House()
    totals = [81_000, 81_004, 40, 44]
    polls = [poll(NOON + n * MINUTE, port(LEFT, NOON + n * MINUTE, total=total))
             for n, total in enumerate(totals)]  # fmt: skip
    with capture_logs() as logs:
        events = await house.published(*polls)
    (correction,) = (event for event in events if event["type"] == "correction")
    assert (correction["reason"], correction["field"], correction["raw"]) == (
        Reason.COUNTER_FALL,
        "total_production",
        40,
    )
    last = events[-2]
    assert last["ports"][0]["total_production"] == 44
    assert last["ports"][0]["repaired"]["total_production"] >= 81_008
    (line,) = (log for log in logs if log["event"] == "counter_repaired")
    assert (line["serial_number"], line["port_number"], line["reason"]) == (LEFT, 1, "counter_fall")
    assert (line["raw"], line["repaired"]) == (40, correction["repaired"])


async def test_a_suspect_time_is_marked_and_the_values_count() -> None:
    house = House()
    events = await house.published(poll(datetime(1970, 1, 1, tzinfo=UTC), port(LEFT, NOON), suspect=True))
    assert [event["reason"] for event in events if event["type"] == "correction"] == ["suspect_time"] * 2
    assert events[0]["state"] == "live"
    assert house.image().ports[0].quality is Quality.GOOD


async def test_a_late_poll_is_kept_and_replaces_nothing() -> None:
    house = House()
    await house.intake.accept(poll(NOON, port(LEFT, NOON, power=300)))
    early = NOON - MINUTE
    receipt = await house.intake.accept(poll(early, port(LEFT, early, power=100)))
    assert receipt.stored == 2
    assert house.image().ports[0].reading.pv_power == 300


async def test_shuffled_polls_end_in_the_same_image() -> None:
    polls = [poll(NOON + n * MINUTE, port(LEFT, NOON + n * MINUTE, total=81_000 + 4 * n)) for n in range(6)]
    images = []
    for order in (polls, polls[::-1], polls[3:] + polls[:3] + polls[2:4]):
        house = House()
        for each in order:
            await house.intake.accept(each)
        images.append((house.image().ports, house.image().reading))
    assert images[0] == images[1] == images[2]


async def test_polls_of_several_dtus_may_come_at_once() -> None:
    house = House()
    polls = [poll(NOON + timedelta(milliseconds=n), port(f"1141000000{n:02}", NOON)) for n in range(20)]
    await asyncio.gather(*map(house.intake.accept, polls))
    assert len(house.latest.inverters()) == 20
    assert (await house.store.statistics()).total_records == 40


async def test_a_restart_takes_up_what_the_store_knows() -> None:
    before = House()
    await before.intake.accept(poll(NOON, port(LEFT, NOON), port(RIGHT, NOON, power=6553.5)))
    at = NOON + MINUTE
    await before.intake.accept(poll(at, port(LEFT, at, power=0, total=0), port(RIGHT, at)))
    after = House(before.store)
    await after.intake.restore()
    for serial in (LEFT, RIGHT):
        assert after.image(serial).ports == before.image(serial).ports
        assert after.image(serial).reading == before.image(serial).reading
        assert after.image(serial).dtu_name == "roof"


async def test_commits_are_timed() -> None:
    house = House()
    await house.intake.accept(poll(NOON, port(LEFT, NOON)))
    assert house.commits == [("commit", "port_data", 0.0)]


async def test_a_spooled_poll_is_shown_at_once_and_counted_when_it_arrives() -> None:
    accounting = Accounting(zone=ZoneInfo("UTC"))
    house, taken = House(Spooling(accounting)), poll(NOON, port(LEFT, NOON))
    with capture_logs() as logs:
        await house.intake.accept(taken)
    assert [log["event"] for log in logs] == ["inverter_data_spooled"]
    assert house.image().ports[0].production is None, "nobody can know yet"
    receipt = await MemoryStore(accounting).commit(taken)
    await house.intake.arrived(receipt)
    assert house.image().ports[0].production == receipt.production[0]


async def test_an_earlier_poll_that_arrives_late_from_the_spool_changes_only_counters() -> None:
    house = House()
    early = NOON - MINUTE
    receipt = await house.store.commit(poll(early, port(LEFT, early)))
    await house.published(poll(NOON, port(LEFT, NOON, power=300)))
    await house.intake.arrived(receipt)
    assert house.image().ports[0].reading.pv_power == 300


async def test_polls_that_come_together_are_kept_together_and_told_in_one_line() -> None:
    house = House()
    polls = [poll(NOON + minute * MINUTE, port(LEFT, NOON + minute * MINUTE)) for minute in range(3)]
    with capture_logs() as logs:
        receipts = await house.intake.accept_all(polls)
    assert [receipt.stored for receipt in receipts] == [2, 2, 2]
    assert [(log["event"], log["polls"], log["stored"]) for log in logs] == [("polls_saved", 3, 6)]
    assert house.image(LEFT).ports[0].reading.taken_at == NOON + 2 * MINUTE
    assert len(house.commits) == 1


async def test_others_have_their_turn_while_a_thousand_polls_are_shown_in_their_order() -> None:
    house = House()
    moments = [NOON + second * timedelta(seconds=1) for second in range(1000)]
    shown = [NOON]

    def note() -> None:
        shown.append(house.image().ports[0].reading.taken_at)

    many = asyncio.create_task(house.intake.accept_all([poll(at, port(LEFT, at)) for at in moments]))
    while house.latest.get(LEFT) is None:
        await house.clock.advance(0, settle=1)
    one = asyncio.create_task(house.intake.accept(poll(moments[-1], port(RIGHT, moments[-1]))))
    while house.latest.get(RIGHT) is None:
        note()
        await asyncio.sleep(0)
    assert shown[-1] == moments[-1], "what was committed later is shown later"
    assert max(after - before for before, after in pairwise(shown)) <= timedelta(seconds=AT_ONCE)
    await asyncio.gather(many, one)


async def test_a_batch_is_checked_and_kept_and_its_end_is_shown() -> None:
    house = House()
    minutes = [NOON + timedelta(minutes=each) for each in range(3)]
    polls = [
        poll(at, port(LEFT, at, total=81_000 + each), port(RIGHT, at)) for each, at in enumerate(minutes)
    ]
    silent = PortReading(
        serial_number=LEFT, port_number=1, taken_at=minutes[1], pv_power=0, total_production=0
    )
    polls[1] = poll(minutes[1], silent, port(RIGHT, minutes[1]))
    (batch,) = batches(polls)
    loaded = await house.intake.load(batch)
    assert (loaded.stored, loaded.repeated) == (12, 0)
    assert (await house.store.statistics()).total_records == 12
    assert {each.reason for each in loaded.corrections} >= {Reason.ZERO_GLITCH}
    assert house.image().ports[0].reading == polls[2].ports[0]
    assert [operation for operation, _, _ in house.commits] == ["load"]


async def test_a_batch_of_the_past_does_not_hide_the_latest_readings() -> None:
    house = House()
    await house.intake.accept(poll(NOON, port(LEFT, NOON)))
    before = NOON - timedelta(hours=2)
    (batch,) = batches([poll(before, port(LEFT, before, total=80_000))])
    await house.intake.load(batch)
    assert house.image().ports[0].reading == port(LEFT, NOON)
