"""The model's complaints in the words of whoever wrote the configuration."""

from collections.abc import Mapping, Sequence

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from sunledger.app.forms import meant
from sunledger.app.keys import Declared, Group, declaration, form_of, nested
from sunledger.app.problems import Problem, Setting
from sunledger.app.redaction import cleaned

LONGEST_SHOWN = 60


def translated(
    error: ValidationError, settings: Mapping[str, Setting], keys: Mapping[str, Declared]
) -> list[Problem]:
    """The model's complaints as problems; `loc` begins with the group and the key."""
    return [_problem(item, settings, keys[str(item["loc"][1])]) for item in error.errors(include_url=False)]


def _problem(error: ErrorDetails, settings: Mapping[str, Setting], key: Declared) -> Problem:
    path = error["loc"][2:]
    setting = settings.get(key.name, Setting(key.variable, "default"))
    field, siblings = _field_at(key.field, path)
    message, fix = _words(error, field, siblings, secret=key.key.secret)
    return Problem(setting.name + _written(path), setting.source, message, fix)


def _written(path: Sequence[int | str]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path if step != "[key]")


def _field_at(field: FieldInfo, path: Sequence[int | str]) -> tuple[FieldInfo, Mapping[str, FieldInfo]]:
    """The innermost declared field on the way, and the fields beside it."""
    siblings: Mapping[str, FieldInfo] = {}
    model: type[Group] | None = nested(field)
    for step in path:
        if isinstance(step, str) and model is not None:
            siblings = model.model_fields
            if step not in siblings:
                break
            field, model = siblings[step], nested(siblings[step])
    return field, siblings


def _words(
    error: ErrorDetails, field: FieldInfo, siblings: Mapping[str, FieldInfo], *, secret: bool
) -> tuple[str, str]:
    context = error.get("ctx", {})
    give = f"give {form_of(field)}{_suggested(field)}"
    match error["type"]:
        case "complaint":
            return context["said"] if not secret else cleaned(context["said"]), context["fix"] or give
        case "missing":
            return "is missing", give
        case "extra_forbidden":
            return "is no key here", meant(str(error["loc"][-1]), siblings)
        case kind:
            shown = "the value" if secret else _shown(error["input"])
            return f"{shown} {_FAULTS.get(kind, 'will not do')}", give


_FAULTS = {
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
    "string_too_short": "is too short",
    "int_parsing": "is not a whole number",
    "int_from_float": "is not a whole number",
    "int_type": "is not a whole number",
    "float_parsing": "is not a number",
    "float_type": "is not a number",
    "finite_number": "is not a finite number",
    "bool_parsing": "is neither true nor false",
    "bool_type": "is neither true nor false",
    "literal_error": "is not known",
    "tuple_type": "is not a list",
    "mapping_type": "is not a mapping",
    "dict_type": "is not a mapping",
    "model_type": "is not a mapping",
    "model_attributes_type": "is not a mapping",
    "string_type": "is not a text",
    "string_pattern_mismatch": "is not allowed",
}


def _shown(given: object) -> str:
    if isinstance(given, Mapping | list | tuple):
        return "a mapping" if isinstance(given, Mapping) else "a list"
    text = cleaned(str(given))
    return f"'{text[:LONGEST_SHOWN]}…'" if len(text) > LONGEST_SHOWN else f"'{text}'"


def _suggested(field: FieldInfo) -> str:
    """The default, or the declared example, where one helps."""
    if isinstance(field.default, bool) or field.default is None:
        example = declaration(field).example
        return f", such as {example}" if example else ""
    if isinstance(field.default, int | str):
        return f", such as {field.default}"
    return f", such as {field.default:g}" if isinstance(field.default, float) else ""
