import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.store.answers import found, keep, snapshot
from tests.store.files import ask
from tests.store.keeping import Keeping
from tests.store.plants import START, WARSAW, day, poll

from sunledger.ledger.batching import batches
from sunledger.measurements import Poll
from sunledger.store.keeper import Keeper, SpooledReceipt
from sunledger.store.memory import MemoryStore
from sunledger.store.protocol import StoreError, StoreUnusable
from sunledger.store.spool import SpoolFull


@pytest.fixture
def keeping(tmp_path: Path) -> Keeping:
    return Keeping(tmp_path / "sunledger.spool")


def alarm(keeper: Keeper) -> str:
    return keeper.alarm or ""


def is_open(keeper: Keeper) -> bool:
    return keeper.is_open


async def never_failing(polls: Sequence[Poll]) -> tuple[object, ...]:
    store = MemoryStore(WARSAW)
    await keep(store, *polls)
    return await snapshot(store)


async def test_a_poll_goes_straight_into_a_store_that_answers(keeping: Keeping) -> None:
    async with keeping.process() as keeper:
        (first,) = day(START, 1)
        receipt = await keeper.commit(first, found(first))
        assert (receipt.stored, len(receipt.production)) == (3, 2)
        assert keeper.standing.polls == 0
        assert alarm(keeper) == ""


async def test_an_outage_of_an_hour_leaves_no_trace_in_the_store(keeping: Keeping) -> None:
    polls = day(START, 180)
    async with keeping.process() as keeper:
        await keeping.pass_to(keeper, *polls[:60])
        keeping.store.reachable = False
        await keeping.pass_to(keeper, *polls[60:120])
        assert keeper.standing.polls == 60
        assert keeper.standing.rows == 180
        keeping.store.reachable = True
        await keeping.until_drained(keeper)
        await keeping.pass_to(keeper, *polls[120:])
    assert keeping.store.arrived == polls, "each once, in order"
    assert await snapshot(keeping.store) == await never_failing(polls)


async def test_what_waits_shows_and_is_said_once(keeping: Keeping) -> None:
    with capture_logs() as logs:
        async with keeping.process() as keeper:
            keeping.store.reachable = False
            await keeping.pass_to(keeper, *day(START, 10))
            assert keeper.standing.oldest == START
            assert "10 polls wait in the spool since 2026-03-28 06:00:00 UTC" in alarm(keeper)
            assert "nothing listens at db.example:5432" in alarm(keeper)
            keeping.store.reachable = True
            await keeping.until_drained(keeper)
            assert alarm(keeper) == ""
    said = [log["event"] for log in logs if log["event"].startswith(("store", "spool"))]
    assert said == ["store_away", "spool_drained"]


async def test_an_answer_that_got_lost_doubles_nothing(keeping: Keeping) -> None:
    polls = day(START, 30)
    async with keeping.process() as keeper:
        await keeping.pass_to(keeper, *polls[:10])
        keeping.store.answers = False
        await keeping.pass_to(keeper, *polls[10:20])
        await keeping.until(lambda: len(keeping.store.arrived) > 12)
        keeping.store.answers = True
        await keeping.until_drained(keeper)
        await keeping.pass_to(keeper, *polls[20:])
    assert await snapshot(keeping.store) == await never_failing(polls)


async def test_two_values_of_a_reading_are_brought_again_without_a_trace(keeping: Keeping) -> None:
    polls = [poll(START, (100, 200)), poll(START, (103, 200))]
    async with keeping.process() as keeper:
        keeping.store.reachable = False
        await keeping.pass_to(keeper, *polls)
        keeping.store.reachable, keeping.store.answers = True, False
        await keeping.until(lambda: len(keeping.store.arrived) >= 2)
        keeping.store.answers = True
        await keeping.until_drained(keeper)
    assert await snapshot(keeping.store) == await never_failing(polls)


async def test_a_store_that_says_nothing_is_not_waited_for(tmp_path: Path) -> None:
    keeping = Keeping(tmp_path / "sunledger.spool", patience=0.05)
    first, second = day(START, 2)
    async with keeping.process() as keeper:
        keeping.store.frozen = True
        assert isinstance(await keeper.commit(first, found(first)), SpooledReceipt)
        assert isinstance(await keeper.commit(second, found(second)), SpooledReceipt)
        assert "did not answer within 0.05 s" in alarm(keeper)


