"""The power fails at random moments: what was acknowledged is there, in the store and in the spool.

Half of the cuts drop everything that was not synced; the others let the kernel have written some of it, page
by page. `TORTURE_ROUNDS` cuts (4 unless set) of the campaign `TORTURE_SEED` (random unless set, and printed).
"""

import os
import subprocess
from pathlib import Path
from random import Random

import pytest
from tests.powercut.disk import Disk
from tests.powercut.lazy_disk import LazyDisk
from tests.store.committing import stream
from tests.store.files import served
from tests.store.processes import next_line, program
from tests.store.spool_survivors import POLLS, everything_arrives, nothing_is_missing
from tests.store.spooling import CUT, WHOLE
from tests.store.test_kill import acknowledged_by, examine, rows_in, rows_of

from sunledger.store.protocol import StoreError

AnyDisk = Disk | LazyDisk
ROUNDS = int(os.environ.get("TORTURE_ROUNDS", "4"))


def campaign() -> Random:
    seed = int(os.environ.get("TORTURE_SEED") or Random().randrange(10**6))
    print(f"TORTURE_SEED={seed} TORTURE_ROUNDS={ROUNDS}")
    return Random(seed)


def written_back(random: Random) -> float:
    """How much the kernel had written by itself: nothing, or some."""
    return random.choice([0.0, random.random()])


def begin(process: subprocess.Popen[str], path: Path) -> None:
    """Let a new file be made: the first start is cut after each of its syncs in a test of its own."""
    new = not path.exists()
    while new and next_line(process) != "open":
        assert process.poll() is None


@pytest.mark.torture
async def test_the_store_loses_nothing_that_it_acknowledged(any_disk: AnyDisk) -> None:
    random = campaign()
    seed, position = 0, 0
    for _ in range(ROUNDS):
        polls, path = stream(seed, POLLS), any_disk.files / f"{seed}.db"
        server = ("tests.store.committing", path, seed, POLLS, position)
        with program(*server, environment=any_disk.environment) as process:
            begin(process, path)
            position = max(acknowledged_by(process, random), position - 1) + 1
        any_disk.boot(random, written_back(random))
        await examine(path, polls, position - 1)
        any_disk.settle()
        if position >= len(polls):
            seed, position = seed + 1, 0


@pytest.mark.torture
async def test_the_spool_loses_nothing_that_it_acknowledged(any_disk: AnyDisk) -> None:
    random = campaign()
    seed, position = 0, 0
    for _ in range(ROUNDS):
        polls, line = stream(seed, POLLS), random.choice([CUT, CUT, WHOLE])
        server = ("tests.store.spooling", any_disk.files, seed, POLLS, position, line)
        with program(*server, environment=any_disk.environment) as process:
            begin(process, any_disk.files / "store.db")
            position = max(acknowledged_by(process, random), position - 1) + 1
        any_disk.boot(random, written_back(random))
        await nothing_is_missing(any_disk.files, polls[:position])
        any_disk.settle()
        if position >= len(polls):
            await everything_arrives(any_disk.files, seed, position)
            any_disk.wipe()
            seed, position = seed + 1, 0
    await everything_arrives(any_disk.files, seed, position)


FIRST_SYNCS = 16
"""How often a new store syncs until it has acknowledged three polls, and a new spool at most."""


@pytest.mark.parametrize("syncs", range(1, FIRST_SYNCS + 1))
async def test_a_cut_after_any_sync_of_its_first_start_leaves_a_store_that_opens(
    disk: Disk, syncs: int
) -> None:
    path = disk.files / "new.db"
    server = ("tests.store.committing", path, 1, POLLS, 0)
    with program(*server, environment={**disk.environment, "POWERCUT_AFTER": str(syncs)}) as process:
        acknowledged = last_acknowledged(process)
    disk.boot(Random(1))
    await examine(path, stream(1, POLLS), acknowledged)


@pytest.mark.parametrize("syncs", range(1, FIRST_SYNCS + 1, 2))
async def test_a_cut_after_any_sync_of_its_first_start_leaves_a_spool_that_opens(
    disk: Disk, syncs: int
) -> None:
    server = ("tests.store.spooling", disk.files, 1, POLLS, 0, CUT)
    with program(*server, environment={**disk.environment, "POWERCUT_AFTER": str(syncs)}) as process:
        acknowledged = last_acknowledged(process)
    disk.boot(Random(1))
    await nothing_is_missing(disk.files, stream(1, POLLS)[: acknowledged + 1])


def last_acknowledged(process: subprocess.Popen[str]) -> int:
    """The last position that it acknowledged before it died by itself, -1 if none."""
    assert process.stdout is not None
    whole_lines = process.stdout.read().split("\n")[:-1]
    return max((int(line) for line in whole_lines if line.isdigit()), default=-1)


def acknowledge_forty(any_disk: AnyDisk, path: Path, synchronous: str) -> None:
    """Let a server that syncs less commit until it has acknowledged the first forty polls, and die."""
    server = ("tests.powercut.careless", synchronous, path, 1, POLLS, 0)
    with program(*server, environment=any_disk.environment) as process:
        while next_line(process) != "39":
            assert process.poll() is None
    any_disk.boot(Random(1))


async def rows_left(path: Path) -> int:
    try:
        async with served(path) as store:
            return len(await rows_in(store))
    except StoreError:
        return 0


@pytest.mark.parametrize("synchronous", ["OFF", "NORMAL"])
async def test_less_syncing_is_seen_to_lose_acknowledged_polls(any_disk: AnyDisk, synchronous: str) -> None:
    path = any_disk.files / "careless.db"
    acknowledge_forty(any_disk, path, synchronous)
    assert await rows_left(path) < len(rows_of(stream(1, POLLS)[:40]))


async def test_as_much_syncing_as_there_is_loses_none_of_the_same(any_disk: AnyDisk) -> None:
    path = any_disk.files / "careful.db"
    acknowledge_forty(any_disk, path, "FULL")
    assert await rows_left(path) >= len(rows_of(stream(1, POLLS)[:40]))
