"""A database in months moves into hypertables by PostgreSQL's own tools, as docs/postgresql.md tells."""

import os
import re
import subprocess
from datetime import timedelta
from pathlib import Path

from tests.servers.postgres import PASSWORD, SUPERUSER, PostgresServer
from tests.store.answers import keep, snapshot
from tests.store.compressing import compressed, served
from tests.store.plants import START, WARSAW, day

from sunledger.store.postgres_check import checked
from sunledger.store.postgres_upkeep import verified

DOCS = Path(__file__).parents[2] / "docs" / "postgresql.md"


def told() -> str:
    """The commands, as they stand in the documentation."""
    (found,) = re.findall(r"```sh\n(psql [^`]*?pg_dump [^`]*?)```", DOCS.read_text())
    return str(found)


def run(commands: str, server: PostgresServer, old: str, new: str) -> None:
    """Run them as somebody does whose databases have other names."""
    commands = commands.replace("sunledger_new", new).replace(" sunledger |", f" {old} |")
    environ = {
        "PATH": f"{server.programs}:{os.environ['PATH']}",
        "PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGUSER": SUPERUSER, "PGPASSWORD": PASSWORD,
    }  # fmt: skip
    shell = ["bash", "-e", "-o", "pipefail", "-c", commands]
    done = subprocess.run(shell, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


async def test_everything_is_in_hypertables_after_the_move(timescale: PostgresServer) -> None:
    old, new = timescale.database(), await timescale.migrated()
    timescale.ask("DROP EXTENSION timescaledb", old)
    async with served(timescale, old) as store:
        await keep(store, *day(START, 60), *day(START, 20, first=90_000))
        before = await snapshot(store)
    run(told(), timescale, old, new)
    async with served(timescale, new) as store:
        assert await snapshot(store) == before
        assert (await compressed(timescale, new)).compressed == 2
        await keep(store, *day(START + timedelta(hours=3), 5, first=200_000))
    assert verified(timescale.address(new), WARSAW, lambda _fraction, _at: None).found == 0
    assert list(checked(timescale.address(new), lambda _fraction, _table: None).faults) == []