async def test_polls_that_come_while_others_wait_go_behind_them(keeping: Keeping) -> None:
    polls = [poll(START, (100 + n, 200 + n)) for n in range(40)]  # one key: the last has to win
    async with keeping.process() as keeper:
        keeping.store.reachable = False
        await keeping.pass_to(keeper, *polls[:20])
        keeping.store.reachable = True
        drained = asyncio.create_task(keeping.until_drained(keeper))
        for each in polls[20:]:
            await keeper.commit(each, found(each))
            await asyncio.sleep(0.001)
        await drained
    assert keeping.store.arrived == polls
    assert await snapshot(keeping.store) == await never_failing(polls)


async def test_what_waits_is_there_after_a_restart(keeping: Keeping) -> None:
    polls = day(START, 30)
    keeping.store.reachable = False
    for part in (polls[:10], polls[10:20]):
        async with keeping.process() as keeper:
            await keeping.pass_to(keeper, *part)
    keeping.store.reachable = True
    async with keeping.process() as keeper:
        await keeping.pass_to(keeper, *polls[20:])
        await keeping.until_drained(keeper)
    assert keeping.store.arrived == polls


async def test_it_starts_without_the_store_and_goes_on_trying(keeping: Keeping) -> None:
    polls = day(START, 5)
    keeping.store.reachable = False
    async with keeping.process() as keeper:
        assert not is_open(keeper)
        assert "the database is away" in alarm(keeper)
        await keeping.pass_to(keeper, *polls)
        assert await keeper.latest_time() == polls[-1].taken_at
        with pytest.raises(StoreError):
            await keeper.latest()
        keeping.store.reachable = True
        await keeping.until_drained(keeper)
        assert is_open(keeper)
        assert keeping.returns == 1, "so that the latest readings are taken up"
    assert [receipt.poll.taken_at for receipt in keeping.drained] == [each.taken_at for each in polls]
    assert keeping.drained[-1].production, "what became of a poll is told when it has arrived"


async def test_a_batch_goes_into_the_store_and_never_waits(keeping: Keeping) -> None:
    (batch,) = batches(day(START, 60))
    keeping.store.reachable = False
    async with keeping.process() as keeper:
        with pytest.raises(StoreError, match="load again when it is back"):
            await keeper.load(batch)
        keeping.store.reachable = True
        await keeping.until(lambda: is_open(keeper))
        assert (await keeper.load(batch)).stored == 180
        assert keeper.standing.polls == 0


async def test_a_store_that_waiting_does_not_mend_stops_the_start(keeping: Keeping) -> None:
    keeping.store.foreign = True
    with pytest.raises(StoreUnusable, match="another program"):
        async with keeping.process():
            pass
    keeping.store.foreign = False
    async with keeping.process() as keeper:  # and the spool's file was let go of
        assert is_open(keeper)


async def test_a_full_spool_turns_polls_away_until_there_is_room(tmp_path: Path) -> None:
    keeping = Keeping(tmp_path / "sunledger.spool", limit=3000)
    polls = day(START, 60)
    keeping.store.reachable = False
    with capture_logs() as logs:
        async with keeping.process() as keeper:
            with pytest.raises(SpoolFull, match="SPOOL_MAX_MB"):
                await keeping.pass_to(keeper, *polls)
            with pytest.raises(SpoolFull):
                await keeper.commit(polls[-1])
            taken = keeper.standing.polls
            assert 1 < taken < 60
            assert keeper.standing.bytes <= 3000
            assert "turned away" in alarm(keeper)
            keeping.store.reachable = True
            await keeping.until_drained(keeper)
            assert "turned away" not in alarm(keeper)
            await keeping.pass_to(keeper, *polls[taken:])
    assert keeping.store.arrived == polls
    assert [log["event"] for log in logs].count("spool_full") == 1


async def test_a_poll_that_the_store_stumbles_over_does_not_stop_the_others(keeping: Keeping) -> None:
    polls = day(START, 10)
    keeping.store.reachable = False
    async with keeping.process() as keeper:
        await keeping.pass_to(keeper, *polls)
        keeping.store.stumbles_at = polls[4].taken_at
        keeping.store.reachable = True
        await keeping.until_drained(keeper)
        assert keeping.store.arrived == polls[:4] + polls[5:]
        assert keeper.standing.set_aside == 1
        assert "refused" in alarm(keeper)
    assert ask(keeping.path, "SELECT refused FROM entry") == [("OverflowError: a value that does not fit",)]
    keeping.store.stumbles_at = None
    async with keeping.process() as keeper:  # a version that can
        await keeping.until_drained(keeper)
        assert alarm(keeper) == ""
    assert await snapshot(keeping.store) == await never_failing(polls)
