"""What holds for every file of the house, so that the next person finds their way."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "src" / "sunledger"
FILES = sorted(path for place in ("src", "tests", "benchmarks") for path in (ROOT / place).rglob("*.py"))
ROOMS = sorted(path.parent for path in HOUSE.rglob("__init__.py"))

MOST_LINES = 400
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_has_one_subject_and_few_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_is_named_by_a_noun_of_the_domain(path: Path) -> None:
    words = set(path.stem.removeprefix("test_").split("_"))
    assert not words & NAMES_THAT_SAY_NOTHING
    assert path.parent.name not in NAMES_THAT_SAY_NOTHING


@pytest.mark.parametrize("path", sorted(HOUSE.rglob("*.py")), ids=name)
def test_a_file_says_what_it_is_about(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text())), f"{name(path)} begins with a docstring"


@pytest.mark.parametrize("room", ROOMS, ids=name)
def test_a_room_says_what_it_is_for(room: Path) -> None:
    docstring = ast.get_docstring(ast.parse((room / "__init__.py").read_text()))
    assert docstring, f"{name(room)} says what it is for in its __init__.py"


def test_every_folder_of_code_is_a_room() -> None:
    folders = {path.parent for path in HOUSE.rglob("*.py")}
    assert folders == set(ROOMS)
