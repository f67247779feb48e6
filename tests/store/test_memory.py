"""A store in memory that keeps readings for a while, and the energy of days for ever."""

from datetime import timedelta
from random import Random

import pytest
from tests.store.answers import EVER, keep, totals
from tests.store.plants import START, WARSAW, day, faulty_day, poll

from sunledger.sitetime import Span, Step, milliseconds
from sunledger.store.memory import MemoryStore
from sunledger.store.protocol import Of

HOUR = timedelta(hours=1)


async def test_readings_and_corrections_older_than_what_is_kept_are_forgotten() -> None:
    store = MemoryStore(WARSAW, keep=HOUR)
    await keep(store, *day(START, 180, rise=0))
    rows = (await store.readings(Of.PORT, None, EVER, limit=1000)).rows
    assert len(rows) == 2 * 61
    assert rows[0][0] == milliseconds(START + timedelta(minutes=119))
    corrections, _ = await store.corrections(None, EVER, limit=1000)
    assert min(each.until for each in corrections) >= START + timedelta(minutes=119)


@pytest.mark.parametrize("seed", range(10))
async def test_the_energy_of_days_is_kept_for_ever(seed: int) -> None:
    polls = faulty_day(Random(seed), 200)
    short, endless = MemoryStore(WARSAW, keep=HOUR), MemoryStore(WARSAW)
    await keep(short, *polls)
    await keep(endless, *polls)
    assert await totals(short) == await totals(endless)
    days = await endless.energy(None, EVER, Step.DAY)
    assert await short.energy(None, EVER, Step.DAY) == days
    assert (await short.latest()).production == (await endless.latest()).production


async def test_a_late_reading_after_a_silence_longer_than_what_is_kept() -> None:
    store = MemoryStore(WARSAW, keep=HOUR)
    await keep(store, *day(START, 30))
    morning = START + 12 * HOUR
    total = 100_000 + 29 * 4
    await keep(store, poll(morning, (total + 900, 1)), poll(morning + timedelta(minutes=4), (total + 904, 1)))
    await keep(store, poll(morning + timedelta(minutes=2), (total + 902, 1)))
    assert (await totals(store))[1] == 29 * 4 + 904
    span = Span(morning + timedelta(minutes=1), morning + timedelta(minutes=5))
    assert (await totals(store, span))[1] == 904
