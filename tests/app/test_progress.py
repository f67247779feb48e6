"""Progress: a bar for people at a terminal, lines for everybody else."""

import contextlib
import io
import os

from sunledger.app.progress import shown


def test_elsewhere_each_part_and_each_tenth_is_a_line() -> None:
    stream = io.StringIO()
    with shown(stream) as progress:
        progress.stage("Reading")
        for hundredth in range(101):
            progress.at(hundredth / 100, f"{hundredth} rows")
        progress.stage("Writing")
        progress.at(0.55, "half")
    lines = stream.getvalue().splitlines()
    assert lines[0] == "Reading …"
    assert lines[1:11] == [f"{10 * tenth:3} %  {10 * tenth} rows" for tenth in range(1, 11)]
    assert lines[11:] == ["Writing …", " 50 %  half"]


def test_at_a_terminal_it_is_a_bar_that_takes_any_text_as_it_is_and_goes_away() -> None:
    reading, writing = os.openpty()
    with os.fdopen(writing, "w", encoding="utf-8") as terminal, shown(terminal) as progress:
        progress.stage("[/red] [Errno 111] refused")
        progress.at(0.5, "[bold]half")
    said = all_of(reading)
    assert "[bold]half" in said
    assert "50%" in said
    assert "\x1b[2K" in said.rpartition("half")[2], "the line is erased at the end"


def all_of(terminal: int) -> str:
    """Everything that was written to a terminal whose other end is closed; Linux ends it with EIO."""
    said = b""
    with contextlib.suppress(OSError):
        while chunk := os.read(terminal, 65_536):
            said += chunk
    os.close(terminal)
    return said.decode()
