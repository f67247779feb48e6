"""Loading batches leaves what committing their polls leaves, in every store, whatever comes when."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from tests.store.answers import EVER, keep, snapshot, totals
from tests.store.conftest import OpenStore
from tests.store.plants import START, WARSAW, day, faulty_day, poll, untidy
from tests.store.upkept import SqliteKept

from sunledger.ledger.batching import batches, polls
from sunledger.ledger.column_checks import check_batch
from sunledger.measurements import Batch, EnergyReading, Poll, TelemetryPoint, WeatherReading
from sunledger.store import pacing
from sunledger.store.protocol import Accounting, Of, Store
from sunledger.store.records import Found, Loaded

ZONES = ("Europe/Warsaw", "Australia/Lord_Howe", "Australia/Adelaide", "America/Santiago")
SEEDS = [("memory", seed) for seed in range(12)] + [("sqlite", seed) for seed in range(8)] + [("postgres", 1)]


def found_in(batch: Batch) -> list[Found]:
    """What the batch's check finds, as the store is told of it."""
    return [
        Found(
            verdict.reading.serial_number, getattr(verdict.reading, "port_number", None), verdict.judgements
        )
        for verdict in check_batch(batch)
    ]


async def load(store: Store, given: Sequence[Poll]) -> list[Loaded]:
    """Load polls as batches."""
    return [await store.load(batch, found_in(batch)) for batch in batches(given)]


def lively(random: Random, healthy: Poll) -> Poll:
    """The poll with a power that changes, and with readings of the other kinds now and then."""
    at = healthy.taken_at
    power = random.choice([0, 0.1, 199.9, 200.0, None])
    return replace(
        healthy,
        ports=[replace(each, pv_power=power) for each in healthy.ports],
        energy=[EnergyReading(device_id="hybrid", taken_at=at, battery_soc=random.choice([None, 55.5]))],
        weather=[WeatherReading(location="roof", taken_at=at, temperature=-random.randint(0, 9) / 10)],
        telemetry=[
            TelemetryPoint(device="pump", data_type="hum", taken_at=at, value=random.randint(-99, 99) / 4)
        ]
        if random.random() < 0.7
        else [],
    )


def some_polls(random: Random) -> list[Poll]:
    """Days with and without faults, of which a stretch comes late, and some polls late, doubled, shuffled."""
    given = faulty_day(random, random.randint(2, 60)) if random.random() < 0.6 else []
    begin = given[-1].taken_at if given else START
    given += day(
        begin + timedelta(minutes=1), random.randint(20, 400), first=10**6, step=random.choice([1, 7])
    )
    given = [lively(random, each) if random.random() < 0.9 else each for each in given]
    first, last = sorted(random.sample(range(1, len(given)), 2))
    given = [*given[:first], *given[last:], *given[first:last]]
    return untidy(random, given) if random.random() < 0.5 else given


def in_parts(random: Random, given: Sequence[Poll]) -> Iterator[Sequence[Poll]]:
    """The polls in the same order, some at a time."""
    cuts = sorted({0, len(given), *(random.randint(0, len(given)) for _ in range(random.randint(0, 6)))})
    return (given[begin:end] for begin, end in pairwise(cuts))


@pytest.mark.parametrize(("open_store", "seed"), SEEDS, indirect=["open_store"])
async def test_loading_batches_is_committing_their_polls(
    open_store: OpenStore, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(seed)
    monkeypatch.setattr(pacing, "_FEWEST", random.choice([50, 300, 3000]))
    accounting = Accounting(zone=ZoneInfo(random.choice(ZONES)), reset_hour=random.choice([0, 23]))
    loaded, committed = await open_store(accounting), await open_store(accounting)
    for part in in_parts(random, some_polls(random)):
        if random.random() < 0.2:
            await keep(loaded, *part)
            await keep(committed, *part)
            continue
        for batch in batches(part):
            did = await loaded.load(batch, found_in(batch))
            receipts = await keep(committed, *polls(batch))
            assert did.stored == sum(each.stored for each in receipts)
            assert did.repeated == sum(each.repeated for each in receipts)
        assert await snapshot(loaded) == await snapshot(committed)


@pytest.mark.parametrize("seed", range(6))
async def test_verification_finds_nothing_in_what_was_loaded(tmp_path: Path, seed: int) -> None:
    random, kept = Random(seed), SqliteKept(tmp_path / "loaded.db")
    async with kept.served() as (store, _):
        for part in in_parts(random, some_polls(random)):
            await load(store, part)
    assert (kept.verify().examples, kept.verify().found) == ([], 0)


async def test_a_batch_is_kept_as_its_polls_are_and_says_what_it_did(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    (did,) = await load(store, day(START, 120))
    assert (did.stored, did.repeated, list(did.corrections)) == (3 * 120, 0, [])
    assert {each.port_number: each.total for each in did.production} == {1: 100_000 + 476, 2: 200_000 + 595}
    assert await totals(store) == {1: 119 * 4, 2: 119 * 5}
    (again,) = await load(store, day(START, 120))
    assert (again.stored, again.repeated) == (0, 3 * 120)


async def test_a_batch_of_nothing_is_nothing(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    assert (await store.load(Batch(dtu_name="roof", columns=[]))).stored == 0
    assert await store.latest_time() is None


async def test_a_gap_in_the_past_is_filled_and_what_follows_counted_again(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    whole = day(START, 8 * 60)
    await keep(store, *whole[:60], *whole[400:])
    await load(store, whole[60:400])
    assert await totals(store) == {1: 479 * 4, 2: 479 * 5}


async def test_a_value_that_a_batch_brings_otherwise_replaces_the_one_before(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    await keep(store, *day(START, 60))
    (did,) = await load(store, [poll(START + timedelta(minutes=30), (100_121, 200_150))])
    assert [(each.field, each.raw, each.repaired) for each in did.corrections] == [
        ("total_production", 100_120, 100_121)
    ]
    assert did.stored == 0
    rows = (await store.readings(Of.PORT, None, EVER, limit=1000)).rows
    assert len(rows) == 120
