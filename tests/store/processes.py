"""Servers in processes of their own, which tests start and kill."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


def committing(
    path: Path, seed: int = 1, count: int = 2, position: int = 0
) -> AbstractContextManager[subprocess.Popen[str]]:
    """A process that commits a stream of polls; killed without mercy at the end."""
    return program("tests.store.committing", path, seed, count, position)


@contextmanager
def program(
    module: str, *arguments: object, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A process of one of our modules; killed without mercy at the end."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    with process:
        try:
            yield process
        finally:
            process.kill()


def next_line(process: subprocess.Popen[str]) -> str:
    """The next thing that it says; empty when it has died."""
    assert process.stdout is not None
    return process.stdout.readline().strip()
