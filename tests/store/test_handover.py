"""Polls handed over through a PostgreSQL database, and leases there."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack

import pytest
from tests.servers.postgres import PostgresServer
from tests.store.answers import snapshot
from tests.store.plants import START, WARSAW, day, poll

from sunledger.intake.handed_over import HandedOver
from sunledger.measurements import Poll
from sunledger.sitetime import SystemClock
from sunledger.store.handover import Handover
from sunledger.store.postgres import PostgresStore
from sunledger.store.postgres_handing import HandingStore
from sunledger.store.postgres_lease import PostgresLease, Work
from sunledger.store.postgres_statements import PostgresStatements
from sunledger.store.protocol import StoreError, StoreNotReady
from sunledger.store.records import Entry, Receipt


class Site:
    """A writer, and a process beside it that hands over."""

    def __init__(self, server: PostgresServer, name: str) -> None:
        self.server, self.name = server, name
        address = server.address(name)
        self.handover = Handover(PostgresStatements(address))
        self.writer = PostgresStore(address, WARSAW, SystemClock())
        self.beside = HandingStore(address, WARSAW, SystemClock(), self.handover)

    async def take(self) -> int:
        return await HandedOver(SystemClock(), self.handover, self.accept).take()

    async def accept(self, polls: Sequence[Poll]) -> Sequence[Receipt]:
        if any(each.dtu_name == "nonsense" for each in polls):
            raise ValueError("that makes no sense")
        return await self.writer.commit_all([Entry(each) for each in polls])

    def waiting(self) -> list[tuple[object, ...]]:
        return self.server.ask("SELECT refused FROM sunledger.handover ORDER BY number", self.name)


@pytest.fixture
async def site(postgres: PostgresServer) -> AsyncIterator[Site]:
    site = Site(postgres, postgres.database())
    async with AsyncExitStack() as stack:
        for store in (site.writer, site.beside):
            await store.open()
            stack.push_async_callback(store.close)
        yield site


async def test_what_is_handed_over_waits_durably_and_is_taken_in_by_the_writer(site: Site) -> None:
    polls = day(START, 5)
    receipts = await site.beside.commit_all([Entry(each) for each in polls])
    assert [(each.stored, each.poll) for each in receipts] == [(0, each) for each in polls]
    assert len(site.waiting()) == 5
    assert (await site.beside.statistics()).total_records == 0
    assert await site.take() == 5
    assert site.waiting() == []
    assert (await site.beside.statistics()).total_records == 15
    assert await site.take() == 0


async def test_what_is_taken_in_twice_changes_nothing(site: Site) -> None:
    polls = day(START, 5)
    for _ in range(2):  # the writer was killed before it could say that it has them
        await site.beside.commit_all([Entry(each) for each in polls])
        await site.take()
    assert await snapshot(site.beside) == await snapshot(site.writer)
    assert (await site.writer.statistics()).total_records == 15


async def test_a_poll_that_makes_no_sense_stops_no_other(site: Site) -> None:
    for dtu in ("roof", "nonsense", "barn"):
        await site.beside.commit(poll(START, (1, 2), dtu=dtu))
    assert await site.take() == 3
    assert site.waiting() == [("ValueError: that makes no sense",)]
    assert await site.take() == 0


async def test_beside_a_writer_nothing_else_is_written(site: Site) -> None:
    assert not site.beside.writes
    with pytest.raises(StoreError, match="not open for writing"):
        await site.beside.between_commits(lambda books, shelf: lambda: None)


async def test_who_hands_over_waits_for_the_schema(postgres: PostgresServer) -> None:
    site = Site(postgres, postgres.database())
    try:
        with pytest.raises(StoreNotReady, match="start the server once"):
            await site.beside.open()
        await site.writer.open()
        await site.beside.open()
    finally:
        await site.beside.close()
        await site.writer.close()


async def test_a_lease_is_of_one_and_free_when_its_connection_ends(postgres: PostgresServer) -> None:
    address = postgres.address(await postgres.migrated())
    first, second = PostgresLease(address, Work.JOBS), PostgresLease(address, Work.JOBS)
    other = PostgresLease(address, Work.COLLECTOR)
    try:
        assert await first.take()
        assert await first.take()
        assert not await second.take()
        assert await other.take()
        postgres.ask(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 2 "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            address.name,
        )
        with pytest.raises(StoreError):
            await first.take()
        assert await second.take()
        assert not await first.take()
    finally:
        for lease in (first, second, other):
            await lease.close()
