"""Queries at random, made from the schema: every one is answered, or told which field is wrong and why."""

import asyncio
from collections.abc import Iterator

import graphql
import httpx
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import queries
from tests.api.credentials import Known
from tests.api.graphql.asking import PATH, PROBLEM
from tests.api.matrix import PEOPLE
from tests.api.plant import NOON, SERIALS, Plant, poll, serving

from sunledger.api.graphql.cost import MOST
from sunledger.api.graphql.schema import written
from sunledger.api.guard import Reach
from sunledger.api.limits import Rates

SCALARS = {
    "DateTime": st.datetimes().map(lambda at: graphql.StringValueNode(value=f"{at.isoformat()}Z")),
    "TimeZone": st.sampled_from(["UTC", "Europe/Berlin", "Mars/Base"]).map(
        lambda name: graphql.StringValueNode(value=name)
    ),
    "Int64": st.integers().map(lambda number: graphql.IntValueNode(value=str(number))),
}
SOUND = queries(written(), custom_scalars=SCALARS)
PIECES = st.sampled_from(
    ["{", "}", "(", ")", ":", "$", "!", "...", "@skip(if: true)", "inverters", "history", "measurement",
     "PV_POWER", "first", "-1", "9e99", '"', '"""', "null", "query", "fragment", "on", "Site", "__schema",
     "types", "é", "\\u"]
)  # fmt: skip
BROKEN = st.lists(PIECES, max_size=30).map(" ".join) | st.text(max_size=50)
WORDS = st.integers(-(2**63), 2**63) | st.text(max_size=3)
WHO = st.sampled_from(["administrator", "viewer-here", None])
SLOWEST = 20.0
"""Seconds until a query counts as hanging, on a machine that is busy with other tests."""


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """An event loop for the whole module, since hypothesis calls functions that await nothing."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def plant(runner: asyncio.Runner) -> Iterator[Plant]:
    """A plant whose server runs in it."""
    context = serving(
        access=Known(PEOPLE), reach=Reach(loopback_only=False), rates=Rates(anonymous=0, known=0)
    )
    plant = runner.run(context.__aenter__())
    runner.run(plant.intake.accept(poll(NOON, serials=SERIALS)))
    yield plant
    runner.run(context.__aexit__(None, None, None))


def answered(runner: asyncio.Runner, plant: Plant, content: object, who: str | None) -> httpx.Response:
    """The response to somebody, which must come."""
    headers = {"Content-Type": "application/json"}
    if who is not None:
        headers["Authorization"] = f"Bearer {who}"
    response = plant.client.post(PATH, content=orjson.dumps(content), headers=headers, timeout=SLOWEST)
    return runner.run(asyncio.wait_for(response, SLOWEST))


def holds(response: httpx.Response, who: str | None) -> None:
    """Hold a response to what is promised, and to telling strangers nothing."""
    assert response.status_code < 500, response.text
    body = response.json()
    assert (response.status_code == httpx.codes.UNAUTHORIZED) is (who is None)
    if who is None:
        return
    if response.status_code != httpx.codes.OK:
        assert body["type"].startswith(PROBLEM)
        assert body["parameter"]
        return
    for error in body.get("errors", ()):
        assert error["message"]
        assert error["extensions"]["field"]
        assert error["extensions"]["code"] != f"{PROBLEM}internal"
    assert body.get("extensions", {}).get("cost", 0) <= MOST


fuzzed = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@fuzzed
@given(query=SOUND, who=WHO)
def test_a_query_that_the_schema_allows_is_answered(
    runner: asyncio.Runner, plant: Plant, query: str, who: str | None
) -> None:
    holds(answered(runner, plant, {"query": query}, who), who)


@fuzzed
@given(query=BROKEN, variables=st.dictionaries(st.text(max_size=3), WORDS), who=WHO)
def test_what_is_no_query_is_told_so(
    runner: asyncio.Runner, plant: Plant, query: str, variables: dict[str, object], who: str | None
) -> None:
    holds(answered(runner, plant, {"query": query, "variables": variables}, who), who)


@fuzzed
@given(
    content=st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["query", "variables", "operationName", "x"]), inner)
        ),
        max_leaves=8,
    ),
    who=WHO,
)
def test_any_json_is_answered(runner: asyncio.Runner, plant: Plant, content: object, who: str | None) -> None:
    holds(answered(runner, plant, content, who), who)
