"""`sunledger` on a PostgreSQL server: what its owner sees while it is there, away, foreign, or back."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.app.desk import Desk
from tests.app.doctor.clinic import attentions
from tests.app.running import Running, simulate, start
from tests.servers.postgres import PASSWORD, SUPERUSER, PostgresServer

from sunledger.app.databases import make_store
from sunledger.app.doctor.machine import examine_machine
from sunledger.sitetime import SystemClock
from sunledger.store.protocol import StoreUnusable

NOON = ("--start", "2026-06-21T12:00+02:00")


@pytest.fixture
def dtu(tmp_path: Path) -> Iterator[str]:
    """The port of a DTU of three inverters with two ports each."""
    running, port = simulate(tmp_path, *NOON)
    with running:
        yield port


def keys(server: PostgresServer, name: str) -> dict[str, str]:
    return {
        "DB_TYPE": "postgres", "DB_HOST": "127.0.0.1", "DB_PORT": str(server.port), "DB_NAME": name,
        "DB_USER": SUPERUSER, "DB_PASSWORD": PASSWORD, "DB_POOL_SIZE": "2",
    }  # fmt: skip


def serve(directory: Path, port: str, database: dict[str, str]) -> Running:
    own = {"DTU_HOST": "127.0.0.1", "DTU_PORT": port, "QUERY_PERIOD": "5", **database}
    return start(directory, "serve", **own)


def test_it_serves_exports_and_examines(tmp_path: Path, dtu: str, postgres: PostgresServer) -> None:
    name = postgres.database()
    with serve(tmp_path, dtu, keys(postgres, name)) as server:
        assert "has 0 readings" not in server.url
        assert f"readings kept in  PostgreSQL, {SUPERUSER}@127.0.0.1:{postgres.port}/{name}" in server.said
        server.await_event("poll_finished")
        assert [len(inverter["ports"]) for inverter in server.get("/api/inverters")] == [2, 2, 2]
        assert server.get("/stats")["database_type"] == "postgres"
        assert server.get("/api/v1/sites")
        metrics = httpx.get(server.url + "/metrics").text
        assert 'hoymiles_db_pool_size{state="active"}' in metrics
        assert 'hoymiles_db_pool_size{state="idle"}' in metrics
        with start(tmp_path, "export", "--format", "csv", **keys(postgres, name)) as export:
            assert export.ended() == 0
            assert len(export.said.splitlines()) >= 7
        assert PASSWORD not in server.said + server.complained
        assert server.stop() == 0
    assert not list(tmp_path.glob("sun.db"))
    assert len(postgres.ask("SELECT * FROM inverters", name)) == 3


def test_an_s_miles_database_ends_with_2_and_names_the_import(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    name = postgres.database()
    postgres.ask("CREATE TABLE inverters (serial_number TEXT); CREATE TABLE port_data (id INT)", name)
    with start(tmp_path, "serve", **keys(postgres, name)) as server:
        assert server.ended() == 2
        assert "sunledger import" in server.complained
    assert postgres.ask("SELECT nspname FROM pg_namespace WHERE nspname = 'sunledger'", name) == []


def test_polls_go_on_while_the_server_is_away_from_the_start(
    tmp_path: Path, dtu: str, own_postgres: PostgresServer
) -> None:
    name = own_postgres.database()
    own_postgres.stop()
    with serve(tmp_path, dtu, keys(own_postgres, name)) as server:
        server.await_event("poll_finished", 2)
        assert httpx.get(server.url + "/api/v1/sites").status_code == 503
        own_postgres.start()
        server.await_event("spool_drained")
        assert server.get("/api/v1/sites")
        kept = server.get("/stats")["port_data_entries"]
        assert kept >= 12
        assert server.stop() == 0
    assert own_postgres.ask("SELECT count(*) >= 12 FROM port_data", name) == [(True,)]


async def test_the_doctor_examines_the_server(desk: Desk, postgres: PostgresServer) -> None:
    there = desk.load(keys(postgres, await postgres.migrated())).configuration
    found = await examine_machine(there, SystemClock())
    assert not attentions(found)
    assert "has 0 readings" in found[-1].said
    away = desk.load({**keys(postgres, "nowhere")}).configuration
    (finding,) = attentions(await examine_machine(away, SystemClock()))
    assert "there is no such database" in finding.said


async def test_a_zone_that_only_the_database_knows_is_never_replaced_by_a_guess(
    desk: Desk, postgres: PostgresServer
) -> None:
    clock, name = SystemClock(), await postgres.migrated()
    guessing = make_store(desk.load(keys(postgres, name)).configuration, clock)
    with pytest.raises(StoreUnusable, match=r"days are kept in Europe/Warsaw here.*TIMEZONE=Europe/Warsaw"):
        await guessing.open()
    await guessing.close()
    for zone in ("Europe/Warsaw", "America/Lima"):
        named = make_store(desk.load({**keys(postgres, name), "TIMEZONE": zone}).configuration, clock)
        await named.open()
        await named.close()
    assert postgres.ask("SELECT value FROM config_cache WHERE key = 'zone'", name) == [("America/Lima",)]
