"""A private Redis for tests: started, killed and removed by them alone."""

import contextlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import require_program
from tests.servers.ports import ReservedPort

_PATIENCE = 30.0


class RedisServer:
    """One server on a port of its own on the loopback; it keeps nothing over a stop."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="sunledger-redis-"))
        self._reserved = ReservedPort()
        self.port = self._reserved.number
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        program = require_program("redis-server", "redis-server")
        command = [
            program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.home),
            "--save", "", "--appendonly", "no",
        ]  # fmt: skip
        with (self.home / "log").open("ab") as told:
            self._process = subprocess.Popen(command, stdout=told, stderr=told)
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            assert self._process.poll() is None, (self.home / "log").read_text()
            time.sleep(0.01)
        raise AssertionError("Redis does not start")

    def kill(self) -> None:
        """End it at once; what it knew is gone."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGKILL)
            process.wait(_PATIENCE)

    def remove(self) -> None:
        """Leave nothing behind."""
        self.kill()
        self._reserved.release()
        shutil.rmtree(self.home, ignore_errors=True)


@contextlib.contextmanager
def running() -> Iterator[RedisServer]:
    """A server for as long as it is needed."""
    server = RedisServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()
