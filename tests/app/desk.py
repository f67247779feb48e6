"""A place to load configurations from."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from sunledger.app.loading import Loaded, load
from sunledger.app.problems import ConfigurationError, Problem

HOME = {"HOME": "/home/anna"}


class Desk:
    """A working directory and a secrets directory of its own, to load from."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.secrets = directory / "secrets"
        self.secrets.mkdir()

    def yaml(self, text: str, name: str = "config.yaml") -> Path:
        path = self.directory / name
        path.write_text(text, encoding="utf-8")
        return path

    def secret(self, name: str, value: str) -> None:
        (self.secrets / name).write_text(value, encoding="utf-8")

    def load(self, environ: Mapping[str, str] | None = None, **flags: object) -> Loaded:
        return load(
            flags,
            {**HOME, **(environ or {})},
            working_directory=self.directory,
            secrets_directory=self.secrets,
        )

    def problems(self, environ: Mapping[str, str] | None = None, **flags: object) -> tuple[Problem, ...]:
        with pytest.raises(ConfigurationError) as raised:
            self.load(environ, **flags)
        assert str(raised.value).splitlines() == [str(problem) for problem in raised.value.problems]
        return raised.value.problems

    def problem(self, environ: Mapping[str, str] | None = None, **flags: object) -> str:
        (problem,) = self.problems(environ, **flags)
        return str(problem)
