"""docs/graphql.md: its queries work."""

import json
import re
from pathlib import Path

from tests.api.graphql.asking import PATH, asked
from tests.api.plant import NOON, Plant, poll

from sunledger.api.graphql.asking import LONGEST_BODY
from sunledger.api.graphql.cost import DEEPEST, MOST
from sunledger.api.graphql.execution import MOST_TOKENS

TEXT = (Path(__file__).parents[3] / "docs" / "graphql.md").read_text()


async def test_every_query_of_the_page_is_answered(plant: Plant) -> None:
    await plant.intake.accept(poll(NOON))
    days = {
        "month": "2026-06-01T00:00:00Z",
        "yesterday": "2026-06-20T00:00:00Z",
        "today": "2026-06-22T00:00:00Z",
    }
    queries = re.findall(r"```graphql\n(.*?)```", TEXT, re.DOTALL)
    assert len(queries) == 3
    for query in queries:
        for found in (await asked(plant, query, **days)).values():
            assert found


async def test_the_first_example_is_what_comes(plant: Plant) -> None:
    await plant.intake.accept(poll(NOON, serials=["116180000001"]))
    body, answer = re.findall(r"-d '(.*?)' .*?\n(\{\"data\".*?)\n", TEXT, re.DOTALL)[0]
    answered = await plant.client.post(PATH, json=json.loads(body))
    assert answered.text == answer


async def test_the_error_of_the_page_is_what_comes(plant: Plant) -> None:
    await plant.intake.accept(poll(NOON))
    (error,) = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
    answered = await plant.client.post(PATH, json={"query": '{ energy(device: "x") { total } }'})
    assert answered.json()["errors"] == json.loads(error)["errors"]


def test_the_limits_are_those_of_the_page() -> None:
    for limit in (
        f"{MOST:,}: each",
        f"{DEEPEST} fields",
        f"{LONGEST_BODY // 1024} KiB",
        f"{MOST_TOKENS:,} tokens",
    ):
        assert limit in TEXT
