"""The promise of v1: the routes are what the committed description says, or more."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from tests.api.openapi_changes import breaks

from sunledger.api.description import as_text, description

KEPT = Path(__file__).parents[2] / "docs" / "openapi.json"


def kept() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(KEPT.read_text("utf-8"))
    return found


def test_nothing_breaks_and_nothing_new_is_left_undescribed() -> None:
    now = description()
    assert breaks(kept(), now) == [], "v1 promises not to change this (docs/api.md)"
    assert as_text(now) == KEPT.read_text("utf-8"), "something has joined the API: run make openapi"


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [
        operation["operationId"]
        for path in kept()["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
    ]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)


READINGS = ("paths", "/api/v1/readings", "get")
ROW = (*READINGS, "responses", "200", "content", "application/json", "schema", "properties")


def changed(*path: str, to: Any = None) -> dict[str, Any]:
    """The description with something at a path replaced, or removed."""
    whole = copy.deepcopy(kept())
    place = whole
    for name in path[:-1]:
        place = place[name]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return whole


def parameter(name: str) -> dict[str, Any]:
    (found,) = [
        each for each in kept()["paths"]["/api/v1/readings"]["get"]["parameters"] if each["name"] == name
    ]
    return copy.deepcopy(found)


def with_parameter(name: str, **members: Any) -> dict[str, Any]:
    others = [p for p in kept()["paths"]["/api/v1/readings"]["get"]["parameters"] if p["name"] != name]
    return changed(*READINGS, "parameters", to=[*others, parameter(name) | members])


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (changed("paths", "/api/v1/readings"), "/api/v1/readings is gone"),
        (changed(*READINGS), "GET /api/v1/readings is gone"),
        (changed(*READINGS, "operationId", to="rows"), "operationId readings is called rows"),
        (changed(*ROW, "next_cursor"), "200.next_cursor is gone"),
        (changed(*ROW, "next_cursor", to={"type": ["string", "integer", "null"]}), "can be integer now"),
        (changed(*READINGS, "parameters", to=[]), "parameter kind is gone"),
        (with_parameter("order", required=True), "parameter order must be given now"),
        (with_parameter("order", schema={"type": "string", "enum": ["asc"]}), "may no longer be desc"),
        (
            with_parameter("limit", schema={"type": "integer", "minimum": 1, "maximum": 10}),
            "narrower maximum",
        ),
        (changed(*READINGS, "responses", "200", "content", "text/csv"), "no longer comes as text/csv"),
    ],
)
def test_what_would_break_a_client_is_named(new: dict[str, Any], said: str) -> None:
    assert any(said in sentence for sentence in breaks(kept(), new)), breaks(kept(), new)


def test_what_joins_breaks_nothing() -> None:
    joined = [
        changed("paths", "/api/v1/new", to={"get": {"responses": {}}}),
        changed(*ROW, "total", to={"type": "integer"}),
        with_parameter("limit", schema={"type": "integer", "minimum": 1, "maximum": 5000}),
        with_parameter("order", schema={"type": "string", "enum": ["asc", "desc", "random"]}),
    ]
    assert [breaks(kept(), new) for new in joined] == [[]] * len(joined)
