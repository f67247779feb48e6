"""`sunledger doctor` as a user runs it: real processes against real simulated DTUs."""

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import NamedTuple

from tests.app.doctor.clinic import simulated
from tests.store.plants import WARSAW

from sunledger.sitetime import SystemClock
from sunledger.store.sqlite import SqliteStore

SUNLEDGER = Path(sys.executable).with_name("sunledger")


class Said(NamedTuple):
    code: int | None
    out: str
    err: str


def files_in(directory: Path) -> list[Path]:
    return list(directory.iterdir())


async def doctor(directory: Path, *arguments: str, **environ: str) -> Said:
    """Run it beside the DTUs of this process."""
    process = await asyncio.create_subprocess_exec(
        SUNLEDGER, "doctor", *arguments, cwd=directory,
        env={"PATH": os.environ["PATH"], "HOME": str(directory), **environ},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    return Said(process.returncode, out.decode(), err.decode())


async def test_all_good_is_0_and_progress_is_told_on_stderr(tmp_path: Path) -> None:
    async with simulated() as dtu:
        said = await doctor(tmp_path, DTU_HOST="127.0.0.1", DTU_PORT=str(dtu.port))
    assert said.code == 0
    assert "Nothing needs attention." in said.out
    assert f"DTU at 127.0.0.1:{dtu.port}, unit 1" in said.out
    assert said.err.splitlines() == [
        f"Connecting to 127.0.0.1:{dtu.port} …",
        "Asking which DTU it is, and how it lists its ports …",
        "Reading every port once …",
    ]
    assert files_in(tmp_path) == []


async def test_each_configured_dtu_is_examined_and_an_ill_one_is_1(tmp_path: Path) -> None:
    async with simulated() as well, simulated("garbage") as ill:
        (tmp_path / "config.yaml").write_text(
            "dtu_configs:\n"
            f"  - {{name: roof, host: 127.0.0.1, port: {well.port}}}\n"
            f"  - {{name: barn, host: 127.0.0.1, port: {ill.port}}}\n"
        )
        said = await doctor(tmp_path)
    assert said.code == 1
    assert re.search(r"^roof at .*\n  ok ", said.out, re.MULTILINE)
    assert re.search(r"^barn at .*\n  ! ", said.out, re.MULTILINE)
    assert "→ Check host of barn in DTU_CONFIGS and port of barn in DTU_CONFIGS" in said.out
    assert "Needing attention (!): 1" in said.out


async def test_a_dtu_may_be_named_instead(tmp_path: Path) -> None:
    async with simulated(unit_id=9) as dtu:
        named = ["--host", "127.0.0.1", "--port", str(dtu.port)]
        right = await doctor(tmp_path, *named, "--unit-id=9", DTU_HOST="ignored.invalid")
        wrong = await doctor(tmp_path, *named)
    assert right.code == 0
    assert "ignored" not in right.out
    assert wrong.code == 1
    assert "Try another --unit-id" in wrong.out


async def test_a_running_server_is_thought_of_before_a_dtu_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    store = SqliteStore(path, WARSAW, SystemClock())
    await store.open()
    async with simulated() as dtu:
        said = await doctor(tmp_path, DATABASE_PATH=str(path), DTU_HOST="127.0.0.1", DTU_PORT=str(dtu.port))
    await store.close()
    assert said.code == 0
    assert "A DTU takes one client only" in said.out
    assert said.out.index("A DTU takes one client only") < said.out.index("DTU at 127.0.0.1")


async def test_without_a_dtu_it_says_how_to_name_one_and_how_to_try(tmp_path: Path) -> None:
    said = await doctor(tmp_path)
    assert said.code == 1
    for way in ("DTU_HOST", "--host", "sunledger simulate", "sunledger serve --simulate"):
        assert way in said.out


async def test_a_bad_configuration_or_flag_is_2(tmp_path: Path) -> None:
    bad = await doctor(tmp_path, QUERY_PERIOD="1")
    assert (bad.code, bad.out) == (2, "")
    assert "QUERY_PERIOD (from environment)" in bad.err
    flag = await doctor(tmp_path, "--host", "h", "--port", "70000")
    assert flag.code == 2
    assert "--port: give a whole number from 1 to 65535" in flag.err


async def test_warnings_of_the_configuration_are_notes(tmp_path: Path) -> None:
    async with simulated() as dtu:
        said = await doctor(tmp_path, f"--dtu-port={dtu.port}", DTU_HOST="127.0.0.1", QUERRY_PERIOD="9")
    assert said.code == 0
    assert "  note  QUERRY_PERIOD (from environment): is not read; did you mean QUERY_PERIOD?" in said.out
