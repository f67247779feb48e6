"""Who may ask what, as a document: `python -m tests.api.matrix` writes it."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from fastapi import FastAPI
from tests.api.plant import SERIALS, serving

from sunledger.access.principal import LEGACY, Action, Kind, Principal, Role
from sunledger.api.needs import Need, rules

MATRIX = Path(__file__).parents[2] / "docs" / "authorization.md"
OWN = SERIALS[0]
PEOPLE: Mapping[str, Principal] = {
    "viewer": Principal(kind=Kind.USER, id="vera", role=Role.VIEWER),
    "operator": Principal(kind=Kind.USER, id="otto", role=Role.OPERATOR),
    "administrator": Principal(kind=Kind.USER, id="ada", role=Role.ADMINISTRATOR),
    "viewer-here": Principal(
        kind=Kind.USER, id="vito", role=Role.VIEWER, sites=frozenset({"here"}), roles={"here": Role.VIEWER}
    ),
    "operator-here": Principal(
        kind=Kind.USER,
        id="olga",
        role=Role.OPERATOR,
        sites=frozenset({"here"}),
        roles={"here": Role.OPERATOR},
    ),
    "reading-token": Principal(kind=Kind.TOKEN, id="t1", role=Role.OPERATOR, scopes=frozenset({Action.READ})),
    "device": Principal(kind=Kind.DEVICE, id="t2", device=OWN),
}
EVERYBODY = ("anonymous", "legacy", *PEOPLE)


def allowed(need: Need, who: str) -> bool:
    """Whether a need lets somebody through, by what is written of it."""
    if who == "anonymous":
        return need.action is None
    if who == "legacy":
        return need.action is None or (need.legacy and need.grants(LEGACY))
    return need.grants(PEOPLE[who])


def written(api: FastAPI) -> str:
    """The matrix as a document."""
    names = {
        "anonymous": "nobody known", "legacy": "LEGACY_READ_FROM", "viewer-here": "viewer of a site",
        "operator-here": "operator of a site", "reading-token": "token for reading",
        "device": "device token",
    }  # fmt: skip
    head = ["request", *(names.get(who, who) for who in EVERYBODY)]
    lines = ["# Who may ask what", "", INTRODUCTION, "", row(head), row(["---"] * len(head))]
    for path, methods, need in sorted(rules(api), key=lambda rule: (rule[0], *rule[1])):
        cells = ["yes" if allowed(need, who) else "" for who in EVERYBODY]
        lines.append(row([f"`{' '.join(methods) or 'WebSocket'} {path}`", *cells]))
    return "\n".join(lines) + "\n"


def row(cells: list[str]) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |"


INTRODUCTION = (
    "Made from the routes by the tests, which try each of these with real requests. Whoever may something on "
    "one site\nonly gets and changes what is there: other sites' devices do not exist for them."
)


async def _main() -> None:
    async with serving() as plant:
        MATRIX.write_text(written(plant.api))


if __name__ == "__main__":
    asyncio.run(_main())
