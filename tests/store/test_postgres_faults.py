"""PostgreSQL stopped, frozen and cut off in the middle of commits, and ourselves killed.

`TORTURE_ROUNDS` faults (10 unless set) of the campaign `TORTURE_SEED` (random unless set, and printed).
"""

import asyncio
import os
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from random import Random

import pytest
from tests.servers.line import line_to
from tests.servers.postgres import PASSWORD, SUPERUSER, PostgresServer, oldest, running
from tests.store.answers import found, keep, snapshot
from tests.store.committing import stream
from tests.store.plants import START, WARSAW, day, poll
from tests.store.processes import next_line, program
from tests.store.test_kill import acknowledged_by, energy_is_that_of_the_rows, rows_in, rows_of

from sunledger.measurements import Poll
from sunledger.sitetime import SystemClock
from sunledger.store import postgres, postgres_connections
from sunledger.store.memory import MemoryStore
from sunledger.store.postgres import PostgresStore
from sunledger.store.protocol import Of, Store, StoreError, StoreInUse, StoreUnusable

ROUNDS = int(os.environ.get("TORTURE_ROUNDS", "10"))
POLLS = 300
"""How many a database gets before the next one is begun."""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server that nobody else uses."""
    with running(oldest()) as made:
        yield made


@pytest.fixture
async def impatient(server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a server that does not answer less time than people's would get, once it has made a schema."""
    await server.migrated()
    monkeypatch.setattr(postgres, "COMMIT_WITHIN", 1.0)
    monkeypatch.setattr(postgres, "ANSWER_WITHIN", 1.0)
    monkeypatch.setitem(postgres_connections._LINE, "connect_timeout", 2)


@asynccontextmanager
async def served(server: PostgresServer, name: str, **more: object) -> AsyncIterator[PostgresStore]:
    store = PostgresStore(server.address(name, **more), WARSAW, SystemClock())
    try:
        await store.open()
        yield store
    finally:
        await store.close()


async def insist(store: Store, polls: Sequence[Poll]) -> int:
    """Commit each poll until it is acknowledged; how often that failed."""
    failures = 0
    for each in polls:
        while True:
            try:
                await store.commit(each, found(each))
            except StoreError:
                failures += 1
                await asyncio.sleep(0.02)
            else:
                break
    return failures


async def undisturbed(polls: Sequence[Poll]) -> tuple[object, ...]:
    """What a store answers to which nothing happened."""
    store = MemoryStore(WARSAW)
    await keep(store, *polls)
    return await snapshot(store)


def cut_off(server: PostgresServer) -> None:
    """End every session of ours."""
    with suppress(Exception):
        server.ask(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sunledger'"
        )


def restart(server: PostgresServer, *, hard: bool) -> None:
    server.stop(hard=hard)
    time.sleep(0.1)
    server.start()


def freeze_for(server: PostgresServer, seconds: float) -> None:
    server.freeze()
    time.sleep(seconds)
    server.thaw()


def strike(server: PostgresServer, random: Random) -> None:
    """One of the things that happen to servers."""
    match random.randrange(4):
        case 0:
            cut_off(server)
        case 1:
            restart(server, hard=True)
        case 2:
            restart(server, hard=False)
        case _:
            freeze_for(server, random.choice([0.2, 1.5]))


@pytest.mark.torture
@pytest.mark.usefixtures("impatient")
async def test_faults_at_random_moments_lose_double_and_change_nothing(server: PostgresServer) -> None:
    campaign = int(os.environ.get("TORTURE_SEED") or Random().randrange(10**6))
    print(f"TORTURE_SEED={campaign} TORTURE_ROUNDS={ROUNDS}")
    random = Random(campaign)
    done = 0
    while done < ROUNDS:
        polls = stream(campaign + done, POLLS)
        async with served(server, await server.migrated()) as store:
            insisting = asyncio.create_task(insist(store, polls))
            while not insisting.done() and done < ROUNDS:
                await asyncio.sleep(random.uniform(0, 0.3))
                await asyncio.to_thread(strike, server, random)
                done += 1
            await insisting
            assert await snapshot(store) == await undisturbed(polls)


@pytest.mark.torture
async def test_a_killed_sunledger_loses_and_doubles_nothing(server: PostgresServer) -> None:
    campaign = int(os.environ.get("TORTURE_SEED") or Random().randrange(10**6))
    print(f"TORTURE_SEED={campaign} TORTURE_ROUNDS={ROUNDS}")
    random = Random(campaign)
    seed, position, name = campaign, 0, await server.migrated()
    for _ in range(ROUNDS):
        polls = stream(seed, POLLS)
        url = f"postgresql://{SUPERUSER}:{PASSWORD}@127.0.0.1:{server.port}/{name}"
        with program("tests.store.committing_to_postgres", url, "polls", seed, POLLS, position) as process:
            position = max(acknowledged_by(process, random), position - 1) + 1
        async with served(server, name) as store:
            rows = await rows_in(store)
            # the poll after the last acknowledged one may have become durable in the moment of death
            durable = position + 1 if rows == rows_of(polls[: position + 1]) else position
            assert rows == rows_of(polls[:durable])
            await energy_is_that_of_the_rows(store)
            assert await snapshot(store) == await undisturbed(polls[:durable])
        if position >= len(polls):
            seed, position, name = seed + 1, 0, await server.migrated()


