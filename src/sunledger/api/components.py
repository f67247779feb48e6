"""What makes a description fit to generate clients from: named shapes, each once; no null parameters."""

from collections.abc import Mapping
from typing import Any

Described = dict[str, Any]


def with_components(described: Described) -> Described:
    """The description with every object that has a title in `components`, and a reference wherever it stood.

    Raises ValueError where two shapes have the same title.
    """
    components: Described = {}
    paths = _hoisted(described["paths"], components)
    known = described.get("components", {})
    schemas = known.get("schemas", {}) | components
    return described | {"paths": paths, "components": known | {"schemas": schemas}}


def _never_null(schema: Described) -> Described:
    """What a parameter can be: it is left out, null cannot be sent."""
    others = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if len(others) != 1:
        return schema
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    return {**rest, **others[0]}


def _hoisted(part: Any, components: Described) -> Any:
    if isinstance(part, list):
        return [_hoisted(each, components) for each in part]
    if not isinstance(part, Mapping):
        return part
    made = {name: _hoisted(each, components) for name, each in part.items()}
    if "in" in made and "schema" in made:
        made["schema"] = _never_null(made["schema"])
    if "properties" not in made or not isinstance(made.get("title"), str):
        return made
    if components.setdefault(made["title"], made) != made:
        raise ValueError(f"two shapes are called {made['title']}")
    return {"$ref": f"#/components/schemas/{made['title']}"}
