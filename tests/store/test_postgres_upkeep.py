"""A rebuild in PostgreSQL whose server goes away in the middle of it."""

import pytest
from tests.servers.postgres import PostgresServer
from tests.store.answers import keep, snapshot
from tests.store.plants import START, day
from tests.store.upkept import PostgresKept

from sunledger.sitetime import SystemClock
from sunledger.store.protocol import StoreError

HARMS = ("all rollups gone", "energy that was not produced", "a day with too much", "a today that is wrong")


class Rushed(SystemClock):
    """A clock by which every step has taken long enough after its first part."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def monotonic(self) -> float:
        self._seconds += 1
        return self._seconds


async def test_a_rebuild_that_is_broken_off_leaves_nothing_half_done_and_may_be_asked_for_again(
    postgres: PostgresServer,
) -> None:
    name = await postgres.migrated()
    kept, polls = PostgresKept(postgres, name), day(START, 120, step=5)
    async with kept.served() as (store, _):
        await keep(store, *polls)
        right = await snapshot(store)
    async with kept.served() as (store, _):
        await keep(store, *polls[:-1])
    kept.harm(*HARMS)
    steps = 0

    def cut_off_once(_fraction: float, _at: int) -> None:
        nonlocal steps
        steps += 1
        if steps == 100:
            postgres.ask(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                f"WHERE application_name = 'sunledger' AND datname = '{name}'"
            )

    async with kept.served() as served:
        with pytest.raises(StoreError):
            await served.rebuild(Rushed(), cut_off_once)
        assert steps == 100
        await keep(served.store, polls[-1])
        await served.rebuild()
        assert kept.verify().examples == []
        assert await snapshot(served.store) == right
