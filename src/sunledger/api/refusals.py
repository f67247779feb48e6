"""What the description says of every operation: how one shows who one is, and what it may refuse."""

from collections.abc import Iterable, Sequence
from typing import Any

from sunledger.api.guard import COOKIES
from sunledger.api.needs import Need
from sunledger.api.problems import MEDIA_TYPE
from sunledger.api.shapes import COUNT, TEXT

Described = dict[str, Any]
Rule = tuple[str, Sequence[str], Need]

_SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of /api/v1/tokens, or a signed one of /api/v1/token.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIES["https"],
        "description": f"A browser's, from /api/v1/login; {COOKIES['http']} without TLS. "
        "Changes also need X-CSRF-Token, which /api/v1/me tells.",
    },
}


def _problem(description: str, **headers: Described) -> Described:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    shown = {name.replace("_", "-"): {"schema": schema} for name, schema in headers.items()}
    return {"description": description, "content": content} | ({"headers": shown} if shown else {})


_RESPONSES = {
    "401": _problem("No credential, or one that counts no longer", WWW_Authenticate=TEXT),
    "403": _problem("This credential does not allow that"),
    "413": _problem("It carries too much"),
    "415": _problem("It carries something else than is taken here"),
    "429": _problem("Asked too often", Retry_After=COUNT),
    "4XX": _problem("The request has a problem"),
    "5XX": _problem("The server has a problem"),
}
_NAMES = {
    "401": "Unauthenticated", "403": "Forbidden", "413": "TooLarge", "415": "NotTaken", "429": "TooMany",
    "4XX": "Refused", "5XX": "Failed",
}  # fmt: skip
_CARRYING = {"413", "415"}


def with_refusals(described: Described, rules: Iterable[Rule]) -> Described:
    """The description with the credentials that there are, and what every operation may refuse."""
    public = {(path, method) for path, methods, need in rules if need.action is None for method in methods}
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            is_public = (path, method.upper()) in public
            if is_public:
                operation["security"] = []
            said = {status: _reference(status) for status in _refusals(operation, is_public=is_public)}
            operation["responses"] = dict(sorted((said | operation["responses"]).items()))
    components = described.get("components", {}) | {
        "securitySchemes": _SCHEMES,
        "responses": {_NAMES[status]: response for status, response in _RESPONSES.items()},
    }
    return described | {"components": components, "security": [{name: []} for name in _SCHEMES]}


def _refusals(operation: Described, *, is_public: bool) -> set[str]:
    impossible = {"403"} if is_public else set()
    return _RESPONSES.keys() - impossible - (set() if "requestBody" in operation else _CARRYING)


def _reference(status: str) -> Described:
    return {"$ref": f"#/components/responses/{_NAMES[status]}"}
