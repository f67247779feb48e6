"""Measurements by period, composed from rollups: always what recomputing them from readings gives."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from tests.store.answers import EVER, history, keep, rolled_anew
from tests.store.conftest import OpenStore
from tests.store.files import served
from tests.store.plants import START, WARSAW, day, faulty_day, untidy

from sunledger.sitetime import Span, Step
from sunledger.store.protocol import Accounting, Of

ZONES = ("Europe/Warsaw", "Australia/Lord_Howe", "Australia/Adelaide", "America/Santiago")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("seed", range(4))
async def test_late_doubled_and_shuffled_readings_roll_up_as_recomputing_does(
    open_store: OpenStore, zone: str, seed: int
) -> None:
    random = Random(seed)
    store = await open_store(Accounting(zone=ZoneInfo(zone)))
    await keep(store, *untidy(random, faulty_day(random)))
    for of in Of:
        for step in Step:
            assert await history(store, of, step) == await rolled_anew(store, of, step, ZoneInfo(zone))


async def test_another_zone_has_its_own_days(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    await keep(store, *day(START, 30 * 60, step=7))
    for zone in map(ZoneInfo, ZONES):
        found = await store.history(Of.PORT, None, ("pv_power",), EVER, Step.DAY, zone)
        anew = await rolled_anew(store, Of.PORT, Step.DAY, zone)
        assert [(each.start, each.rollup) for each in found] == [
            (each.start, each.rollup[2:3]) for each in anew
        ]


async def test_history_has_mean_extremes_and_the_latest_value(open_store: OpenStore) -> None:
    store = await open_store(WARSAW)
    await keep(store, *day(START, 20))
    number = next(key for key, each in store.series().items() if each.port_number == 1)
    span = Span(START + timedelta(minutes=5), START + timedelta(minutes=16))
    first, second = await store.history(Of.PORT, [number], ("total_production",), span, Step.QUARTER)
    assert (first.start, first.end, first.readings) == (START, START + timedelta(minutes=15), 15)
    (total,) = first.rollup
    assert (total.lowest, total.highest, total.last, total.mean) == (100_000, 100_056, 100_056, 100_028)
    assert second.readings == 5


async def test_a_file_from_before_there_were_rollups_gets_them_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    polls = faulty_day(Random(7))
    async with served(path) as store:
        await keep(store, *polls)
    with closing(sqlite3.connect(path)) as connection:
        for table in ("inverter_rollup", "port_rollup"):
            connection.execute(f"DELETE FROM {table}")
        connection.commit()
    async with served(path) as store:
        for of in Of:
            for step in Step:
                assert await history(store, of, step) == await rolled_anew(store, of, step, WARSAW.zone)
