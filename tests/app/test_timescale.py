"""A running Sunledger compresses what is old, and tells how far it is."""

from datetime import timedelta
from pathlib import Path

from tests.app.running import SUNLEDGER, Running, environment
from tests.servers.ports import ReservedPort
from tests.servers.postgres import PASSWORD, SUPERUSER, PostgresServer
from tests.store.answers import keep
from tests.store.compressing import served
from tests.store.plants import START, day, poll

from sunledger.sitetime import SystemClock

TWO_COMPRESSED = "SELECT 1 FROM timescaledb_information.chunks WHERE is_compressed HAVING COUNT(*) = 2"


async def test_old_chunks_are_compressed_by_the_server_and_the_latest_is_not(
    timescale: PostgresServer, tmp_path: Path
) -> None:
    name = await timescale.migrated()
    async with served(timescale, name) as store:
        await keep(store, *day(START - timedelta(days=90), 60))
        await keep(store, poll(SystemClock().now(), (200_000, 400_000)))
    timescale.ask(
        "UPDATE _timescaledb_catalog.chunk SET creation_time = creation_time - INTERVAL '1 day'", name
    )
    with ReservedPort() as port:
        environ = environment(
            tmp_path,
            DB_TYPE="postgres", DB_HOST="127.0.0.1", DB_PORT=str(timescale.port), DB_NAME=name,
            DB_USER=SUPERUSER, DB_PASSWORD=PASSWORD, TIMEZONE="Europe/Warsaw", HEALTH_PORT=str(port),
        )  # fmt: skip
        with Running(tmp_path, [SUNLEDGER, "serve"], environ) as server:
            server._until(lambda: timescale.ask(TWO_COMPRESSED, name) or None)
            found = server.get("/api/v1/storage")["compression"]
            assert (found["chunks"], found["compressed_chunks"], found["error"]) == (4, 2, None)
            assert found["bytes_before"] > 0 < found["bytes_after"]
        with Running(tmp_path, [SUNLEDGER, "store", "info"], environ) as info:
            assert info.process.wait(30) == 0
            assert "2 of 4 chunks of readings are compressed, from " in info.said
