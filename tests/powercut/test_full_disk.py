"""The disk has no space left for a while: what cannot be kept is refused, and nothing has to be repaired."""

import subprocess

import pytest
from tests.powercut.disk import Disk
from tests.powercut.persevering import REFUSED, SPOOL, STORE
from tests.store.committing import stream
from tests.store.files import ask
from tests.store.processes import next_line, program
from tests.store.spool_survivors import POLLS, nothing_is_missing
from tests.store.spooling import spool_in
from tests.store.test_kill import examine


def answer(process: subprocess.Popen[str]) -> str:
    """The next thing that it says of a poll."""
    while line := next_line(process):
        if line == REFUSED or line.isdigit():
            return line
    raise AssertionError("it has died")


def await_kept(process: subprocess.Popen[str], count: int) -> int:
    """Wait until so many more polls are kept; the number of the last."""
    kept: list[int] = []
    while len(kept) < count:
        said = answer(process)
        kept += [int(said)] if said != REFUSED else []
    return kept[-1]


def await_refused(process: subprocess.Popen[str], count: int) -> None:
    """Wait until a poll is refused so many times; none may be kept in between."""
    while answer(process) != REFUSED:
        pass
    assert [answer(process) for _ in range(count - 1)] == [REFUSED] * (count - 1)


@pytest.mark.parametrize("room", [STORE, SPOOL])
async def test_it_goes_on_by_itself_when_there_is_room_again(disk: Disk, room: str) -> None:
    with program("tests.powercut.persevering", room, disk.files, environment=disk.environment) as process:
        for _ in range(3):
            await_kept(process, 20)
            disk.fill()
            await_refused(process, 4)
            disk.empty()
        last = await_kept(process, 20)
    polls = stream(1, POLLS)
    if room == STORE:
        await examine(disk.files / "store.db", polls, last)
    else:
        await nothing_is_missing(disk.files, polls[: last + 1])
        assert ask(spool_in(disk.files), "PRAGMA integrity_check") == [("ok",)]
