"""What all tests share: hypothesis profiles and programs that a test needs."""

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import pytest
from hypothesis import HealthCheck, settings
from tests.servers import timescale as timescaledb

if TYPE_CHECKING:
    from tests.servers.postgres import PostgresServer

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")


def require_program(name: str, package: str) -> str:
    """The path of a program; without it the test is left out, or fails where everything must be there."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is not None:
        return found
    reason = f"{name} is not installed (Debian package {package})"
    if os.environ.get("STRICT") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what needs a PostgreSQL server on one with TimescaleDB, too, where there is one."""
    for name, scope in _SERVERS.items():
        if name in metafunc.fixturenames and timescaledb.programs() is not None:
            metafunc.parametrize(name, ["plain", "timescale"], indirect=True, scope=scope)


_SERVERS: dict[str, Literal["session", "function"]] = {"postgres": "session", "own_postgres": "function"}


@pytest.fixture(scope="session")
def plain() -> Iterator["PostgresServer"]:
    """A private PostgreSQL server, of the oldest version that is there."""
    from tests.servers.postgres import oldest, running  # noqa: PLC0415  only where one is needed

    with running(oldest()) as server:
        yield server


@pytest.fixture(scope="session")
def timescale() -> Iterator["PostgresServer"]:
    """A private server whose databases have TimescaleDB."""
    programs = timescaledb.programs()
    if programs is None:
        pytest.skip(timescaledb.LEFT_OUT)
    from tests.servers.postgres import running  # noqa: PLC0415

    with running(programs, timescale=True) as server:
        yield server


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> "PostgresServer":
    """A private PostgreSQL server."""
    server: PostgresServer = request.getfixturevalue(getattr(request, "param", "plain"))
    return server


@pytest.fixture
def own_postgres(request: pytest.FixtureRequest) -> Iterator["PostgresServer"]:
    """One that the test may stop and freeze."""
    from tests.servers.postgres import oldest, running  # noqa: PLC0415

    programs = timescaledb.programs() if getattr(request, "param", "plain") == "timescale" else None
    with running(programs or oldest(), timescale=programs is not None) as server:
        yield server
