"""The example files: made from the model, complete, and good as they stand."""

import re
from pathlib import Path

import pytest
from tests.app.desk import Desk

from sunledger.app import examples
from sunledger.app.listing import shown
from sunledger.app.sources import KEYS, ONLY_IN_ENVIRONMENT

ROOT = Path(__file__).parents[2]
ENVIRONMENT = (ROOT / "env.example").read_text(encoding="utf-8")
YAML = (ROOT / "config.yaml.example").read_text(encoding="utf-8")


def active(text: str, separator: str) -> dict[str, str]:
    """The keys that are not commented out, with what they are set to."""
    return dict(re.findall(rf"^(\w+){separator}(.*)$", text, re.MULTILINE))


def all_keys(text: str, separator: str) -> list[str]:
    return re.findall(rf"^#?(\w+){separator}", text, re.MULTILINE)


def test_the_committed_files_are_what_the_model_gives() -> None:
    advice = "run: python -m sunledger.app.examples"
    assert examples.environment() == ENVIRONMENT, advice
    assert examples.settings_file() == YAML, advice


def test_env_example_has_every_key_once_and_no_other() -> None:
    expected = [*ONLY_IN_ENVIRONMENT, *(key.variable for key in KEYS.values())]
    assert sorted(all_keys(ENVIRONMENT, "=")) == sorted(expected)


def test_config_yaml_example_has_every_key_once_and_no_other() -> None:
    assert sorted(all_keys(YAML, ":")) == sorted(KEYS)


@pytest.mark.parametrize("name", sorted(KEYS))
def test_the_default_shown_is_the_model_s(name: str) -> None:
    default = KEYS[name].field.default
    if default is not None:
        (value,) = re.findall(rf"^#?{name.upper()}=(.*)$", ENVIRONMENT, re.MULTILINE)
        assert value == shown(default)


@pytest.mark.parametrize("name", sorted(name for name, key in KEYS.items() if key.key.secret))
def test_no_secret_is_suggested(name: str) -> None:
    assert f"#{name.upper()}=\n" in ENVIRONMENT
    assert f"#{name}:\n" in YAML


def test_config_yaml_example_loads_without_a_word_and_changes_nothing(desk: Desk) -> None:
    untouched = desk.load().configuration
    desk.yaml(YAML)
    loaded = desk.load()
    assert loaded.warnings == ()
    assert loaded.configuration == untouched
    assert {name for name, origin in loaded.origin.items() if origin != "default"} == set(active(YAML, ":"))


def test_env_example_loads_without_a_word_and_changes_nothing(desk: Desk) -> None:
    loaded = desk.load(active(ENVIRONMENT, "="))
    assert loaded.warnings == ()
    assert loaded.configuration == desk.load().configuration


def test_every_commented_line_is_good_once_it_is_a_line(desk: Desk) -> None:
    desk.yaml(re.sub(r"^#(?=\w+:)", "", YAML, flags=re.MULTILINE))
    loaded = desk.load()
    assert loaded.configuration.dtu.plant[0].host == "192.168.1.100"
    assert loaded.configuration.site.place is not None
