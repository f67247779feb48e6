"""Limits for several processes: counted in a real Redis, and alone while that is away."""

from collections.abc import AsyncIterator, Iterator

import pytest
from structlog.testing import capture_logs
from tests.servers.redis import RedisServer, running

from sunledger.api import shared_counting
from sunledger.api.limits import Allowance, Counted
from sunledger.api.shared_counting import Shared, shared


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with running() as server:
        yield server


@pytest.fixture
async def counters(redis: RedisServer) -> AsyncIterator[list[Shared]]:
    """Those of two processes."""
    counters = [shared(redis.url), shared(redis.url)]
    yield counters
    for each in counters:
        await each.close()


async def granted(counter: Shared, key: str = "anna") -> Allowance:
    return await counter.hit(Counted("user", 3, key))


async def test_processes_count_together(counters: list[Shared]) -> None:
    one, other = counters
    assert [(await granted(each)).left for each in (one, other, one)] == [2, 1, 0]
    refused = await granted(other)
    assert not refused.granted
    assert 0 < refused.seconds <= 60
    assert (await granted(other, "ben")).granted


async def test_who_asks_is_counted_alone_while_redis_is_away(
    redis: RedisServer, counters: list[Shared], monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = counters[0]
    assert (await granted(counter)).left == 2
    redis.kill()
    with capture_logs() as logs:
        assert [(await granted(counter)).granted for _ in range(4)] == [True, True, True, False]
    assert [each["event"] for each in logs] == ["limits_are_counted_alone"]
    redis.start()
    assert not (await granted(counter)).granted  # it is left alone for a while
    monkeypatch.setattr(shared_counting, "AGAIN", 0.0)
    counter._again_at = 0.0
    assert (await granted(counter)).left == 2
