"""What is wrong with a configuration, in one line each: the key, where it came from, and the way out."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong."""

    key: str
    source: str
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{self.key} (from {self.source}): {self.message}; {self.fix}"


class ConfigurationError(Exception):
    """A configuration that cannot be used; carries every problem, and says each on a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Setting:
    """A value as somebody wrote it: under which name, where, and what stood in the way of reading it."""

    name: str
    source: str
    value: object = None
    problem: Problem | None = None