async def test_it_starts_while_the_server_is_away_and_works_once_it_is_there(server: PostgresServer) -> None:
    name = await server.migrated()
    server.stop()
    store = PostgresStore(server.address(name), WARSAW, SystemClock())
    try:
        with pytest.raises(
            StoreError, match=rf"127.0.0.1:{server.port}/{name} cannot be used: .*refused"
        ) as away:
            await store.open()
        assert not isinstance(away.value, StoreUnusable)
        with pytest.raises(StoreError, match="refused"):
            await store.commit(poll(START, (1, 2)))
        with pytest.raises(StoreError, match="refused"):
            await store.latest()
        server.start()
        assert (await store.latest()).ports == []
        assert (await store.commit(poll(START, (1, 2)))).stored == 3
    finally:
        await store.close()


async def test_a_frozen_server_is_given_up_and_used_again_when_it_answers(
    server: PostgresServer, impatient: None
) -> None:
    async with served(server, await server.migrated()) as store:
        await insist(store, [poll(START, (1, 2))])
        server.freeze()
        try:
            with pytest.raises(StoreError, match="given up after 1 s without an answer"):
                await store.commit(day(START, 2)[1])
            with pytest.raises(StoreError, match="given up after 1 s without an answer"):
                await store.latest_time()
        finally:
            server.thaw()
        await insist(store, day(START, 3))
        assert (await store.statistics()).readings[Of.PORT] == 6


async def test_a_lost_answer_to_a_commit_is_no_second_reading(server: PostgresServer) -> None:
    """The server has committed; the line breaks before it could say so."""
    async with served(server, await server.migrated()) as store:
        polls = day(START, 3)
        await keep(store, polls[0])
        shelf = store._writer._shelf
        assert shelf is not None
        await keep(store, polls[1])
        # as after a COMMIT whose answer was lost: the database is ahead of what was acknowledged
        with socket.socket(fileno=os.dup(shelf.connection.pgconn.socket)) as line:
            line.shutdown(socket.SHUT_RDWR)
        with pytest.raises(StoreError):
            await store.commit(polls[1])
        receipt = await store.commit(polls[1])
        assert (receipt.stored, receipt.repeated) == (0, 3)
        await keep(store, polls[2])
        assert await snapshot(store) == await undisturbed(polls)


async def test_questions_go_on_after_connections_were_cut(server: PostgresServer) -> None:
    async with served(server, await server.migrated()) as store:
        await keep(store, *day(START, 5))
        for _ in range(3):
            cut_off(server)
            assert (await store.statistics()).readings[Of.PORT] == 10


async def test_questions_go_on_after_every_connection_has_fallen_silent(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_connections, "ANSWERS_WITHIN", 0.5)
    name = await server.migrated()
    async with line_to(server.port) as line, served(server, name, port=line.port, sslmode="disable") as store:
        await keep(store, *day(START, 5))
        for _ in range(2):
            await all_pooled_connections_at_work(store)
            line.fall_silent()
            assert (await store.statistics()).readings[Of.PORT] == 10


async def all_pooled_connections_at_work(store: PostgresStore) -> None:
    """Let every connection that questions may have be made, and be idle then."""
    together = threading.Barrier(store._pool.max_size)
    await asyncio.gather(*[store.ask(lambda _: together.wait(30)) for _ in range(together.parties)])


async def test_a_question_to_a_frozen_server_ends_long_before_its_patience(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_connections, "ANSWERS_WITHIN", 0.2)
    monkeypatch.setitem(postgres_connections._LINE, "connect_timeout", 2)
    async with served(server, await server.migrated()) as store:
        await keep(store, *day(START, 5))
        server.freeze()
        try:
            with pytest.raises(StoreError, match="timeout expired"):  # of connecting, not of the answer
                await store.statistics()
        finally:
            server.thaw()
        assert (await store.statistics()).readings[Of.PORT] == 10


async def test_what_the_server_cannot_hold_is_the_polls_trouble(server: PostgresServer) -> None:
    async with served(server, await server.migrated()) as store:
        with pytest.raises(ValueError, match="cannot hold a value"):
            await store.commit(poll(START, (1, 1 << 70)))
        with pytest.raises(ValueError, match="cannot hold a value"):
            await store.commit(poll(START, (1, 2), dtu="nul\x00"))
        assert (await store.commit(poll(START, (1, 2)))).stored == 3


async def test_a_second_sunledger_is_told_who_writes(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = await server.migrated()
    async with served(server, name) as first:
        await keep(first, poll(START, (1, 2)))
        monkeypatch.setitem(postgres_connections._SESSION, "lock_timeout", "100ms")
        with pytest.raises(
            StoreInUse, match=r"another Sunledger writes into test_\d+ already \(sunledger on"
        ):
            async with served(server, name):
                pass
        monkeypatch.undo()  # the next one waits, as long as the first one's session takes to end
        beside = PostgresStore(server.address(name), WARSAW, SystemClock(), read_only=True)
        await beside.open()
        try:
            assert await beside.latest_time() == START
            with pytest.raises(StoreError, match="not open for writing"):
                await beside.commit(poll(START, (1, 2)))
            await keep(first, poll(START, (1, 2), serial="114100000009"))
            assert len((await beside.latest()).ports) == 4
        finally:
            await beside.close()
    async with served(server, name) as second:
        assert await second.latest_time() == START


async def test_a_server_that_dies_while_another_waits_hands_over(server: PostgresServer) -> None:
    name = await server.migrated()
    url = f"postgresql://{SUPERUSER}:{PASSWORD}@127.0.0.1:{server.port}/{name}"
    with program("tests.store.committing_to_postgres", url, "polls", 1, 2, 0) as process:
        while next_line(process) != "done":
            pass
        process.kill()
        async with served(server, name) as store:
            assert (await store.statistics()).total_records > 0
