"""Killed without mercy at random moments: what was acknowledged is there, once, and counted right.

`TORTURE_ROUNDS` kills (10 unless set) of the campaign `TORTURE_SEED` (random unless set, and printed).
"""

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from tests.store.answers import EVER, keep, snapshot
from tests.store.committing import stream
from tests.store.files import ask, served
from tests.store.plants import WARSAW
from tests.store.processes import committing

from sunledger.ledger.fold import State, fold
from sunledger.measurements import PORT, Poll
from sunledger.sitetime import milliseconds
from sunledger.store.memory import MemoryStore
from sunledger.store.protocol import Of, Store

ROUNDS = int(os.environ.get("TORTURE_ROUNDS", "10"))
POLLS = 600
"""How many a file gets before the next one is begun."""

PortRow = tuple[str, int, int, list[int | None]]
"""Serial number, port, time and stored values."""


def acknowledged_by(process: subprocess.Popen[str], random: Random) -> int:
    """Kill it while it opens or some commits later; the last position it acknowledged, -1 if none."""
    assert process.stdout is not None
    opened = process.stdout.readline() if random.random() < 0.8 else ""
    time.sleep(random.uniform(0, 0.4 if opened else 1.0))
    process.kill()
    whole_lines = (opened + process.stdout.read()).split("\n")[:-1]
    return max((int(line) for line in whole_lines if line.isdigit()), default=-1)


def rows_of(polls: Sequence[Poll]) -> list[PortRow]:
    """What is to be stored of the ports: each reading once."""
    ports = {(each.taken_at, port.port_number): port for each in polls for port in each.ports}
    return [
        (port.serial_number, number, milliseconds(at), PORT.encode(port))
        for (at, number), port in sorted(ports.items(), key=lambda item: item[0])
    ]


async def rows_in(store: Store) -> list[PortRow]:
    page = await store.readings(Of.PORT, None, EVER, limit=100_000)
    series = [page.series[row[1] or 0] for row in page.rows]
    rows = [
        (each.serial_number, each.port_number or 0, row[0] or 0, list(row[2:]))
        for each, row in zip(series, page.rows, strict=True)
    ]
    return sorted(rows, key=lambda row: (row[2], row[1]))


async def energy_is_that_of_the_rows(store: Store) -> None:
    rows = (await store.readings(Of.PORT, None, EVER, limit=100_000)).rows
    for energy in await store.energy(None, EVER, None):
        (number,) = (
            each.id
            for each in store.series().values()
            if each.identity == (energy.serial_number, energy.port_number)
        )
        assert energy.energy == fold(State(), (row for row in rows if row[1] == number)).energy


async def examine(path: Path, polls: Sequence[Poll], acknowledged: int) -> None:
    """Check the file that a killed server has left."""
    async with served(path) as store:
        rows = await rows_in(store)
        # the poll after the last acknowledged one may have become durable in the moment of death
        durable = acknowledged + 2 if rows == rows_of(polls[: acknowledged + 2]) else acknowledged + 1
        assert rows == rows_of(polls[:durable])
        await energy_is_that_of_the_rows(store)
        never_killed = MemoryStore(WARSAW)
        await keep(never_killed, *polls[:durable])
        assert await snapshot(store) == await snapshot(never_killed)
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.torture
async def test_a_killed_server_loses_and_doubles_nothing(tmp_path: Path) -> None:
    campaign = int(os.environ.get("TORTURE_SEED") or Random().randrange(10**6))
    print(f"TORTURE_SEED={campaign} TORTURE_ROUNDS={ROUNDS}")
    random = Random(campaign)
    seed, position = campaign, 0
    for _ in range(ROUNDS):
        polls = stream(seed, POLLS)
        path = tmp_path / f"{seed}.db"
        with committing(path, seed, POLLS, position) as process:
            position = max(acknowledged_by(process, random), position - 1) + 1
        await examine(path, polls, position - 1)
        if position >= len(polls):
            seed, position = seed + 1, 0
