"""Servers in processes of their own, as users run them, asked over keep-alive connections."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

SUNLEDGER = str(Path(sys.executable).with_name("sunledger"))
PATIENCE = 60.0
_CHECKOUT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is ready."""

    pid: int
    port: int
    seconds_to_ready: float
    """From the start of its process to the first 200 on /ready."""

    @property
    def cpu(self) -> float:
        """Seconds of processor time that it has used, in its own code and the system's for it."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def client(self) -> HTTPConnection:
        """A connection that is kept open between requests."""
        return HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)


def get(client: HTTPConnection, path: str) -> bytes:
    """The body of an answer, which must be a 200."""
    client.request("GET", path)
    answer = client.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} was answered with {answer.status}: {body[:200]!r}")
    return body


@contextmanager
def sunledger(directory: Path, settings: Mapping[str, str], instead: Sequence[str] = ()) -> Iterator[Server]:
    """`sunledger serve` at home in a directory, with nothing set but these settings and a free port.

    `instead` is a command that serves it in its own way.
    """
    port = _free_port()
    surroundings = {"HOME": str(directory), "HEALTH_PORT": str(port), **settings}
    with _serving(instead or [SUNLEDGER, "serve"], directory, surroundings, port) as server:
        yield server


@contextmanager
def empty_app() -> Iterator[Server]:
    """The empty FastAPI application."""
    port = _free_port()
    command = [sys.executable, "-m", "benchmarks.empty_app", str(port)]
    with _serving(command, _CHECKOUT, {}, port) as server:
        yield server


@contextmanager
def bare_fan_out() -> Iterator[Server]:
    """Sockets that are written to, and nothing else."""
    port = _free_port()
    command = [sys.executable, "-m", "benchmarks.bare_fan_out", str(port)]
    with _serving(command, _CHECKOUT, {}, port) as server:
        yield server


@contextmanager
def _serving(
    command: Sequence[str], directory: Path, surroundings: Mapping[str, str], port: int
) -> Iterator[Server]:
    environment = {"PATH": os.environ.get("PATH", ""), **surroundings}
    with tempfile.TemporaryFile() as log:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=directory, env=environment, stdout=log, stderr=log)
        try:
            if not _becomes_ready(process, port):
                log.seek(0)
                raise RuntimeError(f"{command} did not get ready: {log.read().decode(errors='replace')}")
            yield Server(process.pid, port, time.perf_counter() - started)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _becomes_ready(process: "subprocess.Popen[bytes]", port: int) -> bool:
    """Ask until /ready is answered with 200; False when the process ends, or for too long is not ready."""
    deadline = time.perf_counter() + PATIENCE
    while process.poll() is None and time.perf_counter() < deadline:
        if _is_ready(port):
            return True
        time.sleep(0.005)
    return False


def _is_ready(port: int) -> bool:
    client = HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        client.request("GET", "/ready")
        return client.getresponse().status == 200
    except OSError:
        return False
    finally:
        client.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
