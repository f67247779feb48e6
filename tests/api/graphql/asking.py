"""Questions to the GraphQL of a plant that runs."""

from typing import Any

import httpx
from tests.api.plant import Plant

PATH = "/graphql"
PROBLEM = "urn:sunledger:problem:"


async def posted(plant: Plant, query: str, **variables: object) -> httpx.Response:
    """The response to a query."""
    return await plant.client.post(PATH, json={"query": query, "variables": variables})


async def asked(plant: Plant, query: str, **variables: object) -> dict[str, Any]:
    """The data that a query gets; there must be no error."""
    response = await posted(plant, query, **variables)
    answer: dict[str, Any] = response.json()
    assert "errors" not in answer, answer["errors"]
    data: dict[str, Any] = answer["data"]
    return data


async def refused(plant: Plant, query: str, **variables: object) -> tuple[str, str, str]:
    """The kind, the field and the message of the one error that a query gets."""
    response = await posted(plant, query, **variables)
    assert response.status_code == httpx.codes.OK
    (error,) = response.json()["errors"]
    extensions = error["extensions"]
    return extensions["code"].removeprefix(PROBLEM), extensions["field"], error["message"]
