"""Requests at random, made from the description: to every operation, as it says and as it forbids.

Everything is answered, soon, as described; what is wrong is told. `TORTURE_ROUNDS` requests to each operation
of each kind (few unless set), of the campaign `TORTURE_SEED` (random unless set, and printed); `make torture`
also tries each limit of each field.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import SystemRandom
from typing import Any

import orjson
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CheckContext, not_a_server_error
from schemathesis.config import (
    CoveragePhaseConfig,
    ExamplesPhaseConfig,
    PhasesConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
    StatefulPhaseConfig,
)
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.api.credentials import Known
from tests.api.matrix import PEOPLE
from tests.api.plant import BERLIN, MINUTE, NOON, SERIALS, poll, serving

from sunledger.api.application import routed
from sunledger.api.description import description
from sunledger.api.guard import Reach
from sunledger.api.limits import Rates
from sunledger.api.needs import rules
from sunledger.api.problems import MEDIA_TYPE
from sunledger.api.sources import ApiSettings
from sunledger.sitetime import ManualClock
from sunledger.store.protocol import Accounting
from sunledger.store.sqlite import SqliteStore

Case = schemathesis.Case[Any]
Check = Callable[[CheckContext, Response, Case], bool | None]

ROUNDS = os.environ.get("TORTURE_ROUNDS")
EXAMPLES = int(ROUNDS or 4)
SEED = int(os.environ.get("TORTURE_SEED") or SystemRandom().randrange(1_000_000))
SLOWEST = 20.0
"""Seconds until a request counts as hanging, on a machine that is busy with other tests."""
LEFT_OUT: list[Check] = [
    positive_data_acceptance,  # a schema cannot say which cursors there are, or what lies before what
    not_a_server_error,  # 501 is said of what a store cannot do; see `tells_what_is_wrong`
]


@schemathesis.serializer("application/x-ndjson")
def lines(_: object, value: object) -> bytes:
    return value.encode() if isinstance(value, str) else orjson.dumps(value)


def described() -> schemathesis.BaseSchema:
    phases = PhasesConfig(
        examples=ExamplesPhaseConfig(enabled=False),
        coverage=CoveragePhaseConfig(enabled=ROUNDS is not None),
        stateful=StatefulPhaseConfig(enabled=False),
    )
    projects = ProjectsConfig(default=ProjectConfig(phases=phases))
    return schemathesis.openapi.from_dict(
        description(), config=SchemathesisConfig(seed=SEED, projects=projects)
    )


pytestmark = pytest.mark.torture
SCHEMA = described()
fuzzed = settings(
    max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@contextmanager
def answering(directory: Path) -> Iterator[str]:
    """The address of a plant that has readings, on a thread of its own; streams of it end at once."""
    started: list[str] = []
    ready, done = threading.Event(), threading.Event()

    async def serve() -> None:
        reach = Reach(loopback_only=False)
        rates = Rates(anonymous=0, known=0, ingest=0)
        store = SqliteStore(directory / "sun.db", Accounting(zone=BERLIN), ManualClock(NOON))
        await store.open()
        async with serving(store, access=Known(PEOPLE), reach=reach, rates=rates) as plant:
            for minutes in range(3):
                at = NOON + minutes * MINUTE
                await plant.intake.accept(poll(at, total=1000 + minutes, serials=SERIALS))
            plant.stream.close()
            started.append(str(plant.client.base_url))
            ready.set()
            await asyncio.to_thread(done.wait)
        await store.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert ready.wait(SLOWEST), "the server does not start"
        yield started[0]
    finally:
        done.set()
        thread.join()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    print(f"TORTURE_SEED={SEED} TORTURE_ROUNDS={EXAMPLES}")
    with answering(tmp_path_factory.mktemp("fuzz")) as found:
        yield found


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """One connection for all."""
    with requests.Session() as session:
        yield session


def ask(case: Case, address: str, session: requests.Session, who: str | None = None) -> Response:
    headers = {} if who is None else {"Authorization": f"Bearer {who}"}
    return case.call(
        base_url=address, session=session, headers=headers, timeout=SLOWEST, allow_redirects=False
    )


def tells_what_is_wrong(_: object, response: Response, __: object) -> None:
    """Hold an answer to problem details, and to no bug."""
    if response.status_code < 400:
        return
    assert response.status_code < 500 or response.status_code == 501, response.text
    assert response.headers["content-type"] == [MEDIA_TYPE], response.text
    said = response.json()
    assert said["status"] == response.status_code
    assert said["type"].startswith("urn:sunledger:problem:"), said
    assert said["detail"], said
    if response.status_code in {400, 422}:
        assert said.get("parameter") or said.get("errors"), said


@SCHEMA.parametrize()
@fuzzed
def test_an_administrator_is_answered_as_described(
    case: Case, address: str, session: requests.Session
) -> None:
    response = ask(case, address, session, "administrator")
    case.validate_response(response, additional_checks=[tells_what_is_wrong], excluded_checks=LEFT_OUT)


PUBLIC = {
    path for path, _, need in rules(routed(ApiSettings(version="", zone=BERLIN))) if need.action is None
}


@SCHEMA.parametrize()
@fuzzed
def test_a_stranger_is_told_nothing_but_to_log_in(
    case: Case, address: str, session: requests.Session
) -> None:
    response = ask(case, address, session)
    tells_what_is_wrong(None, response, case)
    if case.path not in PUBLIC:
        assert response.status_code in {401, 404, 405} or case.method == "OPTIONS", response.text
        assert "www-authenticate" in response.headers or response.status_code != 401
