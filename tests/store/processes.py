"""Servers in processes of their own, which tests start and kill."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def committing(
    path: Path, seed: int = 1, count: int = 2, position: int = 0
) -> Iterator[subprocess.Popen[str]]:
    """A process that commits a stream of polls; killed without mercy at the end."""
    command = [
        sys.executable,
        "-m",
        "tests.store.committing",
        str(path),
        str(seed),
        str(count),
        str(position),
    ]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with process:
        try:
            yield process
        finally:
            process.kill()


def next_line(process: subprocess.Popen[str]) -> str:
    """The next thing that it says; empty when it has died."""
    assert process.stdout is not None
    return process.stdout.readline().strip()
