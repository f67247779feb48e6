"""Storage: what is kept, the rate of growth, and a rebuild that the server does while it goes on."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.plant import BERLIN, NOON, Plant, poll, serving

from sunledger.sitetime import ManualClock
from sunledger.store.protocol import Accounting, StoreError
from sunledger.store.spool import Standing
from sunledger.store.sqlite import SqliteStore
from sunledger.store.sqlite_tending import tending
from sunledger.store.sqlite_upkeep import verified
from sunledger.store.storage import Storage
from sunledger.store.tending import Tending

REBUILD = "/api/v1/storage/rollups/rebuild"


async def asked(plant: Plant) -> dict[str, Any]:
    answer = await plant.get("/api/v1/storage")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@asynccontextmanager
async def on_sqlite(path: Path) -> AsyncIterator[Plant]:
    clock, accounting = ManualClock(NOON), Accounting(zone=BERLIN)
    store = SqliteStore(path, accounting, clock)
    await store.open()
    looking_after = tending(store, path, accounting, clock)
    async with serving(store, clock, tending=looking_after) as plant:
        yield plant
    await looking_after.close()
    await store.close()


async def rebuilt(plant: Plant) -> dict[str, Any]:
    """How the rebuild under way ended."""
    async with asyncio.timeout(30):
        while True:
            state: dict[str, Any] = (await asked(plant))["rebuild"]
            if state["state"] != "running":
                return state


async def test_sizes_come_by_table_and_tier_and_tell_how_long_the_disk_will_do(tmp_path: Path) -> None:
    async with on_sqlite(tmp_path / "s.db") as plant:
        await plant.read(40)
        found = await asked(plant)
    assert (found["engine"], found["exact"], found["spool"], found["rebuild"]) == ("sqlite", True, None, None)
    tables = {(table["name"], table["tier"]): table for table in found["tables"]}
    assert tables["port_reading", "raw"]["rows"] == 160
    assert tables["inverter_reading", "raw"]["oldest"] == "2026-06-21T10:00:00Z"
    assert tables["port_rollup", "quarter"]["rows"] == 8
    assert tables["port_rollup", "hour"]["rows"] == tables["port_rollup", "day"]["rows"] == 4
    tiers = {tier["tier"]: tier for tier in found["tiers"]}
    assert list(tiers) == ["raw", "quarter", "hour", "day", "other"]
    assert (tiers["raw"]["rows"], tiers["quarter"]["rows"]) == (240, 8 + 8 + 4)
    assert (found["oldest"], found["newest"]) == ("2026-06-21T10:00:00Z", "2026-06-21T10:39:00Z")
    assert found["rows_per_day"] == 240
    assert sum(tier["bytes"] for tier in found["tiers"]) <= found["bytes"]
    assert found["days_until_full"] == pytest.approx(
        (found["disk"]["free_bytes"] + found["reusable_bytes"]) / found["bytes_per_day"]
    )
    assert found["health"] == {
        "store": {"healthy": True, "error": None}, "rollups": {"healthy": True, "error": None}
    }  # fmt: skip


async def test_an_empty_store_does_not_grow(tmp_path: Path) -> None:
    async with on_sqlite(tmp_path / "s.db") as plant:
        found = await asked(plant)
    assert [found[key] for key in ("oldest", "newest", "rows_per_day", "days_until_full")] == [None] * 4


async def test_a_measurement_serves_for_a_minute(tmp_path: Path) -> None:
    async with on_sqlite(tmp_path / "s.db") as plant:
        await plant.read(1)
        before = await asked(plant)
        await plant.intake.accept(poll(plant.clock.now()))
        assert (await asked(plant))["tiers"] == before["tiers"]
        await plant.clock.advance(61)
        async with asyncio.timeout(30):
            while (await asked(plant))["tiers"] == before["tiers"]:
                pass


async def test_a_store_in_memory_says_what_it_can_and_cannot_be_rebuilt(plant: Plant) -> None:
    found = await asked(plant)
    assert (found["engine"], found["tables"], found["disk"]) == ("memory", [], None)
    answer = await plant.client.post(REBUILD)
    assert (answer.status_code, answer.json()["type"]) == (501, "urn:sunledger:problem:not-offered")


async def test_a_store_that_cannot_be_measured_is_not_healthy() -> None:
    async def away() -> Storage:
        raise StoreError("the database is away")

    clock = ManualClock(NOON)
    waiting = Standing(3, 18, 900, datetime(2026, 6, 21, 9, tzinfo=UTC), None, False, 0, 5000)
    async with serving(clock=clock, tending=Tending(clock, away), spool=lambda: waiting) as plant:
        found = await asked(plant)
    assert found["health"]["store"] == {"healthy": False, "error": "the database is away"}
    assert found["spool"] == {
        "polls": 3, "rows": 18, "bytes": 900, "limit_bytes": 5000,
        "oldest": "2026-06-21T09:00:00Z", "full": False, "set_aside": 0,
    }  # fmt: skip


async def test_the_server_rebuilds_what_was_harmed_while_it_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    async with on_sqlite(path) as plant:
        await plant.read(100)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE energy_quarter SET energy = energy + 500")
            connection.execute("DELETE FROM port_rollup WHERE tier = 2")
        answer = await plant.client.post(REBUILD)
        assert (answer.status_code, answer.json()["state"]) == (202, "running")
        again = await plant.client.post(REBUILD)
        assert again.json()["started_at"] == answer.json()["started_at"]
        await plant.read(5)
        ended = await rebuilt(plant)
        assert (ended["state"], ended["progress"], ended["error"]) == ("done", 1.0, None)
        assert ended["mended"] > 0
        assert verified(path, Accounting(zone=BERLIN), lambda _fraction, _at: None).examples == []
        energy = (await plant.get("/api/v1/energy", by="plant", step="1d")).json()["items"]
        assert [each["energy"] for each in energy] == [4 * 5 * 104]


async def test_a_rebuild_that_fails_says_why_and_may_be_asked_for_again(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    async with on_sqlite(path) as plant:
        await plant.read(40)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE energy_quarter SET energy = energy + 500")
            connection.execute(
                "CREATE TRIGGER no BEFORE INSERT ON energy_quarter WHEN new.energy < 500 "
                "BEGIN SELECT RAISE(ABORT, 'no more'); END"
            )
        await plant.client.post(REBUILD)
        ended = await rebuilt(plant)
        assert ended["state"] == "failed"
        assert "no more" in ended["error"]
        assert (await asked(plant))["health"]["rollups"]["healthy"] is False
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DROP TRIGGER no")
        await plant.client.post(REBUILD)
        assert (await rebuilt(plant))["state"] == "done"


@pytest.mark.parametrize(
    "headers",
    [{"X-Forwarded-For": "192.0.2.7"}, {"Origin": "http://evil.example"}, {"Host": "sunledger.example"}],
)
async def test_only_the_machine_itself_may_ask_for_a_rebuild(plant: Plant, headers: dict[str, str]) -> None:
    async with httpx.AsyncClient(base_url=plant.client.base_url) as client:
        answer = await client.post(REBUILD, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:sunledger:problem:unauthenticated")
