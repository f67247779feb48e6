"""Killed without mercy while it spools and while it drains: every acknowledged poll arrives.

`TORTURE_ROUNDS` kills (10 unless set) of the campaign `TORTURE_SEED` (random unless set, and printed).
"""

import os
from pathlib import Path
from random import Random

import pytest
from tests.store.committing import stream
from tests.store.processes import program
from tests.store.spool_survivors import POLLS, everything_arrives, nothing_is_missing
from tests.store.spooling import CUT, WHOLE
from tests.store.test_kill import acknowledged_by

ROUNDS = int(os.environ.get("TORTURE_ROUNDS", "10"))


@pytest.mark.torture
async def test_a_server_killed_while_it_spools_or_drains_loses_nothing(tmp_path: Path) -> None:
    campaign = int(os.environ.get("TORTURE_SEED") or Random().randrange(10**6))
    print(f"TORTURE_SEED={campaign} TORTURE_ROUNDS={ROUNDS}")
    random = Random(campaign)
    seed, position = campaign, 0
    for _ in range(ROUNDS):
        polls, directory = stream(seed, POLLS), tmp_path / str(seed)
        line = random.choice([CUT, CUT, WHOLE])
        with program("tests.store.spooling", directory, seed, POLLS, position, line) as process:
            position = max(acknowledged_by(process, random), position - 1) + 1
        await nothing_is_missing(directory, polls[:position])
        if position >= len(polls):
            await everything_arrives(directory, seed, position)
            seed, position = seed + 1, 0
    await everything_arrives(tmp_path / str(seed), seed, position)
