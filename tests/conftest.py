"""What all tests share: hypothesis profiles and programs that a test needs."""

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

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


@pytest.fixture(scope="session")
def postgres() -> Iterator["PostgresServer"]:
    """A private PostgreSQL server, of the oldest version that is there."""
    from tests.servers.postgres import oldest, running  # noqa: PLC0415  only where one is needed

    with running(oldest()) as server:
        yield server


@pytest.fixture
def own_postgres() -> Iterator["PostgresServer"]:
    """One that the test may stop and freeze."""
    from tests.servers.postgres import oldest, running  # noqa: PLC0415

    with running(oldest()) as server:
        yield server
