"""Commands as a user starts them: real processes in a directory, with an environment of their own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from tests.servers.certificates import NO_AUTHORITIES

SUNLEDGER = str(Path(sys.executable).with_name("sunledger"))
PATIENCE = 30.0
"""Seconds until something that must happen counts as never."""

T = TypeVar("T")


class Running:
    """A process that was started; leaving its `with` block kills it if it still runs."""

    def __init__(self, directory: Path, command: Sequence[str], environ: dict[str, str]) -> None:
        number = len(list(directory.glob("*.out")))
        self._out = directory / f"{number}.out"
        self._err = directory / f"{number}.err"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                command, cwd=directory, env=environ, stdin=subprocess.DEVNULL, stdout=out, stderr=err
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def said(self) -> str:
        """Its standard output so far."""
        return self._out.read_text()

    @property
    def complained(self) -> str:
        """Its standard error so far: the log, and what went wrong."""
        return self._err.read_text()

    def events(self, name: str) -> list[dict[str, Any]]:
        """The log's records of this name so far; a line that a kill broke off was never told."""
        whole = [line for line in self.complained.splitlines(keepends=True) if line.endswith("}\n")]
        records: list[dict[str, Any]] = [json.loads(line) for line in whole]
        return [record for record in records if record["event"] == name]

    def await_event(self, name: str, count: int = 1) -> list[dict[str, Any]]:
        return self._until(lambda: found if len(found := self.events(name)) >= count else None)

    def await_said(self, pattern: str) -> re.Match[str]:
        return self._until(lambda: re.search(pattern, self.said))

    def await_complaint(self, pattern: str) -> re.Match[str]:
        return self._until(lambda: re.search(pattern, self.complained))

    def await_answer(self, path: str, there: Callable[[Any], T | None]) -> T:
        """Ask until something is there in the answer."""
        return self._until(lambda: there(self.get(path)))

    @property
    def url(self) -> str:
        """Where the server answers, once it does."""
        return self.await_said(r"(http://\S+)/docs(?s:.)*Ctrl\+C")[1]

    def get(self, path: str, **parameters: str) -> Any:
        """The JSON that it answers with."""
        answer = httpx.get(self.url + path, params=parameters, timeout=PATIENCE, verify=NO_AUTHORITIES)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self, within: float = PATIENCE) -> int:
        """Its exit code, which must be there within so many seconds."""
        return self.process.wait(within)

    def stop(self) -> int:
        """Ask it to end, as a service manager does; its exit code."""
        self.ask(signal.SIGTERM)
        return self.ended()

    def _until(self, there: Callable[[], T | None]) -> T:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            ended = self.process.poll() is not None
            found = there()
            if found is not None:
                return found
            assert not ended, f"ended with {self.process.returncode}: {self.said}{self.complained}"
            time.sleep(0.02)
        raise AssertionError(f"not within {PATIENCE} s: {self.said}{self.complained}")


def environment(directory: Path, **own: str) -> dict[str, str]:
    """Nothing of the developer's own; a free port, the database in the directory, a log to be read."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(directory),
        "DATABASE_PATH": str(directory / "sun.db"),
        "HEALTH_PORT": "0",
        "LOG_FORMAT": "json",
        **own,
    }


def start(directory: Path, *arguments: str, **own: str) -> Running:
    """Start `sunledger` with these arguments and variables."""
    return Running(directory, [SUNLEDGER, *arguments], environment(directory, **own))


def simulate(directory: Path, *arguments: str) -> tuple[Running, str]:
    """A simulated DTU that listens, and its port."""
    dtu = start(directory, "simulate", "--port", "0", *arguments)
    return dtu, dtu.await_said(r"on 127\.0\.0\.1:(\d+),")[1]
