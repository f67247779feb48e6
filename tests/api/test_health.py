"""Health, readiness and statistics."""

from pathlib import Path

from tests.api.plant import BERLIN, NOON, Plant, outcome, serving

from sunledger.sitetime import ManualClock
from sunledger.store.protocol import Accounting
from sunledger.store.sqlite import SqliteStore

HEALTH_KEYS = {"healthy", "status", "error", "uptime_seconds", "start_time", "version", "dtus", "mqtt"}
DTU_KEYS = {
    "status", "last_successful_query", "seconds_since_last_success", "query_count", "error_count",
    "last_error", "last_error_time",
}  # fmt: skip


async def test_a_server_whose_dtu_answers_is_healthy(plant: Plant) -> None:
    await plant.read(3)
    answer = await plant.get("/health")
    body = answer.json()
    assert answer.status_code == 200
    assert body.keys() == HEALTH_KEYS
    assert (body["healthy"], body["status"], body["error"]) == (True, "healthy", None)
    assert (body["uptime_seconds"], body["start_time"]) == (180.0, "2026-06-21T10:00:00Z")
    dtu = body["dtus"]["roof"]
    assert dtu.keys() == DTU_KEYS | {"consecutive_failures", "circuit_breaker", "next_poll_in"}
    assert (dtu["status"], dtu["query_count"], dtu["error_count"]) == ("online", 3, 0)
    assert dtu["last_successful_query"] == "2026-06-21T10:02:00Z"
    assert dtu["seconds_since_last_success"] == 60.0


async def test_a_dtu_not_asked_yet_is_unknown_and_no_reason_to_worry(plant: Plant) -> None:
    answer = await plant.get("/health")
    assert (answer.status_code, answer.json()["dtus"]["roof"]["status"]) == (200, "unknown")


async def test_silence_of_every_dtu_is_503_with_the_same_body(plant: Plant) -> None:
    await plant.read()
    await plant.clock.advance(400)
    plant.health.heard(outcome(plant.clock.now(), error="no answer within 3 s"))
    answer = await plant.get("/health")
    body = answer.json()
    assert answer.status_code == 503
    assert body.keys() == HEALTH_KEYS
    assert (body["healthy"], body["status"]) == (False, "unhealthy")
    assert "roof" in body["error"]
    assert (body["dtus"]["roof"]["status"], body["dtus"]["roof"]["last_error"]) == (
        "error",
        "no answer within 3 s",
    )


async def test_the_old_system_health_counts_devices(plant: Plant) -> None:
    await plant.read()
    answer = await plant.get("/api/v1/system/health")
    assert answer.json() == {"overall_health": "healthy", "active_devices": 2, "total_devices": 2}
    await plant.clock.advance(1000)
    answer = await plant.get("/api/v1/system/health")
    assert answer.json() == {"overall_health": "unhealthy", "active_devices": 0, "total_devices": 2}


async def test_ready_says_ok(plant: Plant) -> None:
    answer = await plant.get("/ready")
    assert (answer.status_code, answer.text) == (200, "OK")


async def test_before_its_store_is_open_the_server_is_alive_but_not_ready(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    store = SqliteStore(tmp_path / "later.db", Accounting(zone=BERLIN), clock)
    async with serving(store, clock) as plant:
        for path in ("/ready", "/stats", "/api/inverters", "/api/v1/readings", "/api/v1/readings?format=csv"):
            answer = await plant.get(path)
            assert answer.status_code == 503, path
            assert answer.json()["type"] == "urn:sunledger:problem:store-unavailable"
        sick = await plant.get("/health")
        assert (sick.status_code, sick.json()["status"]) == (503, "unhealthy")
        assert "later.db" in sick.json()["error"]
        await store.open()
        assert (await plant.get("/ready")).text == "OK"
        assert (await plant.get("/health")).status_code == 200
    await store.close()


async def test_statistics_have_exactly_the_old_keys(plant: Plant) -> None:
    await plant.read(2)
    assert (await plant.get("/stats")).json() == {
        "database_type": "memory", "database_size_bytes": 0, "production_cache_entries": 4,
        "config_cache_entries": 0, "metrics_entries": 0, "inverter_data_entries": 4,
        "port_data_entries": 8, "inverters_count": 2, "total_records": 12,
    }  # fmt: skip
