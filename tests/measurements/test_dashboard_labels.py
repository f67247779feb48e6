"""The dashboard calls every measurement by a name, in each of its languages."""

import json
from pathlib import Path

import pytest

from sunledger.measurements import MEASUREMENTS

WORDS = Path(__file__).parents[2] / "web" / "src" / "words"
SERVER = {f"{each.reading}_{each.name}": each.quantity.label for each in MEASUREMENTS}


def labels(language: str) -> dict[str, str]:
    """Label by kind of reading and name."""
    words = json.loads((WORDS / language / "measurements.json").read_text("utf-8"))
    found: dict[str, str] = words["labels"]
    return found


@pytest.mark.parametrize("language", ["en", "de", "pl"])
def test_every_measurement_has_a_label(language: str) -> None:
    found = labels(language)
    assert found.keys() == SERVER.keys()
    assert all(label.strip() for label in found.values())


def test_the_english_labels_are_the_servers() -> None:
    assert labels("en") == SERVER
