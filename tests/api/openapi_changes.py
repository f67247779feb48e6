"""What breaks clients between two descriptions of an API, in sentences."""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
_METHODS = ("get", "post", "put", "patch", "delete")


def breaks(old: Schema, new: Schema) -> list[str]:
    """Each difference that a client of the old one could stumble over; additions are none."""
    old, new = resolved(old), resolved(new)
    return [sentence for path in old["paths"] for sentence in _path(path, old, new)]


def resolved(description: Schema) -> Schema:
    """A description with every reference replaced by what it refers to."""
    components = description.get("components", {})

    def inlined(part: Any) -> Any:
        if isinstance(part, list):
            return [inlined(each) for each in part]
        if not isinstance(part, Mapping):
            return part
        if isinstance(part.get("$ref"), str):
            kind, name = part["$ref"].split("/")[-2:]
            return inlined(components[kind][name])
        return {name: inlined(each) for name, each in part.items()}

    whole: Schema = inlined(description)
    return whole


def _path(path: str, old: Schema, new: Schema) -> Iterator[str]:
    if path not in new["paths"]:
        yield f"{path} is gone"
        return
    before, after = old["paths"][path], new["paths"][path]
    for method in _METHODS:
        if method in before and method not in after:
            yield f"{method.upper()} {path} is gone"
        elif method in before:
            where = f"{method.upper()} {path}"
            yield from (f"{where}: {found}" for found in _operation(before[method], after[method]))


def _operation(old: Schema, new: Schema) -> Iterator[str]:
    if old.get("operationId") != new.get("operationId"):
        yield f"operationId {old.get('operationId')} is called {new.get('operationId')}"
    yield from _parameters(_by_name(old), _by_name(new))
    yield from _taken(_body(old), _body(new), "body")
    for status, answer in old["responses"].items():
        content = new["responses"].get(status, {}).get("content", {})
        for media_type, said in answer.get("content", {}).items():
            if media_type not in content:
                yield f"{status} no longer comes as {media_type}"
            else:
                yield from _given(said.get("schema", {}), content[media_type].get("schema", {}), status)


def _by_name(operation: Schema) -> dict[tuple[str, str], Schema]:
    return {(each["in"], each["name"]): each for each in operation.get("parameters", ())}


def _body(operation: Schema) -> Schema:
    content: Schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema: Schema = content.get("schema", {})
    return schema


def _parameters(
    old: Mapping[tuple[str, str], Schema], new: Mapping[tuple[str, str], Schema]
) -> Iterator[str]:
    for key, parameter in old.items():
        if key not in new:
            yield f"parameter {key[1]} is gone"
        else:
            yield from _taken(parameter["schema"], new[key]["schema"], f"parameter {key[1]}")
    for key, parameter in new.items():
        if parameter.get("required") and not old.get(key, {}).get("required"):
            yield f"parameter {key[1]} must be given now"


def _taken(old: Schema, new: Schema, where: str) -> Iterator[str]:
    """What the server takes must not become narrower."""
    if not old:
        return
    if lost := _types(old) - _types(new):
        yield f"{where} may no longer be {', '.join(sorted(lost))}"
    if "enum" in new and (gone := set(map(str, _choices(old))) - set(map(str, new["enum"]))):
        yield f"{where} may no longer be {', '.join(sorted(gone))}"
    for bound, wider in _BOUNDS.items():
        if bound in new and (bound not in old or new[bound] != wider(new[bound], old[bound])):
            yield f"{where} has a narrower {bound}"
    yield from _members_taken(old, new, where)
    for one, other in zip(_alternatives(old), _alternatives(new), strict=False):
        yield from _taken(one, other, where)


_BOUNDS = {"maximum": max, "maxLength": max, "minimum": min, "minLength": min}
"""The wider of two bounds."""


def _members_taken(old: Schema, new: Schema, where: str) -> Iterator[str]:
    for name in set(new.get("required", ())) - set(old.get("required", ())):
        yield f"{where} must have {name} now"
    for name, member in old.get("properties", {}).items():
        if name not in new.get("properties", {}):
            yield f"{where} no longer takes {name}"
        else:
            yield from _taken(member, new["properties"][name], f"{where}.{name}")


def _given(old: Schema, new: Schema, where: str) -> Iterator[str]:
    """What the server gives must not become wider, and must keep its members."""
    if not old:
        return
    if joined := _types(new) - _types(old):
        yield f"{where} can be {', '.join(sorted(joined))} now"
    for name, member in old.get("properties", {}).items():
        if name not in new.get("properties", {}):
            yield f"{where}.{name} is gone"
        else:
            yield from _given(member, new["properties"][name], f"{where}.{name}")
    for name in set(old.get("required", ())) - set(new.get("required", ())):
        yield f"{where}.{name} is not always there any more"
    if "items" in old:
        yield from _given(old["items"], new.get("items", {}), f"{where}[]")
    for one, other in zip(_alternatives(old), _alternatives(new), strict=False):
        yield from _given(one, other, where)


def _types(schema: Schema) -> set[str]:
    kinds = schema.get("type", [])
    own = {kinds} if isinstance(kinds, str) else set(kinds)
    return own.union(*[_types(each) for each in schema.get("anyOf", ())])


def _choices(schema: Schema) -> list[Any]:
    return list(schema.get("enum", ()))


def _alternatives(schema: Schema) -> list[Schema]:
    return [
        each for each in (*schema.get("oneOf", ()), *schema.get("anyOf", ())) if each.get("type") != "null"
    ]
