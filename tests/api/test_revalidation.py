"""Whoever has an answer already is told only that it still holds; HEAD and OPTIONS say what GET would."""

import pytest
from tests.api.plant import SERIALS, Plant

from sunledger.api.revalidation import is_known

PATHS = [
    "/api/v1/measurements", "/api/v1/devices", f"/api/v1/devices/{SERIALS[0]}", "/api/v1/sites",
    "/api/v1/readings", "/api/v1/readings/latest", "/api/v1/energy?step=1h&end=2026-06-21T10:00:00Z",
    "/api/v1/history?measurement=pv_power", "/api/v1/storage", "/api/inverters", "/openapi.json", "/docs",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
async def test_an_answer_that_still_holds_is_not_sent_again(plant: Plant, path: str) -> None:
    await plant.read(3)
    first = await plant.get(path)
    assert first.status_code == 200
    known = first.headers["etag"]
    for given in (known, f'"x", {known}', "*"):
        again = await plant.client.get(path, headers={"If-None-Match": given})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", known)
        assert "content-type" not in again.headers
    other = await plant.client.get(path, headers={"If-None-Match": 'W/"x"'})
    assert (other.status_code, other.content) == (200, first.content)


@pytest.mark.parametrize(
    "path", ["/api/v1/readings/latest", "/api/v1/devices", "/api/v1/readings", "/api/ports"]
)
async def test_a_new_reading_makes_a_new_answer(plant: Plant, path: str) -> None:
    await plant.read()
    before = (await plant.get(path)).headers["etag"]
    await plant.read()
    after = await plant.client.get(path, headers={"If-None-Match": before})
    assert after.status_code == 200
    assert after.headers["etag"] != before


async def test_another_question_has_another_tag(plant: Plant) -> None:
    await plant.read()
    paths = [f"/api/v1/readings/latest{query}" for query in ("", "?kind=inverter", "?kind=weather")]
    assert len({(await plant.get(path)).headers["etag"] for path in paths}) == len(paths)


async def test_problems_and_streams_have_no_tag(plant: Plant) -> None:
    await plant.read()
    for path in ("/api/v1/nowhere", "/api/v1/readings?format=csv"):
        assert "etag" not in (await plant.get(path)).headers
        await plant.client.get(path, headers={"If-None-Match": "*"})


@pytest.mark.parametrize("path", [*PATHS, "/ready"])
async def test_head_is_get_without_a_body(plant: Plant, path: str) -> None:
    await plant.read(3)
    whole, head = await plant.get(path), await plant.client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "etag"):
        assert head.headers.get(name) == whole.headers.get(name)


async def test_head_of_a_long_stream_reads_no_more_than_its_beginning(plant: Plant) -> None:
    await plant.read(600)
    head = await plant.client.head("/api/v1/readings?format=csv")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"].startswith("text/csv")
    assert (await plant.get("/ready")).text == "OK"


async def test_options_tells_the_methods_of_an_address(plant: Plant) -> None:
    expected = {
        "/api/v1/readings": "GET, HEAD, OPTIONS",
        "/api/v1/sites": "GET, HEAD, OPTIONS, POST",
        "/api/v1/sites/home": "DELETE, GET, HEAD, OPTIONS, PATCH",
        "/api/websocket/register": "OPTIONS, POST",
    }
    for path, methods in expected.items():
        answer = await plant.client.options(path)
        assert (answer.status_code, answer.headers["allow"], answer.content) == (204, methods, b"")
        refused = await plant.client.put(path)
        assert (refused.status_code, refused.headers["allow"]) == (405, methods)
    assert (await plant.client.options("/api/v1/nowhere")).status_code == 404


@pytest.mark.parametrize(
    ("given", "known"),
    [
        (None, False),
        ("", False),
        ('"a"', True),
        ('W/"a"', True),
        ('"b", W/"a"', True),
        ("*", True),
        ('"b"', False),
    ],
)
def test_tags_are_compared_weakly(given: str | None, known: bool) -> None:
    assert is_known(given, 'W/"a"') is known
